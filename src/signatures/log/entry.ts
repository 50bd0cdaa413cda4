import { verify } from 'node:crypto';
import { json } from '@sigstore/core';
import { isRefusal, refuse, type Refusal } from '#signatures/refusal.ts';
import type { LogEntry } from '#signatures/signed.ts';
import { isWithin, type Log } from '#signatures/trust/trust-root.ts';
import { checkCheckpoint } from './checkpoint.ts';
import { rootOfProof } from './merkle.ts';

/** What a log has proven about an entry. */
export interface ProvenEntry {
  /** When it was entered, if the log has put its signature to that. */
  readonly time?: Date;
}

/**
 * Checks that a trusted log has the entry: by its promise, by a proof against a checkpoint that it has signed, or by both if there
 * are both.
 */
export function checkEntry(entry: LogEntry, logs: readonly Log[]): ProvenEntry | Refusal {
  const known = logs.filter(({ id }) => id.equals(entry.logId));
  if (known.length === 0) return refuse('log-untrusted', 'the entry is of a log that we do not trust');
  if (entry.promise === undefined && entry.proof === undefined) {
    return refuse('log-proof-invalid', 'the entry has neither a promise nor a proof of its log');
  }
  if (entry.proof !== undefined) {
    const problem = checkProof(entry, known);
    if (problem !== undefined) return problem;
  }
  return entry.promise === undefined ? {} : checkPromise(entry, entry.promise, known);
}

/** The signed entry timestamp: over the canonical JSON (RFC 8785) of the entry, with its time. */
function checkPromise(entry: LogEntry, promise: Buffer, logs: readonly Log[]): ProvenEntry | Refusal {
  const time = new Date(entry.integratedTime * 1000);
  const valid = logs.filter(({ validFor }) => isWithin(validFor, time));
  if (valid.length === 0) return refuse('log-untrusted', `the log was not trusted at ${describe(time)}`);
  const signed = json.canonicalize({
    body: entry.body.toString('base64'),
    integratedTime: entry.integratedTime,
    logIndex: Number(entry.index),
    logID: entry.logId.toString('hex'),
  });
  return valid.some((log) => isSigned(Buffer.from(signed), log, promise))
    ? { time }
    : refuse('log-promise-invalid', "the log's promise to include the entry does not hold");
}

function checkProof(entry: LogEntry, logs: readonly Log[]): Refusal | undefined {
  const { proof } = entry;
  if (proof?.checkpoint === undefined) return refuse('log-checkpoint-invalid', 'the proof has no checkpoint');
  const checkpoint = checkCheckpoint(proof.checkpoint, logs);
  if (isRefusal(checkpoint)) return checkpoint;
  const root = rootOfProof(entry.body, proof);
  const isIncluded = root !== undefined && root.equals(checkpoint.root) && checkpoint.size === proof.size;
  return isIncluded ? undefined : refuse('log-proof-invalid', 'the entry is not in the tree that the log has signed');
}

function isSigned(bytes: Buffer, { key }: Log, signature: Buffer): boolean {
  try {
    return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', bytes, key, signature);
  } catch {
    return false;
  }
}

/** A time in a message, even one that no calendar has. */
function describe(time: Date): string {
  return Number.isNaN(time.getTime()) ? 'that time' : time.toISOString();
}
