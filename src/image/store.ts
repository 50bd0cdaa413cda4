import { collect } from '#kit/bytes.ts';
import { createHasher, digestOf, type Digest } from '#kit/digest.ts';
import { imageError } from './errors.ts';
import { manifestLimit, parseManifest, type Descriptor, type Index, type Manifest } from './manifest.ts';

/**
 * A place that holds images: a registry's repository, a folder, an archive, an engine. Every source implements just this;
 * what it hands out is not yet trusted, the functions of this file check it. Pushing is for registries alone: see registry/README.md.
 */
export interface Store {
  /** What the user asked for: the descriptor of a manifest or of an index. */
  root(): Promise<Descriptor>;
  /** The bytes of any content, as they are stored. */
  open(descriptor: Descriptor): AsyncIterable<Buffer>;
  /** What in this place refers to `subject` (OCI distribution specification, "Listing Referrers"). */
  referrers?(subject: Digest): Promise<readonly Descriptor[]>;
  /** The descriptor of another manifest of this place, if it is here; for a base image that was named by its digest. */
  find?(digest: Digest): Promise<Descriptor | undefined>;
  /** The descriptor of another manifest of this place by its tag, if it is here; for signatures that go by names. */
  tagged?(tag: string): Promise<Descriptor | undefined>;
  /** The tags of this place that begin with a text, even if they lead nowhere. */
  tags?(prefix: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Reads a manifest or an index and checks that it is what its digest promises. */
export async function readManifest(store: Store, descriptor: Descriptor): Promise<Manifest | Index> {
  const bytes = await readChecked(store, descriptor, manifestLimit(descriptor.mediaType), 'the manifest');
  return parseManifest(bytes, descriptor.mediaType);
}

/**
 * Reads small content whole and checks its size and digest.
 * @throws `manifest-too-large`, `size-mismatch`, `digest-mismatch`
 */
export async function readChecked(store: Store, descriptor: Descriptor, limit: number, what: string): Promise<Buffer> {
  if (descriptor.size > limit) throw tooLarge(what, descriptor.size, limit);
  const bytes = await collect(store.open(descriptor), limit);
  if (bytes === undefined) throw tooLarge(what, limit + 1, limit);
  checkSize(descriptor, bytes.length, what);
  const actual = descriptor.digest.startsWith('sha256:') ? digestOf(bytes) : rehash(bytes, descriptor.digest);
  if (actual !== descriptor.digest) throw digestMismatch(descriptor.digest, actual, what);
  return bytes;
}

/** The same bytes, ended by an error unless they have the size and digest that the descriptor promises. */
export async function* checked(
  bytes: AsyncIterable<Buffer>,
  descriptor: Pick<Descriptor, 'digest' | 'size'>,
  what: string,
): AsyncGenerator<Buffer> {
  const hasher = createHasher(descriptor.digest);
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    // Stop at once: the rest of an endless stream would not make it right.
    if (size > descriptor.size) checkSize(descriptor, size, what);
    hasher.update(chunk);
    yield chunk;
  }
  checkSize(descriptor, size, what);
  const actual = hasher.digest();
  if (actual !== descriptor.digest) throw digestMismatch(descriptor.digest, actual, what);
}

function rehash(bytes: Uint8Array, like: Digest): Digest {
  const hasher = createHasher(like);
  hasher.update(bytes);
  return hasher.digest();
}

function checkSize(descriptor: Pick<Descriptor, 'size'>, actual: number, what: string): void {
  if (actual === descriptor.size) return;
  const more = actual > descriptor.size;
  throw imageError(
    'size-mismatch',
    `${what} has ${more ? 'more than' : actual + ' of'} the ${descriptor.size} bytes promised`,
    {
      hint: 'fetch the image again; if it stays so, its registry or archive is damaged',
    },
  );
}

function digestMismatch(wanted: Digest, actual: Digest, what: string) {
  return imageError(
    'digest-mismatch',
    `${what} is not what its digest promises: ${wanted}, but the bytes are ${actual}`,
    {
      hint: 'do not run this image: it was damaged or changed on its way',
    },
  );
}

function tooLarge(what: string, size: number, limit: number) {
  return imageError('manifest-too-large', `${what} has ${size} bytes; at most ${limit} are read`);
}
