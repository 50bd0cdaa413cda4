import type { Digest } from '#kit/digest.ts';
import { imageError } from '#image/errors.ts';
import { bodyOf, type Body } from './body.ts';
import { inChunksOf } from './chunks.ts';
import type { Answer } from './exchange.ts';
import { registryLimits } from './limits.ts';
import { admit } from './redirect.ts';
import type { Place, Step } from './transport.ts';

/** A blob on its way into a repository. */
export interface Outgoing extends Body {
  readonly repository: string;
  readonly digest: Digest;
  /** Its bytes from the beginning, which end with an error rather than being others. */
  readonly open: () => AsyncIterable<Buffer>;
}

/** An upload that the registry has begun. */
export interface Session {
  readonly place: Place;
  /** Bytes that the registry has of it. */
  readonly offset: number;
  /** Bytes of a chunk. */
  readonly chunk: number;
}

/** Makes one request of a conversation. */
export type Ask = (step: Step) => Promise<Answer>;

/** Begins an upload; gives the answer if the registry does not want to. */
export async function beginUpload(ask: Ask, chunkBytes: number): Promise<Session | Answer> {
  const answer = await ask({ method: 'POST', path: 'blobs/uploads/' });
  if (answer.status !== 202) return answer;
  answer.discard();
  const least = Number(answer.headers['oci-chunk-min-length'] ?? 0);
  const chunk = Math.min(Math.max(chunkBytes, Number.isSafeInteger(least) ? least : 0), registryLimits.largestChunk);
  return { place: placeNamedBy(answer), offset: 0, chunk };
}

/** Asks how far an upload has come; nothing if the registry has forgotten it. */
export async function resumeUpload(ask: Ask, session: Session, size: number): Promise<Session | undefined> {
  const answer = await ask({ method: 'GET', path: session.place, redirects: false });
  answer.discard();
  const offset = offsetIn(answer);
  if (answer.status !== 204 || offset === undefined || offset > size) return undefined;
  return { ...session, place: placeNamedBy(answer, session.place), offset };
}

/**
 * Sends what the registry does not have yet, and tells `keep` after each chunk how far it has come. Ends early if the registry
 * has other bytes than we thought; `keep` then knows where to go on.
 *
 * @returns the answer of a registry that does not go on
 */
export async function sendChunks(
  ask: Ask,
  start: Session,
  blob: Outgoing,
  keep: (reached: Session) => void,
): Promise<Answer | undefined> {
  let session = start;
  for await (const bytes of inChunksOf(blob.open(), session.offset, session.chunk)) {
    const end = session.offset + bytes.length;
    const answer = await ask({
      method: 'PATCH',
      path: session.place,
      headers: { 'content-type': octets, 'content-range': `${session.offset}-${end - 1}` },
      body: bodyOf(bytes),
      isSlow: true,
    });
    if (answer.status === 416) {
      const resumed = await resumeUpload(ask, session, blob.size);
      if (resumed === undefined || resumed.offset === session.offset) return answer;
      answer.discard();
      keep(resumed);
      return undefined;
    }
    if (answer.status !== 202 && answer.status !== 204) return answer;
    answer.discard();
    const { place, chunk } = session;
    session = { place: placeNamedBy(answer, place), offset: offsetIn(answer) ?? end, chunk };
    keep(session);
    if (session.offset !== end) return undefined;
  }
  return undefined;
}

/** Ends an upload with the digest that all of it has, and with all of its bytes if none were sent before. */
export function finishUpload(ask: Ask, { place }: Session, { digest }: Outgoing, body?: Body): Promise<Answer> {
  const url = new URL(place.url);
  // What the registry keeps in its query is not ours to write in another way.
  url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
  const path = { ...place, url };
  const headers = { 'content-type': octets };
  return ask({ method: 'PUT', path, headers, body: body ?? bodyOf(Buffer.alloc(0)), isSlow: true });
}

/** The answer of a registry that has the blob. */
export async function hasBlob(ask: Ask, blob: Pick<Outgoing, 'digest' | 'size'>): Promise<Answer | undefined> {
  const answer = await ask({ method: 'HEAD', path: `blobs/${blob.digest}` });
  answer.discard();
  return isStored(answer, blob) ? answer : undefined;
}

/** Whether the answer to a `HEAD` says that the blob is there, and does not say that it is another. */
export function isStored({ status, headers }: Answer, { digest, size }: Pick<Outgoing, 'digest' | 'size'>): boolean {
  const { 'content-length': length = String(size), 'docker-content-digest': said = digest } = headers;
  return status === 200 && Number(length) === size && said === digest;
}

/**
 * Where an answer wants the upload to go on: where it was, if nothing is said.
 * @throws `registry-redirect-refused` as for a redirect; `registry-failed` if it names no place
 */
export function placeNamedBy(answer: Answer, before?: Place): Place {
  const { location } = answer.headers;
  if (location !== undefined) return { url: admit(location, answer), reach: answer.reach };
  if (before !== undefined) return before;
  throw imageError('registry-failed', `${answer.url.host} begins an upload, but does not say where`, {
    hint: 'the registry, or a gateway before it, is set up wrongly',
  });
}

/** Bytes that the registry has, after the `Range` that it tells; `0-0` is also what it says of none. */
function offsetIn({ headers }: Answer): number | undefined {
  const last = /^(?:bytes=)?0-(\d{1,15})$/.exec((headers.range ?? '').trim())?.[1];
  if (last === undefined) return undefined;
  return last === '0' ? 0 : Number(last) + 1;
}

const octets = 'application/octet-stream';
