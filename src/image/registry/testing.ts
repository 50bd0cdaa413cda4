import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { collect } from '#kit/bytes.ts';
import { digestOf } from '#kit/digest.ts';
import { BullaError } from '#kit/error.ts';
import { mediaTypes, type Descriptor } from '#image/manifest.ts';
import type { RegistryOptions } from './options.ts';
import { realSystem, type System } from './system.ts';
import { createTransport, type Transport } from './transport.ts';

/** A request as a scripted server saw it. */
export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The same, if it is no text. */
  readonly bytes: Buffer;
}

/** What a scripted server does with a request: a plain answer, or whatever it likes. */
export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string | string[]>>;
      readonly body?: string | Buffer;
    }
  | ((response: ServerResponse) => void);

export interface ScriptedServer {
  /** `127.0.0.1` and the port. */
  readonly host: string;
  readonly origin: string;
  /** All requests so far, but for the question whether it speaks plain HTTP. */
  readonly seen: readonly Seen[];
}

/** Whatever runs functions when a test ends. */
export interface Scope {
  after(work: () => unknown): void;
}

/** Starts a server on this machine that answers as `reply` says, and ends with the test. */
export async function startServer(
  t: Scope,
  reply: (request: Seen) => Reply,
  tls?: ServerOptions,
): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      if (url === '/v2/') return response.end();
      const bytes = Buffer.concat(chunks);
      const one = { method, url, headers, body: bytes.toString(), bytes };
      seen.push(one);
      const answer = reply(one);
      if (typeof answer === 'function') return answer(response);
      const { status = 200, headers: given = {}, body = '' } = answer;
      response.writeHead(status, { 'content-length': Buffer.byteLength(body).toString(), ...given }).end(body);
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on TCP has an address of this kind.
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, origin: `${tls === undefined ? 'http' : 'https'}://${host}`, seen };
}

/** Content and the descriptor that fits it. */
export interface Content {
  readonly bytes: Buffer;
  readonly descriptor: Descriptor;
}

export function contentOf(bytes: Buffer | string, mediaType: string): Content {
  const buffer = Buffer.from(bytes);
  const descriptor = { mediaType, digest: digestOf(buffer), size: buffer.length, annotations: {} };
  return { bytes: buffer, descriptor };
}

/** The smallest real image: one layer that is an empty tar. */
export interface TinyImage {
  readonly manifest: Content;
  readonly config: Content;
  readonly layer: Content;
}

export function tinyImage(): TinyImage {
  const tar = Buffer.alloc(1024);
  const layer = contentOf(gzipSync(tar), 'application/vnd.oci.image.layer.v1.tar+gzip');
  const rootfs = { type: 'layers', diff_ids: [digestOf(tar)] };
  const config = contentOf(
    JSON.stringify({ os: 'linux', architecture: 'amd64', config: {}, rootfs }),
    mediaTypes.ociConfig,
  );
  const body = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: config.descriptor,
    layers: [layer.descriptor],
  };
  return { manifest: contentOf(JSON.stringify(body), mediaTypes.ociManifest), config, layer };
}

/** Answers as a registry does that has this image as `app:1`. */
export function serveImage({ manifest, config, layer }: TinyImage): (request: Seen) => Reply {
  const found = new Map<string, Reply>([
    ['/v2/app/manifests/1', manifestReply(manifest)],
    [`/v2/app/manifests/${manifest.descriptor.digest}`, manifestReply(manifest)],
    [`/v2/app/blobs/${config.descriptor.digest}`, { body: config.bytes }],
    [`/v2/app/blobs/${layer.descriptor.digest}`, { body: layer.bytes }],
  ]);
  return ({ url }) => found.get(url) ?? notFound;
}

export function manifestReply({ bytes, descriptor }: Content): Reply {
  const headers = { 'content-type': descriptor.mediaType, 'docker-content-digest': descriptor.digest };
  return { headers, body: bytes };
}

export const notFound: Reply = {
  status: 404,
  body: JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }),
};

/** A system in which sleeping takes no time but moves the clock. */
export interface FakeSystem extends System {
  /** Every sleep so far, in milliseconds. */
  readonly slept: readonly number[];
  /** Lets time go by. */
  pass(milliseconds: number): void;
}

export function fakeSystem(addresses: Readonly<Record<string, string>> = {}): FakeSystem {
  let time = Date.parse('2026-01-01T00:00:00Z');
  const slept: number[] = [];
  return {
    slept,
    now: () => time,
    sleep(milliseconds, signal) {
      signal.throwIfAborted();
      slept.push(milliseconds);
      time += milliseconds;
      return Promise.resolve();
    },
    random: () => 0.5,
    lookup(host, options, done) {
      const address = addresses[host];
      if (address === undefined) return realSystem.lookup(host, options, done);
      process.nextTick(done, null, [{ address, family: address.includes(':') ? 6 : 4 }]);
    },
    pass(milliseconds) {
      time += milliseconds;
    },
  };
}

/** A transport that ends with the test, and waits for nothing. */
export function openTransport(
  t: Scope,
  host: string,
  options: RegistryOptions = {},
  system: System = fakeSystem(),
): Transport {
  const transport = createTransport(host, { timeout: 5000, certificateFolders: [], ...options }, system);
  t.after(() => transport.close());
  return transport;
}

/** The request whose path ends in `/thing`, which stands for any content. */
export const thing = { method: 'GET', repository: 'app', path: 'thing', expect: [200], what: 'the thing' } as const;

/** Fetches that content as text. */
export async function getThing(transport: Transport, repository = 'app'): Promise<string> {
  const { body } = await transport.request({ ...thing, repository });
  return String(await collect(body, 1 << 20));
}

/** Asserts that something fails with one of our errors, and gives it. */
export async function rejects(
  work: Promise<unknown>,
  code: string,
  message: RegExp,
  hint: RegExp = /(?:)/,
): Promise<BullaError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof BullaError, String(error));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  assert.match(error.hint ?? '', hint);
  return error;
}
