import { imageError } from '#image/errors.ts';
import { registryLimits } from './limits.ts';
import { printable } from './printable.ts';
import type { Answer } from './exchange.ts';
import type { Place, Transport } from './transport.ts';
import {
  beginUpload,
  finishUpload,
  hasBlob,
  resumeUpload,
  sendChunks,
  type Ask,
  type Outgoing,
  type Session,
} from './upload-session.ts';

interface UploadOptions {
  /** See `PushOptions`. */
  readonly chunkBytes?: number;
  /** Where the registry has begun the upload already. */
  readonly place?: Place;
}

/**
 * Sends a blob that is not there yet (OCI distribution specification, "POST then PUT" and "Pushing a blob in chunks"). What
 * breaks is begun anew if it was sent whole, and taken up where the registry says if it was sent in chunks.
 *
 * @throws `digest-mismatch` if the registry stored something else; `registry-failed` if it does not take the chunks; and what
 * {@link Transport.converse} throws
 */
export async function uploadBlob(transport: Transport, blob: Outgoing, options: UploadOptions): Promise<void> {
  const { repository, digest, size } = blob;
  const { place, chunkBytes = registryLimits.chunk } = options;
  const isLarge = size > chunkBytes;
  const state: State = {
    attempt: 0,
    isChunked: isLarge && options.chunkBytes !== undefined,
    session: place === undefined ? undefined : { place, offset: 0, chunk: chunkBytes },
  };
  const purpose = { repository, actions: 'pull,push', expect: [200, 201], what: `the blob ${digest}` } as const;

  const answer = await transport.converse(purpose, async (ask) => {
    state.attempt += 1;
    if (state.attempt > 1) {
      // Perhaps only the answer broke.
      const found = await hasBlob(ask, blob);
      if (found !== undefined) return found;
      const goesOn = state.isChunked ? state.session : undefined;
      state.session = goesOn && (await resumeUpload(ask, goesOn, size));
      state.isChunked = isLarge;
    }
    if (!state.isChunked) {
      const stored = await sendWhole(ask, state, blob, chunkBytes);
      // Gateways have a largest size.
      if (stored.status !== 413 || !isLarge) return stored;
      stored.discard();
      state.session = undefined;
      state.isChunked = true;
    }
    return sendInChunks(ask, state, blob, chunkBytes);
  });
  answer.discard();
  const said = answer.headers['docker-content-digest'];
  if (said === undefined || said === digest) return;
  throw imageError('digest-mismatch', `${transport.host} stored the blob ${digest} as ${printable(String(said))}`, {
    hint: 'push it again; if it stays so, the registry is damaged',
  });
}

/** What is known of an upload when one of its requests has broken. */
interface State {
  attempt: number;
  isChunked: boolean;
  session: Session | undefined;
}

async function sendWhole(ask: Ask, state: State, blob: Outgoing, chunkBytes: number): Promise<Answer> {
  const session = state.session ?? (await beginUpload(ask, chunkBytes));
  return 'status' in session ? session : finishUpload(ask, session, blob, blob);
}

async function sendInChunks(ask: Ask, state: State, blob: Outgoing, chunkBytes: number): Promise<Answer> {
  const session = state.session ?? (await beginUpload(ask, chunkBytes));
  if ('status' in session) return session;
  let current: Session = session;
  for (let rewinds = 0; current.offset < blob.size; rewinds++) {
    if (rewinds > registryLimits.resumptions) throw stuck(blob, current);
    const refused = await sendChunks(ask, current, blob, (reached) => {
      current = reached;
      state.session = reached;
    });
    if (refused !== undefined) return refused;
  }
  return finishUpload(ask, current, blob);
}

function stuck({ digest, size }: Outgoing, { place, offset }: Session) {
  const message = `${place.url.host} has only ${offset} of the ${size} bytes of the blob ${digest}, and takes no more`;
  return imageError('registry-failed', message, {
    hint: 'push it again; the registry, or a gateway before it, drops it',
  });
}
