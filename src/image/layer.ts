import { BullaError } from '#kit/error.ts';
import { decompress } from './compression.ts';
import type { Descriptor } from './manifest.ts';
import { checked } from './store.ts';
import { readTar, type TarVisitor } from './tar/read.ts';

/** What must be known of a layer's bytes to check them. */
export type Stored = Pick<Descriptor, 'digest' | 'size'>;

/**
 * The bytes of a layer as they are stored, ended by an error unless they have the size and digest that were promised: only then
 * is what was made of them believed.
 */
export function checkedLayer(bytes: AsyncIterable<Buffer>, stored: Stored): AsyncGenerator<Buffer> {
  return failingForAll(checked(bytes, stored, 'the layer'));
}

/** A stream that tells everyone who asks that it has failed, and not only whoever asked first. */
function failingForAll(stream: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let failure: { readonly error: unknown } | undefined;
  const next = stream.next.bind(stream);
  stream.next = async () => {
    const result = await next().catch((error: unknown) => {
      failure ??= { error };
      throw error;
    });
    if (failure !== undefined) throw failure.error;
    return result;
  };
  return stream;
}

/**
 * Runs what makes something of a layer's bytes, and looks at whatever it left of them, so that none is unchecked. Where they make
 * no sense, that they are the wrong ones says more.
 */
export async function verifying<T>(bytes: AsyncGenerator<Buffer>, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    await drain(bytes);
    return result;
  } catch (error) {
    if (error instanceof BullaError && error.code === 'layer-corrupt') await drain(bytes);
    throw error;
  }
}

async function drain(bytes: AsyncGenerator<Buffer>): Promise<void> {
  while ((await bytes.next()).done !== true);
}

/**
 * Decompresses a layer and shows every entry of its tar to `visit`.
 * @throws `layer-corrupt`, `layer-unsupported`, `layer-bomb`, and whatever `bytes` throws
 */
export async function readLayer(bytes: AsyncGenerator<Buffer>, storedSize: number, visit: TarVisitor): Promise<void> {
  await readTar(decompress(bytes, storedSize), visit);
}
