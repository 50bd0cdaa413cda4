import { connect as connectHttp2, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { connect } from 'node:net';
import { collect } from '#kit/bytes.ts';
import { messageOf } from '#kit/error.ts';
import { signatureError } from '#signatures/errors.ts';

/** Where a service listens: a socket of this machine, or an address and a port. */
export type Endpoint = { readonly path: string } | { readonly host: string; readonly port: number };

/** One call of a method that has one answer. */
export interface Call {
  readonly endpoint: Endpoint;
  /** `/Service/Method`. */
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly message: Buffer;
  /** Milliseconds that it may be silent. */
  readonly timeout?: number;
}

const largestAnswer = 1 << 20;
const usualTimeout = 30_000;

/**
 * Calls a method (gRPC over HTTP/2, "PROTOCOL-HTTP2"), without TLS: what it asks is on this machine.
 * @returns the message of the answer
 * @throws `service-unreachable`; `service-failed` with the status that it gives; `service-invalid` for what is no answer
 */
export async function callGrpc(call: Call): Promise<Buffer> {
  const { endpoint, timeout = usualTimeout } = call;
  const where = 'path' in endpoint ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
  const session = connectHttp2('http://localhost', { createConnection: () => connect(endpoint) });
  try {
    const answer = await Promise.race([ask(session, call, where), failed(session, timeout, where)]);
    return readAnswer(answer, where);
  } finally {
    session.destroy();
  }
}

function failed(session: ClientHttp2Session, timeout: number, where: string): Promise<never> {
  return new Promise((_, reject) => {
    session.once('error', (error) => reject(unreachable(where, messageOf(error))));
    session.once('close', () => reject(unreachable(where, 'the connection was closed')));
    session.setTimeout(timeout, () => reject(unreachable(where, `it is silent for ${timeout / 1000} seconds`)));
  });
}

function unreachable(where: string, why: string) {
  return signatureError('service-unreachable', `${where} cannot be asked: ${why}`, {
    hint: 'check that it runs, and that this user may open its socket',
  });
}

interface Answer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer | undefined;
  readonly trailers: Readonly<Record<string, unknown>>;
}

async function ask(session: ClientHttp2Session, { method, headers, message }: Call, where: string): Promise<Answer> {
  const stream: ClientHttp2Stream = session.request({
    ...headers,
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: method,
    [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
    [constants.HTTP2_HEADER_TE]: 'trailers',
  });
  let answered: Answer['headers'] = {};
  let trailers: Answer['trailers'] = {};
  stream.on('response', (found) => (answered = found));
  stream.on('trailers', (found) => (trailers = found));
  stream.end(Buffer.concat([prefixOf(message), message]));
  try {
    // A stream in HTTP/2 hands out buffers.
    const body = await collect(stream as AsyncIterable<Buffer>, largestAnswer);
    return { headers: answered, body, trailers };
  } catch (error) {
    throw unreachable(where, messageOf(error));
  }
}

/** Not compressed, and so many bytes. */
function prefixOf({ length }: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(length, 1);
  return prefix;
}

function readAnswer({ headers, body, trailers }: Answer, where: string): Buffer {
  // What has no message has its status among the headers.
  const status = trailers['grpc-status'] ?? headers['grpc-status'];
  const said = trailers['grpc-message'] ?? headers['grpc-message'];
  if (typeof status === 'string' && status !== '0') {
    const message = typeof said === 'string' ? `: ${decoded(said).slice(0, 300)}` : '';
    throw signatureError('service-failed', `${where} answers with status ${status.slice(0, 4)}${message}`, {
      hint: statusHints.get(status) ?? 'see what it says, and its log',
    });
  }
  const isWhole = status === '0' && body !== undefined && body.length >= 5 && body.readUInt32BE(1) === body.length - 5;
  if (isWhole && body[0] === 0) return body.subarray(5);
  throw signatureError('service-invalid', `${where} gives no answer that can be read`, {
    hint: 'check that it speaks gRPC',
  });
}

/** What to do about the statuses that users meet. */
const statusHints: ReadonlyMap<string, string> = new Map([
  ['7', 'it knows nobody who asks like this; register this workload with it'],
  ['12', 'check that the socket is that of the workload API'],
  ['14', 'try again when it has started'],
]);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
