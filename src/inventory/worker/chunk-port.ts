import type { MessagePort } from 'node:worker_threads';
import { BullaError, messageOf } from '#kit/error.ts';

/**
 * Streams bytes from one thread to another without copying them: whole buffers change hands. The receiver says how many more
 * it takes, so that a slow reader holds a fast source back.
 */
const window = 4;

type Message = { readonly chunk: Uint8Array } | { readonly end: true } | { readonly error: WireError };

/** An error in a form that can be sent. */
export interface WireError {
  readonly code?: string;
  readonly message: string;
  readonly hint?: string;
  readonly at?: readonly string[];
}

/**
 * Sends the bytes of a stream into the port, no faster than they are taken. Returns when they are all sent, or when the other side
 * wants no more; the stream is left where it is then.
 */
export async function sendChunks(port: MessagePort, bytes: AsyncIterator<Buffer>): Promise<void> {
  const state = { credit: 0, closed: false };
  let wake: () => void = () => undefined;
  port.on('message', () => {
    state.credit++;
    wake();
  });
  port.on('close', () => {
    state.closed = true;
    wake();
  });
  try {
    while (!state.closed) {
      if (state.credit === 0) await new Promise<void>((resolve) => void (wake = resolve));
      else {
        state.credit--;
        const next = await bytes.next();
        if (next.done === true) break;
        const chunk = owned(next.value);
        port.postMessage({ chunk } satisfies Message, [chunk.buffer]);
      }
    }
    port.postMessage({ end: true } satisfies Message);
  } catch (error) {
    port.postMessage({ error: toWire(error) } satisfies Message);
  }
}

/** The bytes that the other side sends; an error there is thrown here. */
export async function* receiveChunks(port: MessagePort): AsyncGenerator<Buffer> {
  const waiting: Message[] = [];
  let wake: () => void = () => undefined;
  port.on('message', (message: Message) => {
    waiting.push(message);
    wake();
  });
  try {
    for (let granted = 0; granted < window; granted++) port.postMessage(undefined);
    for (;;) {
      const message = waiting.shift();
      if (message === undefined) await new Promise<void>((resolve) => void (wake = resolve));
      else if ('chunk' in message) {
        yield Buffer.from(message.chunk.buffer, message.chunk.byteOffset, message.chunk.byteLength);
        port.postMessage(undefined);
      } else if ('error' in message) throw fromWire(message.error);
      else return;
    }
  } finally {
    port.close();
  }
}

export function toWire(error: unknown): WireError {
  if (!(error instanceof BullaError)) return { message: messageOf(error) };
  return { code: error.code, message: error.message, hint: error.hint, at: error.at };
}

export function fromWire({ code, message, hint, at }: WireError): Error {
  return code === undefined ? new Error(message) : new BullaError(code, message, { hint, at });
}

/** A buffer that shares its memory with no other, and so may be given away. */
function owned(chunk: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = chunk;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) {
    return new Uint8Array(buffer);
  }
  return new Uint8Array(chunk);
}
