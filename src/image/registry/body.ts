import type { ClientRequest } from 'node:http';
import type { StallWatch } from './stall.ts';

/** What is sent with a request. It can be opened again, as a request may have to be sent again. */
export interface Body {
  /** Bytes that `open` gives. */
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

/** Bytes at hand as a body. They are sent in pieces, so that a slow line is seen to move. */
export function bodyOf(bytes: Buffer) {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  return { size: bytes.length, open: pieces } satisfies Body;
}

const pieceBytes = 256 << 10;

/**
 * Writes a body to a request, as fast as the server takes it, until it ends or an answer comes. `watch` counts only the time
 * in which we wait for the server.
 * @throws whatever the source of the body throws
 */
export async function sendBody(sent: ClientRequest, body: Body, watch: StallWatch): Promise<void> {
  let isOver = false;
  for (const end of ['response', 'close']) sent.once(end, () => (isOver = true));
  for await (const piece of body.open()) {
    // The answer may have come while we read.
    if (isOver) return;
    if (sent.write(piece)) continue;
    watch.wait();
    await progress(sent);
    if (isOver) return;
    watch.got(piece.length);
  }
  if (isOver) return;
  watch.wait();
  sent.end();
}

/** Waits until more can be written, or no longer needs to be. */
function progress(sent: ClientRequest): Promise<void> {
  const events = ['drain', 'response', 'close'];
  return new Promise((resolve) => {
    const done = () => {
      for (const event of events) sent.off(event, done);
      resolve();
    };
    for (const event of events) sent.once(event, done);
  });
}
