import { signatureError } from '#signatures/errors.ts';
import { hasFingerprint } from './fingerprint.ts';
import { invalidMetadata, type RoleName } from './metadata.ts';
import type { FetchFile } from './mirror.ts';
import type { MetadataFile, Targets } from './roles.ts';
import {
  isListed,
  requireUnexpired,
  trustFile,
  trustRoot,
  trustSnapshot,
  trustTargets,
  trustTimestamp,
  type Trusted,
} from './trusted.ts';

/** Which files of the repository are wanted. */
export interface Wanted {
  readonly required: readonly string[];
  /** Fetched where the repository has them. */
  readonly optional: readonly string[];
}

/**
 * The client workflow (TUF §5): brings what is trusted up to date with a mirror. Gives what is trusted after each step that is to
 * be kept, the last with all wanted files; if a step fails, those before it hold.
 *
 * @param now the fixed start of the update (§5.1)
 * @throws `tuf-metadata-invalid`, `tuf-threshold-unmet`, `tuf-version-mismatch`, `tuf-rollback`, `tuf-expired`,
 *   `tuf-file-mismatch`, `tuf-file-too-large`, `tuf-target-missing`, `service-unreachable`, `service-failed`
 */
export async function* update(trusted: Trusted, fetch: FetchFile, wanted: Wanted, now: Date): AsyncGenerator<Trusted> {
  for (let rotations = 0; rotations < mostRotations; rotations++) {
    const next = await fetch(`${trusted.root.version + 1}.root.json`, largest.root);
    if (next === undefined) break;
    yield (trusted = trustRoot(trusted, asTextOf('root', next)));
  }
  requireUnexpired(trusted.root, now);

  const newest = await fetchPresent(fetch, 'timestamp.json', largest.timestamp);
  trusted = trustTimestamp(trusted, asTextOf('timestamp', newest), now);
  yield trusted;

  const { timestamp } = trusted;
  if (timestamp === undefined) throw new TypeError('a timestamp that is trusted is there');
  if (isCurrent(trusted.snapshot, timestamp.snapshot)) requireUnexpired(trusted.snapshot, now);
  else {
    const text = await fetchMetadata(trusted, fetch, 'snapshot', timestamp.snapshot);
    yield (trusted = trustSnapshot(trusted, timestamp, text, now));
  }

  const { snapshot } = trusted;
  if (snapshot === undefined) throw new TypeError('a snapshot that is trusted is there');
  if (isCurrent(trusted.targets, snapshot.targets)) requireUnexpired(trusted.targets, now);
  else {
    const text = await fetchMetadata(trusted, fetch, 'targets', snapshot.targets);
    trusted = trustTargets(trusted, snapshot, text, now);
  }

  const { targets } = trusted;
  if (targets === undefined) throw new TypeError('targets that are trusted are there');
  for (const name of namesOf(wanted, targets)) {
    const kept = trusted.files.get(name);
    if (kept !== undefined && isListed(targets, [name, kept])) continue;
    trusted = trustFile(trusted, targets, name, await fetchTarget(trusted, targets, fetch, name));
  }
  // Only now, so that what is kept has its files.
  yield trusted;
}

/** No repository has had as many; what is left is fetched the next time. */
const mostRotations = 256;

/** In bytes. Sigstore's are 6, 1, 2 and 5 KB; repositories with many files have larger ones. */
const largest = { root: 512 << 10, timestamp: 16 << 10, snapshot: 2 << 20, targets: 4 << 20, file: 4 << 20 } as const;

function isCurrent<Kept extends { readonly version: number; readonly text: string }>(
  kept: Kept | undefined,
  named: MetadataFile,
): kept is Kept {
  return kept !== undefined && kept.version === named.version && hasFingerprint(kept.text, named);
}

async function fetchMetadata(
  { root }: Trusted,
  fetch: FetchFile,
  role: 'snapshot' | 'targets',
  { version, length }: MetadataFile,
): Promise<string> {
  const path = root.hasConsistentSnapshots ? `${version}.${role}.json` : `${role}.json`;
  return asTextOf(role, await fetchPresent(fetch, path, Math.min(length ?? largest[role], largest[role])));
}

function namesOf({ required, optional }: Wanted, { files }: Targets): string[] {
  const missing = required.find((name) => !files.has(name));
  if (missing !== undefined) {
    throw signatureError('tuf-target-missing', `the repository has no ${missing}`, {
      hint: 'check the address: this may be no mirror of a Sigstore instance',
    });
  }
  return [...required, ...optional.filter((name) => files.has(name))];
}

async function fetchTarget({ root }: Trusted, { files }: Targets, fetch: FetchFile, name: string): Promise<string> {
  const { length = 0, hashes } = files.get(name) ?? {};
  const hash = hashes?.get('sha256') ?? hashes?.get('sha512') ?? '';
  const path = `targets/${root.hasConsistentSnapshots ? `${hash}.` : ''}${name}`;
  const bytes = await fetchPresent(fetch, path, Math.min(length, largest.file));
  return bytes.toString('utf8');
}

async function fetchPresent(fetch: FetchFile, path: string, limit: number): Promise<Buffer> {
  const bytes = await fetch(path, limit);
  if (bytes !== undefined) return bytes;
  throw signatureError('service-failed', `the mirror has no ${path}`, {
    hint: 'check the address; if it is right, try again later: the mirror is not whole',
  });
}

/** Bytes are kept as text, which must therefore be able to stand for them. */
function asTextOf(role: RoleName, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalidMetadata(role, 'it is no text');
  }
}
