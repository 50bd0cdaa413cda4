import { BullaError } from '#kit/error.ts';
import { decompress } from './compression.ts';
import type { Descriptor } from './manifest.ts';
import { checked } from './store.ts';
import { readTar, type TarVisitor } from './tar/read.ts';

/**
 * Reads a layer as it is stored: checks size and digest of its bytes, decompresses them and shows every entry to `visit`.
 * A layer is only believed once this has returned: the digest is known after the last byte.
 *
 * @throws `digest-mismatch`, `size-mismatch`, `layer-corrupt`, `layer-unsupported`, `layer-bomb`
 */
export async function readLayer(bytes: AsyncIterable<Buffer>, stored: Stored, visit: TarVisitor): Promise<void> {
  const source = checked(bytes, stored, 'the layer');
  try {
    await readTar(decompress(source, stored.size), visit);
  } catch (error) {
    // Wrong bytes are usually unreadable too; that they are the wrong ones says more, so look at the rest of them.
    if (error instanceof BullaError && error.code === 'layer-corrupt') while ((await source.next()).done !== true);
    throw error;
  }
}

/** What must be known of a layer's bytes to check them. */
export type Stored = Pick<Descriptor, 'digest' | 'size'>;
