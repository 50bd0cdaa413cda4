import { imageError } from '#image/errors.ts';
import type { Descriptor } from '#image/manifest.ts';
import type { Answer } from './exchange.ts';
import { registryLimits } from './limits.ts';
import { printable } from './printable.ts';
import type { Transport } from './transport.ts';

/**
 * The bytes of a blob as they are stored (OCI distribution specification, "Pulling blobs"). A connection that breaks on the
 * way is taken up where it broke, if the registry or its storage can do that: what was handed out cannot be taken back.
 *
 * @throws `size-mismatch` if another size is announced; `registry-failed` if the rest cannot be had; and what
 * {@link Transport.request} throws
 */
export async function* fetchBlob(
  transport: Transport,
  repository: string,
  blob: Pick<Descriptor, 'digest' | 'size'>,
): AsyncGenerator<Buffer> {
  let offset = 0;
  for (let attempt = 1; ; attempt++) {
    const answer = await askForBlob(transport, repository, blob, offset);
    let broken: unknown;
    try {
      for await (const chunk of answer.body) {
        offset += chunk.length;
        yield chunk;
      }
      if (offset >= blob.size) return;
    } catch (error) {
      broken = error;
    }
    if (attempt > registryLimits.resumptions) throw broken ?? cutOff(answer, blob, offset, 'time and again');
    await transport.rest(attempt);
  }
}

async function askForBlob(
  transport: Transport,
  repository: string,
  blob: Pick<Descriptor, 'digest' | 'size'>,
  offset: number,
): Promise<Answer> {
  const path = `blobs/${blob.digest}`;
  const what = `the blob ${blob.digest}`;
  if (offset === 0) {
    const answer = await transport.request({ method: 'GET', repository, path, expect: [200], what });
    const announced = answer.headers['content-length'];
    if (announced === undefined || Number(announced) === blob.size) return answer;
    answer.discard();
    throw imageError('size-mismatch', `${what} is announced with ${announced} of the ${blob.size} bytes promised`, {
      hint: 'fetch the image again; if it stays so, its registry is damaged',
    });
  }
  const headers = { range: `bytes=${offset}-` };
  const answer = await transport.request({ method: 'GET', repository, path, headers, expect: [200, 206, 416], what });
  if (answer.status === 206 && goesOn(answer, offset, blob.size)) return answer;
  answer.discard();
  throw cutOff(answer, blob, offset, `and its rest came with status ${answer.status}`);
}

/** Whether a partial answer is the rest, the whole rest and nothing but the rest (RFC 9110, section 14.4). */
function goesOn(answer: Answer, offset: number, size: number): boolean {
  const range = answer.headers['content-range'] ?? '';
  return [size, '*'].some((whole) => range === `bytes ${offset}-${size - 1}/${whole}`);
}

function cutOff({ url }: Answer, { digest, size }: Pick<Descriptor, 'digest' | 'size'>, offset: number, how: string) {
  const message = `${printable(url.host)} broke off the blob ${digest} after ${offset} of ${size} bytes ${how}`;
  return imageError('registry-failed', message, { hint: 'fetch the image again' });
}
