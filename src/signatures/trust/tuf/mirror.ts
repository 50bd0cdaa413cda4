import { setTimeout as wait } from 'node:timers/promises';
import { collect } from '#kit/bytes.ts';
import { messageOf } from '#kit/error.ts';
import { signatureError } from '#signatures/errors.ts';
import type { Patience } from '#signatures/services/request.ts';

/**
 * Fetches a file of a repository.
 * @param path below the address of the mirror
 * @param limit the most bytes that it may have
 * @returns its bytes, or nothing if the mirror has no such file
 */
export type FetchFile = (path: string, limit: number) => Promise<Buffer | undefined>;

/** Mirrors give files, not computations: they answer soon or not at all. */
const mirrorPatience: Patience = { timeout: 15_000, pauses: [500, 2000] };

/**
 * A mirror behind HTTP. What comes is verified, so that plain `http:` is as good; nothing secret is sent. No redirect is followed.
 * @throws `service-invalid` for an address that is none; the fetcher `service-unreachable`, `service-failed`, `tuf-file-too-large`
 */
export function openMirror(
  address: string,
  fetch: typeof globalThis.fetch = globalThis.fetch,
  { timeout, pauses }: Patience = mirrorPatience,
): FetchFile {
  if (!/^https?:\/\/[^/]/.test(address) || !URL.canParse(address)) {
    throw signatureError('service-invalid', `"${address}" is no address of a TUF mirror`, {
      hint: 'write it as https://HOST/PATH',
    });
  }
  const base = address.replace(/\/+$/, '');
  return async (path, limit) => {
    for (const pause of [...pauses, undefined]) {
      const outcome = await attempt(fetch, `${base}/${path}`, limit, timeout);
      if (outcome.kind === 'answer') return outcome.bytes;
      if (pause === undefined || !outcome.mayPass) throw outcome.error;
      await wait(pause);
    }
    // Every way through the loop ends in it.
    throw new Error('unreachable');
  };
}

type Outcome =
  | { readonly kind: 'answer'; readonly bytes: Buffer | undefined }
  | { readonly kind: 'failure'; readonly error: Error; readonly mayPass: boolean };

async function attempt(fetch: typeof globalThis.fetch, url: string, limit: number, timeout: number): Promise<Outcome> {
  const { host, pathname } = new URL(url);
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeout) });
    const { ok, status, body } = response;
    if (!ok) {
      await body?.cancel();
      // Stores of files that may not be listed answer 403 for what is not there.
      if (status === 404 || status === 403) return { kind: 'answer', bytes: undefined };
      return {
        kind: 'failure',
        error: signatureError('service-failed', `${host} answers ${status} to GET ${pathname}`, {
          hint: 'try again later, or use another mirror',
        }),
        mayPass: status === 429 || status >= 500,
      };
    }
    const bytes = await collect(chunksOf(response), limit);
    return bytes === undefined ? tooLarge(host, pathname, limit) : { kind: 'answer', bytes };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return {
      kind: 'failure',
      error: signatureError('service-unreachable', `${host} cannot be asked: ${messageOf(cause)}`, {
        hint: 'check the network and the address',
        cause: error,
      }),
      mayPass: true,
    };
  }
}

function tooLarge(host: string, path: string, limit: number): Outcome {
  const problem = `${path} of ${host} is larger than the ${limit} bytes that it may have`;
  const error = signatureError('tuf-file-too-large', problem, {
    hint: 'check the address of the mirror; if it is right, the mirror is damaged or hostile',
  });
  return { kind: 'failure', error, mayPass: false };
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (body !== null) yield* body;
}
