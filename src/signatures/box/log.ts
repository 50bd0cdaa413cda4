import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { json } from '@sigstore/core';
import { signWith } from './algorithm.ts';
import type { EntryBody } from './entry.ts';
import { proofOf, rootOf } from './merkle.ts';
import { checkpointText, cosignNote, noteKeyId, signNote, type NoteSigner } from './note.ts';

/** A transparency log like Rekor: 1 promises and proves, 2 proves alone. */
export interface Log {
  readonly version: 1 | 2;
  readonly publicKey: KeyObject;
  /** Version 1: SHA-256 of the public key. Version 2: the whole id of its checkpoint key. */
  readonly id: Buffer;
  readonly url: string;
  /** Adds an entry at the end, and proves it within a tree that has grown beyond it. */
  add(body: EntryBody, at: Date, fault?: LogFault): LogEntry;
}

/** What a log can do wrong, each alone. */
export type LogFault = (typeof logFaults)[number];

/** All of {@link LogFault}; a version 2 log makes no promise, and cannot spoil it. */
export const logFaults = [
  'wrong-promise',
  'no-promise',
  'wrong-checkpoint',
  'wrong-root',
  'wrong-proof',
  'no-proof',
] as const;

/** TransparencyLogEntry of Sigstore's Rekor protobuf, as JSON. Numbers of 64 bits are text. */
export interface LogEntry {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  readonly integratedTime: string;
  readonly inclusionPromise?: { readonly signedEntryTimestamp: string };
  readonly inclusionProof?: {
    readonly logIndex: string;
    readonly rootHash: string;
    readonly treeSize: string;
    readonly hashes: readonly string[];
    readonly checkpoint: { readonly envelope: string };
  };
  readonly canonicalizedBody: string;
}

export interface LogOptions {
  readonly version: 1 | 2;
  readonly url: string;
  /** Names of witnesses that cosign the checkpoints of a version 2 log. */
  readonly witnesses?: readonly string[];
}

/** Makes a log with a key of its own and a few leaves: ECDSA P-256 for version 1, Ed25519 for version 2. */
export function createLog({ version, url, witnesses = [] }: LogOptions): Log {
  const keys = keysOf(version);
  const name = new URL(url).hostname;
  const id = noteKeyId(version === 1 ? 'spki' : 'ed25519', name, keys.publicKey);
  const signer: NoteSigner = { name, privateKey: keys.privateKey, keyId: id };
  const cosigners = witnesses.map(createWitness);
  const leaves = Array.from({ length: leavesBefore }, filler);
  return {
    version,
    publicKey: keys.publicKey,
    id,
    url,
    add(body, at, fault) {
      const canonical = Buffer.from(json.canonicalize(body));
      const index = leaves.push(canonical) - 1;
      for (let after = 0; after < leavesAfter; after++) leaves.push(filler(undefined, leaves.length));
      const logIndex = version === 1 ? index + earlierShards : index;
      const entry: LogEntry = {
        logIndex: String(logIndex),
        logId: { keyId: id.toString('base64') },
        kindVersion: { kind: body.kind, version: body.apiVersion },
        integratedTime: String(version === 1 ? secondsOf(at) : 0),
        canonicalizedBody: canonical.toString('base64'),
      };
      const origin = version === 1 ? `${name} - ${treeId}` : name;
      return {
        ...entry,
        ...(version === 2 || fault === 'no-promise' ? {} : promiseOf(entry, id, keys.privateKey, fault)),
        ...(fault === 'no-proof' ? {} : proofIn(leaves, index, origin, signer, cosigners, at, fault)),
      };
    },
  };
}

/** Enough for proofs with hashes on either side. */
const leavesBefore = 5;
const leavesAfter = 2;
/** Rekor v1 counts on from one shard to the next, and proves within a shard. */
const earlierShards = 4163431;
const treeId = '1193050959916656506';

const filler = (_: unknown, index: number): Buffer => Buffer.from(`filler ${index}`);

const secondsOf = (at: Date): number => Math.floor(at.getTime() / 1000);

function keysOf(version: 1 | 2): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  return version === 1 ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
}

function createWitness(name: string): NoteSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { name, privateKey, keyId: noteKeyId('cosignature', name, publicKey) };
}

/** The signed entry timestamp: over the canonical JSON (RFC 8785) of the entry's place and time. */
function promiseOf(entry: LogEntry, id: Buffer, key: KeyObject, fault?: LogFault): Pick<LogEntry, 'inclusionPromise'> {
  const payload = {
    body: entry.canonicalizedBody,
    integratedTime: Number(entry.integratedTime) + (fault === 'wrong-promise' ? 1 : 0),
    logIndex: Number(entry.logIndex),
    logID: id.toString('hex'),
  };
  const signature = signWith(key, Buffer.from(json.canonicalize(payload)));
  return { inclusionPromise: { signedEntryTimestamp: signature.toString('base64') } };
}

function proofIn(
  leaves: readonly Buffer[],
  index: number,
  origin: string,
  signer: NoteSigner,
  witnesses: readonly NoteSigner[],
  at: Date,
  fault?: LogFault,
): Pick<LogEntry, 'inclusionProof'> {
  // A checkpoint of another tree of that size is truly signed, and proves nothing of this entry.
  const root = rootOf(fault === 'wrong-root' ? leaves.with(index, Buffer.from('other')) : leaves);
  const checkpoint = checkpointText(origin, leaves.length, root);
  const note = signNote(checkpoint, [fault === 'wrong-checkpoint' ? forgerOf(signer) : signer]);
  const hashes = proofOf(leaves, index).map((hash) => Buffer.from(hash));
  const [first] = hashes;
  if (fault === 'wrong-proof' && first !== undefined) first[0] = (first[0] ?? 0) ^ 1;
  return {
    inclusionProof: {
      logIndex: String(index),
      rootHash: root.toString('base64'),
      treeSize: String(leaves.length),
      hashes: hashes.map((hash) => hash.toString('base64')),
      checkpoint: { envelope: witnesses.reduce((signed, witness) => cosignNote(signed, witness, at), note) },
    },
  };
}

/** Signs under the same name and id with a key of the same kind. */
function forgerOf(signer: NoteSigner): NoteSigner {
  return { ...signer, privateKey: keysOf(signer.privateKey.asymmetricKeyType === 'ec' ? 1 : 2).privateKey };
}
