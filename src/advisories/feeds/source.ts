import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf } from '#kit/error.ts';
import { advisoryError } from '#advisories/errors.ts';

/** Where a feed comes from: a server, or a folder with the same layout. */
export interface FeedSource {
  /** Its URL, ending in `/` for a folder. */
  readonly url: string;
  /** Opens a file below it. With the mark of an earlier version, the answer may be that nothing has changed. */
  open(path: string, etag?: string): Promise<SourceFile>;
  /** Names below it; nothing for servers, which do not list them. */
  list(): Promise<readonly string[] | undefined>;
}

export type SourceFile = { readonly kind: 'unchanged' } | { readonly kind: 'missing' } | SourceContent;

export interface SourceContent {
  readonly kind: 'content';
  readonly url: string;
  readonly bytes: AsyncIterable<Buffer>;
  /** Length in bytes, if the source says so. */
  readonly size?: number;
  /** The source's mark of this version. */
  readonly etag?: string;
  /** Where it lies, for a file of this machine. */
  readonly path?: string;
}

/**
 * Opens the one of several names that a source has: publishers and mirrors call the same file differently.
 * @throws `feed-not-found`
 */
export async function openAny(
  source: FeedSource,
  names: readonly string[],
  etag: string | undefined,
): Promise<Exclude<SourceFile, { kind: 'missing' }>> {
  for (const name of names) {
    const file = await source.open(name, etag);
    if (file.kind !== 'missing') return file;
  }
  throw advisoryError('feed-not-found', `${source.url} has no ${names.join(' or ')}`);
}

/** Milliseconds that a server may take to answer at all. */
const patience = 20_000;
const chunkBytes = 1 << 20;

/**
 * The source that a URL or a path stands for.
 * @param offline refuse whatever is not a folder of this machine
 * @throws `feed-unknown` for a URL of another kind
 */
export function feedSource(location: string, offline = false): FeedSource {
  if (/^https?:\/\//.test(location)) return offline ? offlineSource(location) : serverSource(withSlash(location));
  if (/^[a-z][a-z0-9+.-]+:\/\//.test(location) && !location.startsWith('file:')) {
    throw advisoryError('feed-unknown', `${location} is neither an http nor a file URL`);
  }
  return folderSource(location.startsWith('file://') ? fileURLToPath(location) : location.replace(/^file:/, ''));
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

function folderSource(folder: string): FeedSource {
  const url = withSlash(pathToFileURL(folder).href);
  return {
    url,
    async open(path, etag) {
      const file = join(folder, path);
      const found = await stat(file).catch(() => undefined);
      if (found?.isFile() !== true) return { kind: 'missing' };
      const mark = `${found.size}-${Math.trunc(found.mtimeMs)}`;
      if (mark === etag) return { kind: 'unchanged' };
      const bytes = createReadStream(file, { highWaterMark: chunkBytes });
      return { kind: 'content', url: pathToFileURL(file).href, bytes, size: found.size, etag: mark, path: file };
    },
    list: () => readdir(folder).catch(() => []),
  };
}

/** A server. A user and password in its URL are sent to it, and are no part of its name: that is stored, and shown. */
function serverSource(location: string): FeedSource {
  const { url, authorization } = withoutCredentials(location);
  return {
    url,
    async open(path, etag) {
      const address = new URL(path.split('/').map(encodeURIComponent).join('/'), url);
      const answer = await get(address, {
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
        ...(authorization === undefined ? {} : { authorization }),
      });
      if (answer.status === 304) return { kind: 'unchanged' };
      if (answer.status === 404) return { kind: 'missing' };
      if (!answer.ok || answer.body === null) {
        throw unreachable(address, `it answered ${answer.status} ${answer.statusText}`);
      }
      const size = Number(answer.headers.get('content-length') ?? Number.NaN);
      return {
        kind: 'content',
        url: address.href,
        bytes: chunksOf(address, answer.body),
        // The length of a compressed transfer is not that of the content.
        size: Number.isSafeInteger(size) && answer.headers.get('content-encoding') === null ? size : undefined,
        etag: answer.headers.get('etag') ?? undefined,
      };
    },
    list: () => Promise.resolve(undefined),
  };
}

function withoutCredentials(location: string): { url: string; authorization?: string } {
  const url = new URL(location);
  const { username, password } = url;
  if (username === '' && password === '') return { url: url.href };
  url.username = '';
  url.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url: url.href, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

async function get(address: URL, headers: Record<string, string>): Promise<Response> {
  try {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(new Error(`no answer within ${patience / 1000} s`)), patience);
    // The time counts until the answer begins; how long it then takes depends on its size.
    return await fetch(address, { headers, signal: giveUp.signal }).finally(() => clearTimeout(timer));
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw unreachable(address, messageOf(cause));
  }
}

async function* chunksOf(address: URL, body: ReadableStream<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  } catch (error) {
    throw unreachable(address, messageOf(error));
  }
}

function offlineSource(location: string): FeedSource {
  const { url } = withoutCredentials(withSlash(location));
  return {
    url,
    open: () => Promise.reject(advisoryError('feed-unreachable', `${url} is not asked, because this is --offline`)),
    list: () => Promise.resolve(undefined),
  };
}

function unreachable(address: URL, why: string) {
  return advisoryError('feed-unreachable', `${address.href} cannot be fetched: ${why}`, {
    hint: 'check the network and the proxy, or take a copy of the feed: bulla db update --from DIR',
  });
}
