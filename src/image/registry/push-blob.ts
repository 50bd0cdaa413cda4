import { BullaError } from '#kit/error.ts';
import type { Descriptor } from '#image/manifest.ts';
import { checked } from '#image/store.ts';
import { bodyOf } from './body.ts';
import type { Answer } from './exchange.ts';
import type { Place, Transport } from './transport.ts';
import { uploadBlob } from './upload.ts';
import { isStored, placeNamedBy, type Outgoing } from './upload-session.ts';

export interface PushOptions {
  /** Another repository of the registry that has the blob and lets us read it, so that it need not be sent. */
  readonly mountFrom?: string;
  /**
   * Bytes above which a blob is sent in chunks of that size. If nothing is said, a blob is sent whole, and in chunks only once
   * that has failed: some registries take no chunks, some gateways nothing large.
   */
  readonly chunkBytes?: number;
}

/**
 * Puts a blob into a repository, unless it is there (OCI distribution specification, "Pushing Blobs"). It may have to be sent
 * more than once, so that it is given as bytes, or as a function that opens it from its beginning each time. Its size and
 * digest are checked: bytes before anything is sent, a stream before its last piece is.
 *
 * @returns whether it was there, could be mounted from `mountFrom`, or was sent
 * @throws `size-mismatch`, `digest-mismatch`; `registry-write-denied` and what else {@link Transport.request} throws; whatever
 * `content` throws
 *
 * @example
 * await pushBlob(transport, 'team/app', descriptor, () => createReadStream(path));
 */
export async function pushBlob(
  transport: Transport,
  repository: string,
  blob: Pick<Descriptor, 'digest' | 'size'>,
  content: Buffer | (() => AsyncIterable<Buffer>),
  options: PushOptions = {},
): Promise<'present' | 'mounted' | 'uploaded'> {
  const { digest, size } = blob;
  const what = `the blob ${digest}`;
  const source = typeof content === 'function' ? content : bodyOf(content).open;
  const open = () => heldBack(checked(source(), blob, what));
  if (typeof content !== 'function') await drain(open());
  const outgoing: Outgoing = { repository, digest, size, open };
  if (await isPresent(transport, outgoing)) return 'present';
  const { mountFrom } = options;
  const place =
    mountFrom === undefined || mountFrom === repository ? undefined : await mount(transport, outgoing, mountFrom);
  if (place === 'mounted') return place;
  await uploadBlob(transport, outgoing, { chunkBytes: options.chunkBytes, place });
  return 'uploaded';
}

/** A stream of which the last piece comes only when it is known how the stream ends. */
async function* heldBack(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer | undefined;
  for await (const piece of bytes) {
    if (held !== undefined) yield held;
    held = piece;
  }
  if (held !== undefined) yield held;
}

async function drain(bytes: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of bytes);
}

/** Whoever may write but not read learns it from the upload, which then says why. */
async function isPresent(transport: Transport, blob: Outgoing): Promise<boolean> {
  const { repository, digest } = blob;
  const what = `the blob ${digest}`;
  const expect = [200, 401, 403, 404, 405];
  const purpose = { repository, actions: 'pull,push', expect, what } as const;
  const answer = await transport.request({ ...purpose, method: 'HEAD', path: `blobs/${digest}` });
  answer.discard();
  return isStored(answer, blob);
}

/**
 * Asks for a blob of another repository ("Mounting a blob from another repository"). A registry that cannot do that begins an
 * upload instead; one that does not want to may say so as it likes, and loses nothing.
 */
async function mount(transport: Transport, blob: Outgoing, from: string): Promise<'mounted' | Place | undefined> {
  const { repository, digest } = blob;
  const query = new URLSearchParams({ mount: digest, from }).toString();
  const purpose = { repository, from, actions: 'pull,push', expect: [201, 202], what: `the blob ${digest}` } as const;
  let answer: Answer;
  try {
    answer = await transport.request({ ...purpose, method: 'POST', path: `blobs/uploads/?${query}` });
  } catch (error) {
    if (error instanceof BullaError && refusals.includes(error.code)) return undefined;
    throw error;
  }
  answer.discard();
  return answer.status === 201 ? 'mounted' : placeNamedBy(answer);
}

const refusals = [
  'registry-unauthorized',
  'registry-denied',
  'registry-write-denied',
  'registry-not-found',
  'registry-failed',
];
