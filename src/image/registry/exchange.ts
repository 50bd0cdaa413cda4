import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { collect } from '#kit/bytes.ts';
import { imageError } from '#image/errors.ts';
import { sendBody, type Body } from './body.ts';
import type { Connections } from './connections.ts';
import type { Reach } from './guard.ts';
import { registryLimits } from './limits.ts';
import { watchForStall, type StallWatch } from './stall.ts';
import { unreachable } from './unreachable.ts';

/** One HTTP request, to one place. */
export interface Question {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  readonly url: URL;
  /** How far into the network its host may lie. */
  readonly reach: Reach;
  readonly headers: Readonly<Record<string, string>>;
  /** Whatever is not small is sent as a stream, in which only the server's silence counts. */
  readonly body?: string | Body;
  /** Milliseconds of silence after which it is given up; and of waiting in all, for what is small. */
  readonly silence: number;
  readonly total?: number;
}

/** What came back. Its body must be read to the end or discarded, or else its connection stays taken. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The values of `WWW-Authenticate`, one a header line. */
  readonly challenges: readonly string[];
  /** Who answered, which after redirects is not who was asked. */
  readonly url: URL;
  /** How far whoever answered may send us. */
  readonly reach: Reach;
  /** The bytes as they came over the wire; can be read once. */
  readonly body: AsyncGenerator<Buffer>;
  discard(): void;
}

/**
 * Sends one request and gives the answer once its headers are there, whatever its status; what is then not yet sent of the
 * body is not sent any more.
 * @throws `registry-unreachable` for broken connections and silent servers, here and while the body is read; the reason of
 * `signal`; whatever the source of the body throws
 */
export async function exchange(question: Question, connections: Connections, signal: AbortSignal): Promise<Answer> {
  const { method, url, reach, headers, body, silence, total = Infinity } = question;
  signal.throwIfAborted();
  const connection = await connections.optionsFor(url, reach);
  const options: RequestOptions = { ...connection, method, path: url.pathname + url.search, headers, signal };
  return new Promise((resolve, reject) => {
    const sent = url.protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
    let response: IncomingMessage | undefined;
    const watch = watchForStall(silence, total, () => (response ?? sent).destroy(stalled(url, silence)));
    sent.on('error', (error) => {
      watch.got(0);
      reject(reasonOf(error, url, signal));
    });
    sent.on('response', (incoming) => {
      watch.got(0);
      response = incoming;
      // An error that comes while nobody reads is met by whoever reads next, and must not end the process.
      incoming.on('error', () => undefined);
      // A connection on which a body was not finished cannot be used again.
      for (const end of ['end', 'close']) incoming.once(end, () => sent.writableFinished || sent.destroy());
      const bytes = readBody(incoming, url, watch, signal);
      resolve({
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        challenges: incoming.headersDistinct['www-authenticate'] ?? [],
        url,
        reach: connections.reachFrom(url, incoming.socket.remoteAddress),
        body: bytes,
        discard: () => discard(incoming, bytes),
      });
    });
    if (typeof body === 'object') {
      void sendBody(sent, body, watch).catch((error: unknown) => {
        reject(error);
        sent.destroy();
      });
      return;
    }
    watch.wait();
    sent.end(body);
  });
}

async function* readBody(
  incoming: IncomingMessage,
  url: URL,
  watch: StallWatch,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  try {
    watch.wait();
    for await (const chunk of incoming) {
      // What else has come meanwhile is taken along: few large chunks are cheaper than many small ones for whoever reads.
      const more: unknown = incoming.readableLength > 0 ? incoming.read(incoming.readableLength) : null;
      // A stream of bytes without an encoding yields buffers.
      const bytes = more === null ? (chunk as Buffer) : Buffer.concat([chunk as Buffer, more as Buffer]);
      watch.got(bytes.length);
      yield bytes;
      watch.wait();
    }
  } catch (error) {
    throw reasonOf(error, url, signal);
  } finally {
    watch.got(0);
  }
}

/** Reads the little that is left, so that the connection can be used again; it is not worth a lot. */
function discard(incoming: IncomingMessage, bytes: AsyncGenerator<Buffer>): void {
  if (Number(incoming.headers['content-length']) > registryLimits.errorBytes) incoming.destroy();
  else void collect(bytes, registryLimits.errorBytes).catch(() => undefined);
}

/** Closing the client breaks its connections; that it was closed says more than that they broke. */
function reasonOf(error: unknown, url: URL, signal: AbortSignal): unknown {
  return signal.aborted ? signal.reason : unreachable(error, url.host);
}

function stalled(url: URL, silence: number) {
  return imageError('registry-unreachable', `${url.host} does not answer: nothing came for ${silence / 1000} s`, {
    hint: 'try again; if it stays so, look for a firewall or proxy on the way',
  });
}
