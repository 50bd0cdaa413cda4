import { createPublicKey, type KeyObject } from 'node:crypto';
import type { X509Certificate } from '@sigstore/core';
import type { Artifact } from './artifact.ts';
import { findPath } from './certificate/chain.ts';
import { isFor } from './certificate/purpose.ts';
import { readCertificate } from './certificate/read-certificate.ts';
import { checkPublished } from './certificate/sct.ts';
import { keyIdOf, type VerificationKey } from './keys/verification-key.ts';
import { checkBody } from './log/body.ts';
import { checkEntry } from './log/entry.ts';
import { isRefusal, refuse, type Refusal } from './refusal.ts';
import { checkSignature } from './signature.ts';
import type { LogEntry, Signed } from './signed.ts';
import { readTimestamp } from './time/timestamp.ts';
import { isWithin, type TrustRoot } from './trust/trust-root.ts';

/** With what a signature is verified. */
export interface Verifier {
  /** Whom we believe about certificates, logs and times; nobody, if only keys count. */
  readonly trust?: TrustRoot;
  /** Keys that we believe by themselves. */
  readonly keys: readonly VerificationKey[];
  /** Whether a signature must be in a transparency log; by default where certificates are used and the root of trust has logs. */
  readonly log?: 'required' | 'optional';
  readonly now: Date;
}

/** A signature that holds: who made it, and when. */
export interface Verified {
  readonly signer: Signer;
  /** Times at which it existed, each vouched for. */
  readonly times: readonly VouchedTime[];
  readonly entries: readonly LogEntry[];
}

type Signer =
  | { readonly kind: 'certificate'; readonly certificate: X509Certificate }
  | { readonly kind: 'key'; readonly key: VerificationKey };

interface VouchedTime {
  readonly by: 'timestamp-authority' | 'log' | 'signing-authority';
  readonly time: Date;
}

/** Clocks of honest machines differ by less. */
const clockSkew = 5 * 60 * 1000;

/**
 * Verifies a signature, in the order of Sigstore's client specification (section 4): when it was made, by whom, that it was
 * published, and that it is over this content. Says nothing of whether that is what was wanted.
 * @param artifact what is said to be signed, for signatures over a file
 */
export function verifySigned(signed: Signed, verifier: Verifier, artifact?: Artifact): Verified | Refusal {
  const entries = provenEntries(signed, verifier);
  if (isRefusal(entries)) return entries;
  const times = vouchedTimes(signed, entries, verifier);
  if (isRefusal(times)) return times;
  const signer =
    signed.signer.kind === 'key'
      ? keySigner(signed, verifier, times, artifact)
      : certificateSigner(signed, verifier, times);
  if (isRefusal(signer)) return signer;
  const key = publicKeyOf(signer);
  const problem =
    checkStatedDigest(signed, artifact) ??
    checkLog(signed, entries, key, verifier, artifact) ??
    checkSignature(signed, key, artifact);
  return problem ?? { signer, times, entries: entries.map(({ entry }) => entry) };
}

interface Proven {
  readonly entry: LogEntry;
  readonly time?: Date;
}

/** Entries prove something only to those who trust a log; to others they are as if they were not there. */
function provenEntries({ log }: Signed, { trust }: Verifier): readonly Proven[] | Refusal {
  if (trust === undefined) return [];
  const proven: Proven[] = [];
  for (const entry of log) {
    const checked = checkEntry(entry, trust.logs);
    if (isRefusal(checked)) return checked;
    const isTwice = proven.some(({ entry: other }) => other.logId.equals(entry.logId) && other.body.equals(entry.body));
    if (isTwice) return refuse('log-entry-duplicate', 'the same entry is shown twice');
    proven.push({ entry, time: checked.time });
  }
  return proven;
}

function vouchedTimes(
  { timestamps }: Signed,
  entries: readonly Proven[],
  { trust, now }: Verifier,
): readonly VouchedTime[] | Refusal {
  const times: VouchedTime[] = [];
  for (const timestamp of trust === undefined ? [] : timestamps) {
    const time = readTimestamp(timestamp, trust?.timestampAuthorities ?? []);
    if (isRefusal(time)) return time;
    times.push({ by: 'timestamp-authority', time });
  }
  for (const { time } of entries) if (time !== undefined) times.push({ by: 'log', time });
  const future = times.find(({ time }) => time.getTime() > now.getTime() + clockSkew);
  return future === undefined
    ? times
    : refuse('time-in-future', `it is said to have been signed at ${future.time.toISOString()}, which is yet to come`);
}

function certificateSigner(
  { signer }: Signed,
  { trust, now }: Verifier,
  times: readonly VouchedTime[],
): Signer | Refusal {
  const leaf = signer.kind === 'certificate' ? readCertificate(signer.leaf) : undefined;
  if (leaf === undefined || signer.kind !== 'certificate')
    return refuse('certificate-invalid', 'the certificate cannot be read');
  if (trust === undefined)
    return refuse('certificate-authority-untrusted', 'no authority is trusted; name a trusted root');
  const isTimed = trust.logs.length > 0 || trust.timestampAuthorities.length > 0;
  if (times.length === 0 && isTimed) {
    return refuse('time-missing', 'nobody vouches for when it was signed, and certificates are short-lived');
  }
  const intermediates = signer.intermediates.flatMap((der) => readCertificate(der) ?? []);
  // Where nobody could vouch for a time, a certificate that is valid now was valid when it signed.
  const when = times.length > 0 ? times.map(({ time }) => time) : [now];
  for (const time of when) {
    const problem = checkCertificate(leaf, intermediates, trust, time);
    if (problem !== undefined) return problem;
  }
  return { kind: 'certificate', certificate: leaf };
}

/** By any of the authorities; what is said is what was wrong with the one that came furthest. */
function checkCertificate(
  leaf: X509Certificate,
  intermediates: readonly X509Certificate[],
  { certificateAuthorities, certificateLogs }: TrustRoot,
  at: Date,
): Refusal | undefined {
  let problem = refuse('certificate-authority-untrusted', 'no authority that we trust has issued the certificate');
  for (const { chain, validFor } of certificateAuthorities) {
    const path = findPath(leaf, chain, intermediates, at);
    if (isRefusal(path)) {
      if (path.refused !== 'certificate-authority-untrusted') problem = path;
      continue;
    }
    const [, issuer] = path;
    if (issuer === undefined) continue;
    const found = !isWithin(validFor, at)
      ? refuse('certificate-expired', `the authority was not trusted any more, or not yet, at ${at.toISOString()}`)
      : !isFor(leaf, 'code-signing')
        ? refuse('certificate-purpose', 'the certificate is not for signing')
        : certificateLogs.length === 0
          ? undefined
          : checkPublished(leaf, issuer, certificateLogs);
    if (found === undefined) return undefined;
    problem = found;
  }
  return problem;
}

/** Of the keys that we have, the one that it names or, if it names none that we have, the one that fits. */
function keySigner(
  signed: Signed,
  { keys }: Verifier,
  times: readonly VouchedTime[],
  artifact: Artifact | undefined,
): Signer | Refusal {
  if (keys.length === 0) return refuse('key-unknown', 'it was signed with a key, and none was named to verify with');
  const hint = signed.signer.kind === 'key' ? signed.signer.hint : undefined;
  const named = keys.filter(({ key }) => keyIdOf(key) === hint);
  const fitting = (named.length > 0 ? named : keys).find(
    ({ key }) => checkSignature(signed, key, artifact) === undefined,
  );
  const key = fitting ?? named[0] ?? keys[0];
  if (key === undefined) return refuse('key-unknown', 'none of the keys has signed it');
  return checkKeyTime(key, times) ?? { kind: 'key', key };
}

function checkKeyTime({ validFor, name }: VerificationKey, times: readonly VouchedTime[]): Refusal | undefined {
  if (validFor === undefined) return undefined;
  if (times.length === 0) {
    return refuse('time-missing', `${name} counts for a time only, and nobody vouches for when it was signed`);
  }
  const outside = times.find(({ time }) => !isWithin(validFor, time));
  return outside === undefined
    ? undefined
    : refuse('key-out-of-time', `${name} did not count any more, or not yet, at ${outside.time.toISOString()}`);
}

function publicKeyOf(signer: Signer): KeyObject {
  if (signer.kind === 'key') return signer.key.key;
  return createPublicKey({ key: signer.certificate.publicKey, format: 'der', type: 'spki' });
}

/** What a document says that it is about must be what it is about. */
function checkStatedDigest({ content }: Signed, artifact: Artifact | undefined): Refusal | undefined {
  if (content.kind !== 'artifact' || content.stated === undefined || artifact === undefined) return undefined;
  const known = artifact.digests[content.stated.algorithm];
  return known === undefined || known.equals(content.stated.value)
    ? undefined
    : refuse('subject-mismatch', 'the signature is over another file');
}

function checkLog(
  signed: Signed,
  entries: readonly Proven[],
  key: KeyObject,
  { trust, log }: Verifier,
  artifact: Artifact | undefined,
): Refusal | undefined {
  const isRequired =
    log === undefined ? signed.signer.kind === 'certificate' && (trust?.logs.length ?? 0) > 0 : log === 'required';
  if (entries.length === 0 && isRequired)
    return refuse('log-entry-missing', 'the signature is not in a transparency log');
  const digest = artifact?.digests.sha256?.toString('hex') ?? '';
  for (const { entry } of entries) {
    const problem = checkBody(entry, signed, key, digest);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
