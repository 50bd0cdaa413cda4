import { asCount, asObject, asTexts, type JsonObject } from '#kit/narrow.ts';
import { readFingerprint, type Fingerprint } from './fingerprint.ts';
import { readTufKey, type TufKey } from './key.ts';
import { invalidMetadata, readMetadata, type Metadata, type RoleName } from './metadata.ts';

/** Who may sign what (TUF §4.3). */
export interface Root extends Metadata {
  readonly signers: Readonly<Record<RoleName, Signers>>;
  /** Whether files are named by their versions and hashes. */
  readonly hasConsistentSnapshots: boolean;
}

/** The keys of a role, and how many of them must have signed. */
export interface Signers {
  /** By key id; what is listed but cannot be used is not here. */
  readonly keys: ReadonlyMap<string, TufKey>;
  readonly threshold: number;
}

/** Which snapshot is the newest (TUF §4.6). */
export interface Timestamp extends Metadata {
  readonly snapshot: MetadataFile;
}

/** Which metadata of targets belong together (TUF §4.4). */
export interface Snapshot extends Metadata {
  /** By file name. */
  readonly files: ReadonlyMap<string, MetadataFile>;
  readonly targets: MetadataFile;
}

/** The files that are published (TUF §4.5). */
export interface Targets extends Metadata {
  readonly files: ReadonlyMap<string, TargetFile>;
}

export interface MetadataFile extends Fingerprint {
  readonly version: number;
}

interface TargetFile extends Fingerprint {
  readonly length: number;
}

/** @throws `tuf-metadata-invalid` */
export function readRoot(text: string): Root {
  const metadata = readMetadata(text, 'root');
  const { keys: listed, roles } = metadata.signed;
  const written = Object.entries(asObject(listed) ?? {});
  if (written.length > mostKeys) throw invalidMetadata('root', 'it has too many keys');
  const keys = new Map<string, TufKey>();
  for (const [id, value] of written) {
    const key = readTufKey(asObject(value) ?? {});
    if (key !== undefined) keys.set(id, key);
  }
  const signersOf = (role: RoleName) => readSigners(asObject(asObject(roles)?.[role]), keys);
  return {
    ...metadata,
    signers: {
      root: signersOf('root'),
      timestamp: signersOf('timestamp'),
      snapshot: signersOf('snapshot'),
      targets: signersOf('targets'),
    },
    hasConsistentSnapshots: metadata.signed['consistent_snapshot'] === true,
  };
}

/** @throws `tuf-metadata-invalid` */
export function readTimestamp(text: string): Timestamp {
  const metadata = readMetadata(text, 'timestamp');
  const snapshot = readMetadataFile(asObject(metadata.signed['meta'])?.['snapshot.json']);
  if (snapshot === undefined) throw invalidMetadata('timestamp', 'it does not say which snapshot is the newest');
  return { ...metadata, snapshot };
}

/** @throws `tuf-metadata-invalid` */
export function readSnapshot(text: string): Snapshot {
  const metadata = readMetadata(text, 'snapshot');
  const files = new Map<string, MetadataFile>();
  for (const [name, value] of Object.entries(asObject(metadata.signed['meta']) ?? {})) {
    const file = readMetadataFile(value);
    if (file === undefined) throw invalidMetadata('snapshot', 'what it says of a file cannot be used');
    files.set(name, file);
  }
  const targets = files.get('targets.json');
  if (targets === undefined) throw invalidMetadata('snapshot', 'it does not list targets.json');
  return { ...metadata, files, targets };
}

/** Delegations are not followed: files of others are not needed. @throws `tuf-metadata-invalid` */
export function readTargets(text: string): Targets {
  const metadata = readMetadata(text, 'targets');
  const files = new Map<string, TargetFile>();
  for (const [name, value] of Object.entries(asObject(metadata.signed['targets']) ?? {})) {
    const { length, hashes } = readFingerprint(value) ?? {};
    if (length === undefined || hashes === undefined || hashes.size === 0) {
      throw invalidMetadata('targets', 'what it says of a file cannot be used');
    }
    files.set(name, { length, hashes });
  }
  return { ...metadata, files };
}

const mostKeys = 256;

function readSigners(role: JsonObject | undefined, keys: ReadonlyMap<string, TufKey>): Signers {
  const threshold = asCount(role?.['threshold']) ?? 0;
  // A threshold of none would be met by anything (GHSA-fphv-w9fq-2525).
  if (threshold === 0) throw invalidMetadata('root', 'a role has no threshold');
  const ids = new Set(asTexts(role?.['keyids']));
  return { keys: new Map([...keys].filter(([id]) => ids.has(id))), threshold };
}

function readMetadataFile(value: unknown): MetadataFile | undefined {
  const version = asCount(asObject(value)?.['version']) ?? 0;
  const fingerprint = readFingerprint(value);
  return version === 0 || fingerprint === undefined ? undefined : { ...fingerprint, version };
}
