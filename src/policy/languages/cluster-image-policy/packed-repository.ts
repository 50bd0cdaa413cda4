import { gunzipSync } from 'node:zlib';
import { messageOf } from '#kit/error.ts';
import { readTar } from '#image/tar/read.ts';
import { signatureError } from '#signatures/errors.ts';
import type { FetchFile } from '#signatures/trust/tuf/mirror.ts';
import { trustAnchor } from '#signatures/trust/tuf/trusted.ts';
import { update } from '#signatures/trust/tuf/update.ts';
import { readTrustRoot, type TrustRoot } from '#signatures/trust/trust-root.ts';

/** A TUF repository that lies in a policy. */
export interface PackedRepository {
  /** For errors. */
  readonly name: string;
  /** `root.json`, with which trust begins. */
  readonly root: Buffer;
  /** A tar, gzipped; its files are below `repository/`, or at the top. */
  readonly packed: Buffer;
  /** The folder of its targets. */
  readonly targets: string;
  /** The target that is the trusted root. */
  readonly target: string;
}

/** Bytes of what is in it; that of the public instance has some 100 KB. */
const largest = 32 << 20;

/**
 * Reads the trusted root of a packed repository, by The Update Framework: signed by those whom `root` names, and not expired.
 * @throws `trust-root-invalid`, `tuf-…`
 */
export async function readPackedRepository(repository: PackedRepository, now: Date): Promise<TrustRoot> {
  const { root, target, name } = repository;
  const fetch = await unpack(repository);
  let trusted = trustAnchor(root.toString('utf8'));
  for await (trusted of update(trusted, fetch, { required: [target], optional: [] }, now));
  return readTrustRoot(trusted.files.get(target) ?? '', name);
}

async function unpack({ packed, targets, name }: PackedRepository): Promise<FetchFile> {
  const files = new Map<string, Buffer>();
  try {
    const tar = gunzipSync(packed, { maxOutputLength: largest });
    await readTar(chunksOf(tar), ({ path, kind }) => {
      if (kind !== 'file') return undefined;
      const pieces: Buffer[] = [];
      const place = path.replace(/^repository\//, '');
      return { write: (bytes) => void pieces.push(bytes), end: () => void files.set(place, Buffer.concat(pieces)) };
    });
  } catch (error) {
    throw signatureError('trust-root-invalid', `${name} is no packed repository: ${messageOf(error)}`, {
      hint: 'pack the folder of a TUF repository with tar and gzip, and write it in base64',
    });
  }
  return (path, limit) => {
    const found = files.get(path.replace(/^targets\//, `${targets}/`));
    if (found === undefined || found.length <= limit) return Promise.resolve(found);
    return Promise.reject(signatureError('tuf-file-too-large', `${path} of ${name} is larger than it may be`));
  };
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1 << 16) yield bytes.subarray(at, at + (1 << 16));
}
