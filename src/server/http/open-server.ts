import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, ListenOptions } from 'node:net';
import { collect } from '#kit/bytes.ts';
import { messageOf } from '#kit/error.ts';
import type { Log } from '#server/log.ts';
import { httpLimits } from './limits.ts';
import { json, type HttpReply, type Route } from './route.ts';

/** A certificate with those that lead to its root, and its key, PEM. */
export interface ServingCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface ServerOptions {
  readonly listen: ListenOptions;
  /** Speaks plain HTTP where there is none: only for what is no secret and decides nothing. */
  readonly certificate?: ServingCertificate;
  readonly routes: readonly Route[];
  readonly log: Log;
}

/** A server that runs. */
export interface RunningServer {
  readonly port: number;
  /** From now on new connections get this certificate. */
  renew(certificate: ServingCertificate): void;
  /** Takes no new connections, and ends when what is under way has ended, or its time is over. */
  drain(): Promise<void>;
}

/**
 * Opens a server: TLS 1.2 at least, bodies, connections and time bounded. What does not fit is answered with an error, which gates
 * take as a denial.
 * @throws whatever keeps it from listening
 */
export async function openServer({ listen, certificate, routes, log }: ServerOptions): Promise<RunningServer> {
  const load = { requests: 0, bytes: 0 };
  let isDraining = false;
  const table = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));

  function answer(request: IncomingMessage, response: ServerResponse): void {
    void replyTo(request, table, load)
      .catch((error: unknown) => {
        log({ level: 'error', event: 'request-failed', problem: messageOf(error) });
        return json(500, { error: 'unexpected' });
      })
      .then((reply) => send(request, response, reply));
  }

  function send(request: IncomingMessage, response: ServerResponse, { status, type, body }: HttpReply): void {
    // A body that was not read cannot be skipped on a connection that is used again.
    const closes = isDraining || !request.complete;
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...(closes ? { connection: 'close' } : {}),
    });
    response.end(body);
  }

  const http = {
    headersTimeout: httpLimits.head,
    requestTimeout: httpLimits.request,
    connectionsCheckingInterval: 1000,
    keepAliveTimeout: httpLimits.idle,
    maxHeaderSize: httpLimits.headBytes,
  };
  const secure =
    certificate === undefined
      ? undefined
      : createServer({ ...http, ...tlsOf(certificate), handshakeTimeout: httpLimits.head }, answer);
  const server = secure ?? createPlainServer(http, answer);
  server.maxConnections = httpLimits.connections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen, resolve);
  });
  // Handshakes that fail are those of others.
  server.on('error', (error) => log({ level: 'error', event: 'server-failed', problem: messageOf(error) }));
  return {
    // A server that listens on TCP has an address of this kind.
    port: (server.address() as AddressInfo).port,
    renew: (renewed) => secure?.setSecureContext(tlsOf(renewed)),
    async drain() {
      isDraining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), httpLimits.drain);
      await closed;
      clearTimeout(timer);
    },
  };
}

function tlsOf({ certificate, key }: ServingCertificate) {
  return { cert: certificate, key, minVersion: 'TLSv1.2' } as const;
}

interface Load {
  requests: number;
  bytes: number;
}

async function replyTo(request: IncomingMessage, table: ReadonlyMap<string, Route>, load: Load): Promise<HttpReply> {
  const { method = '', url = '/' } = request;
  const target = url.startsWith('/') && !url.startsWith('//') ? new URL(url, 'http://server') : undefined;
  const route = table.get(`${method} ${target?.pathname ?? ''}`);
  if (target === undefined || route === undefined) return json(404, { error: 'there is nothing here' });
  const size = sizeOf(request);
  if (!(size <= httpLimits.bodyBytes)) return tooLarge;
  if (load.requests >= httpLimits.requests || load.bytes + size > httpLimits.heldBytes) return busy;
  load.requests++;
  load.bytes += size;
  try {
    const body = await collect(request, httpLimits.bodyBytes);
    return body === undefined ? tooLarge : await route.handle({ query: target.searchParams, body });
  } finally {
    load.requests--;
    load.bytes -= size;
  }
}

/** How large a body may become: as it says, or as is allowed at most where it does not say. */
function sizeOf({ headers }: IncomingMessage): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : httpLimits.bodyBytes;
}

const busy = json(503, { error: 'too much is asked at once' });
const tooLarge = json(413, { error: 'the request is too large' });
