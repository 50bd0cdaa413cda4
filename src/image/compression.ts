import { BullaError, messageOf } from '#kit/error.ts';
import { inflate } from '#kit/inflate.ts';
import { imageError } from './errors.ts';
import { imageLimits } from './limits.ts';
import { bomb } from './tar/errors.ts';

/**
 * The uncompressed bytes of a layer. The bytes themselves say how they are compressed, as for every container runtime; media
 * types are too often wrong.
 */
export async function* decompress(bytes: AsyncGenerator<Buffer>, storedSize: number): AsyncGenerator<Buffer> {
  const start = await firstBytes(bytes, longestMagic);
  if (start.length === 0) throw corrupt('it is empty');
  const most = Math.max(
    imageLimits.layerRatioFloor,
    Math.min(imageLimits.layerBytes, storedSize * imageLimits.layerRatio),
  );
  let size = 0;
  for await (const chunk of uncompressed(compressionOf(start), resume(start, bytes))) {
    size += chunk.length;
    if (size > most) throw bomb(`${storedSize} bytes that become more than ${most}`);
    yield chunk;
  }
}

async function firstBytes(bytes: AsyncIterator<Buffer>, count: number): Promise<Buffer> {
  let start: Buffer = Buffer.alloc(0);
  while (start.length < count) {
    const next = await bytes.next();
    if (next.done === true) break;
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
  }
  return start;
}

/** Goes on where the start was looked at; unlike `yield*`, it leaves `rest` open when it is itself left early. */
async function* resume(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

type Compression = 'none' | 'gzip' | 'zstd';
const longestMagic = 6;

/** What the first bytes say of the compression. @throws `layer-unsupported` */
export function compressionOf(start: Buffer): Compression {
  const hex = start.toString('hex', 0, longestMagic);
  const found = magics.find(({ magic }) => magic.test(hex))?.compression ?? 'none';
  if (found === 'none' || found === 'gzip' || found === 'zstd') return found;
  throw imageError('layer-unsupported', `it is compressed with ${found}, which the OCI specification does not allow`, {
    hint: 'rebuild the image with gzip or zstd layers',
  });
}

const magics = [
  { compression: 'gzip', magic: /^1f8b/ },
  { compression: 'zstd', magic: /^28b52ffd/ },
  // The skippable frames that seekable variants of zstd start with.
  { compression: 'zstd', magic: /^5[0-9a-f]2a4d18/ },
  { compression: 'bzip2', magic: /^425a68/ },
  { compression: 'xz', magic: /^fd377a585a00/ },
] as const;

async function* uncompressed(compression: Compression, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (compression === 'none') return yield* bytes;
  try {
    yield* inflate(compression, bytes);
  } catch (error) {
    if (error instanceof BullaError) throw error;
    throw corrupt(`its ${compression} stream is damaged: ${messageOf(error)}`);
  }
}

function corrupt(problem: string) {
  return imageError('layer-corrupt', `the layer cannot be read: ${problem}`, {
    hint: 'pull the image again; if it stays so, it was damaged when it was built or pushed',
  });
}
