import { messageOf } from '#kit/error.ts';
import { signatureError } from '#signatures/errors.ts';
import { hasFingerprint, requireFingerprint } from './fingerprint.ts';
import type { Metadata } from './metadata.ts';
import {
  readRoot,
  readSnapshot,
  readTargets,
  readTimestamp,
  type Root,
  type Signers,
  type Snapshot,
  type Targets,
  type Timestamp,
} from './roles.ts';
import { requireThreshold } from './threshold.ts';

/**
 * What has been verified so far. Each step of the client workflow (TUF §5) makes a new one out of it and a file of the mirror, or
 * throws and leaves it as it was.
 */
export interface Trusted {
  readonly root: Root;
  /** The root metadata that leads from an anchor to `root`, each file as it came. */
  readonly chain: readonly string[];
  readonly timestamp?: Timestamp;
  readonly snapshot?: Snapshot;
  readonly targets?: Targets;
  /** Verified files by name. */
  readonly files: ReadonlyMap<string, string>;
}

/** Where trust begins (§5.2): root metadata from elsewhere. That it has expired does not matter. @throws `tuf-anchor-invalid` */
export function trustAnchor(text: string): Trusted {
  try {
    const root = readRoot(text);
    requireThreshold(root, root.signers.root);
    return { root, chain: [], files: new Map() };
  } catch (cause) {
    throw signatureError('tuf-anchor-invalid', `this cannot be believed to begin with: ${messageOf(cause)}`, {
      hint: 'name the root.json that the owner of the mirror gives out',
      cause,
    });
  }
}

/**
 * The next root metadata (§5.3.4–5.3.7, 5.3.11).
 * @throws `tuf-metadata-invalid`, `tuf-threshold-unmet`, `tuf-version-mismatch`
 */
export function trustRoot(trusted: Trusted, text: string): Trusted {
  const { root: old, chain } = trusted;
  const root = readRoot(text);
  requireThreshold(root, old.signers.root);
  requireThreshold(root, root.signers.root);
  requireVersion(root, old.version + 1);
  const next = { ...trusted, root, chain: [...chain, text] };
  const isRotated = (['timestamp', 'snapshot'] as const).some((role) => !isSame(old.signers[role], root.signers[role]));
  // So that a thief of old keys cannot have made versions so high that no honest one is ever newer.
  return isRotated ? { ...next, timestamp: undefined, snapshot: undefined } : next;
}

/**
 * The newest timestamp metadata (§5.4). One of the same version changes nothing.
 * @throws `tuf-metadata-invalid`, `tuf-threshold-unmet`, `tuf-rollback`, `tuf-expired`
 */
export function trustTimestamp(trusted: Trusted, text: string, now: Date): Trusted {
  const { root, timestamp: old } = trusted;
  const timestamp = readTimestamp(text);
  requireThreshold(timestamp, root.signers.timestamp);
  if (old !== undefined) {
    requireNotOlder('timestamp.json', timestamp.version, old.version);
    requireNotOlder('snapshot.json', timestamp.snapshot.version, old.snapshot.version);
  }
  const next = timestamp.version === old?.version ? old : timestamp;
  requireUnexpired(next, now);
  return { ...trusted, timestamp: next };
}

/**
 * The snapshot that the timestamp names (§5.5).
 * @throws `tuf-file-mismatch`, `tuf-metadata-invalid`, `tuf-threshold-unmet`, `tuf-version-mismatch`, `tuf-rollback`, `tuf-expired`
 */
export function trustSnapshot(trusted: Trusted, timestamp: Timestamp, text: string, now: Date): Trusted {
  const { root, snapshot: old } = trusted;
  requireFingerprint('snapshot.json', text, timestamp.snapshot);
  const snapshot = readSnapshot(text);
  requireThreshold(snapshot, root.signers.snapshot);
  requireVersion(snapshot, timestamp.snapshot.version);
  for (const [name, file] of old?.files ?? []) requireNotOlder(name, snapshot.files.get(name)?.version, file.version);
  requireUnexpired(snapshot, now);
  return { ...trusted, snapshot };
}

/**
 * The targets metadata that the snapshot names (§5.6.1–5.6.6). Of the files, those stay that are still the same.
 * @throws `tuf-file-mismatch`, `tuf-metadata-invalid`, `tuf-threshold-unmet`, `tuf-version-mismatch`, `tuf-expired`
 */
export function trustTargets(trusted: Trusted, snapshot: Snapshot, text: string, now: Date): Trusted {
  requireFingerprint('targets.json', text, snapshot.targets);
  const targets = readTargets(text);
  requireThreshold(targets, trusted.root.signers.targets);
  requireVersion(targets, snapshot.targets.version);
  requireUnexpired(targets, now);
  return { ...trusted, targets, files: new Map([...trusted.files].filter((file) => isListed(targets, file))) };
}

/** A file (§5.7) that {@link Targets} lists. @throws `tuf-file-mismatch` */
export function trustFile(trusted: Trusted, targets: Targets, name: string, text: string): Trusted {
  const listed = targets.files.get(name);
  if (listed === undefined) throw new TypeError(`${name} is not listed`);
  requireFingerprint(name, text, listed);
  return { ...trusted, files: new Map([...trusted.files, [name, text]]) };
}

/** Whether targets metadata lists a file with these bytes. */
export function isListed(targets: Targets, [name, text]: readonly [string, string]): boolean {
  const listed = targets.files.get(name);
  return listed !== undefined && hasFingerprint(text, listed);
}

/** No metadata may be used after its time, so that nobody can withhold newer ones for ever. @throws `tuf-expired` */
export function requireUnexpired({ role, version, expires }: Metadata, now: Date): void {
  if (expires > now) return;
  throw signatureError(
    'tuf-expired',
    `${role}.json of version ${version} has expired at ${expires.toISOString()}, and the mirror has no newer one`,
    { hint: 'check the clock of this machine; if it is right, the mirror is stale or withholds news' },
  );
}

function requireVersion({ role, version }: Metadata, wanted: number): void {
  if (version === wanted) return;
  throw signatureError('tuf-version-mismatch', `${role}.json is of version ${version} where ${wanted} belongs`, {
    hint: 'try again; if it stays so, the mirror mixes files that do not belong together',
  });
}

function requireNotOlder(name: string, version: number | undefined, known: number): void {
  if (version !== undefined && version >= known) return;
  const found = version === undefined ? 'is no longer listed' : `is now of version ${version}`;
  throw signatureError('tuf-rollback', `${name} ${found}, and was of version ${known} before`, {
    hint: 'the mirror is older than what is known already: use another one',
  });
}

function isSame(a: Signers, b: Signers): boolean {
  return a.threshold === b.threshold && identitiesOf(a) === identitiesOf(b);
}

function identitiesOf({ keys }: Signers): string {
  return [...keys.values()]
    .map(({ identity }) => identity)
    .toSorted()
    .join(' ');
}
