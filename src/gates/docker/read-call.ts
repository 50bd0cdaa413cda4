import { asObject, asText, parseJson } from '#kit/narrow.ts';

/** What a client of the Docker engine asks for, as the engine tells its authorization plugins. */
export interface DockerCall {
  readonly method: string;
  /** Without its version, decoded. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Empty where the engine hands on none: it hands on JSON alone. */
  readonly body: Buffer;
}

const largestCall = 16 << 20;

/**
 * Reads the message of the engine (`AuthZPlugin.AuthZReq`; moby, pkg/authorization/api.go). What another reader could understand
 * otherwise is a problem.
 */
export function readCall(bytes: Uint8Array): DockerCall | { readonly problem: string } {
  if (bytes.length > largestCall) return { problem: 'the call is larger than any' };
  const call = asObject(parseJson(bytes));
  const [method, uri] = [asText(call?.['RequestMethod']), asText(call?.['RequestUri'])];
  if (call === undefined || method === undefined || uri === undefined) return { problem: 'it is no call' };
  const body = readBody(call['RequestBody']);
  if (body === undefined) return { problem: 'its body is no base64' };
  const headers = readHeaders(call['RequestHeaders']);
  if (headers === undefined) return { problem: 'a header is there twice, or is no text' };
  const target = readTarget(uri);
  return 'problem' in target ? target : { method, ...target, headers, body };
}

function readBody(value: unknown): Buffer | undefined {
  if (value === undefined || value === null) return Buffer.alloc(0);
  const text = asText(value);
  if (text === undefined || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

function readHeaders(value: unknown): ReadonlyMap<string, string> | undefined {
  const headers = new Map<string, string>();
  for (const [name, written] of Object.entries(asObject(value ?? {}) ?? { '': undefined })) {
    const text = asText(written);
    if (text === undefined || headers.has(name.toLowerCase())) return undefined;
    headers.set(name.toLowerCase(), text);
  }
  return headers;
}

/** Path and query. A path that the engine would tidy up first, or that is not one of its own, is a problem. */
function readTarget(uri: string): Pick<DockerCall, 'path' | 'query'> | { readonly problem: string } {
  const mark = uri.indexOf('?');
  const path = decode(mark < 0 ? uri : uri.slice(0, mark));
  if (path === undefined || !path.startsWith('/')) return { problem: 'its address is no path' };
  const [, ...steps] = path.split('/');
  if (steps.some((step) => ['', '.', '..'].includes(step)) || /[\\\p{Cc}#]/u.test(path)) {
    return { problem: `its address can be read in two ways: ${path}` };
  }
  const query = mark < 0 ? new Map<string, string>() : readQuery(uri.slice(mark + 1));
  if (query === undefined) return { problem: 'its query can be read in two ways' };
  return { path: path.replace(/^\/v\d[\d.]*(?=\/)/, ''), query };
}

/** Parameters, each there once. */
function readQuery(text: string): ReadonlyMap<string, string> | undefined {
  const query = new Map<string, string>();
  for (const part of text.split('&').filter((one) => one !== '')) {
    const [name = '', ...value] = part.split('=');
    const [key, decoded] = [name, value.join('=')].map((one) => decode(one.replaceAll('+', ' ')));
    if (key === undefined || decoded === undefined || key.includes(';') || query.has(key)) return undefined;
    query.set(key, decoded);
  }
  return query;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
