import { isIPv6 } from 'node:net';
import { policyError } from '#policy/errors.ts';
import { fn, method, type Library } from '#policy/cel/function.ts';
import { bool, list, map, opaque, text } from '#policy/cel/type.ts';
import type { MapKey, Value } from '#policy/cel/value.ts';

/** The parts of a URL as they are written: nothing is completed or made canonical. */
interface Url {
  readonly written: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

const urlType = opaque<Url>('kubernetes.URL', (one, other) => one.written === other.written);
const { wrap, unwrap } = urlType;

/** `url()` and its methods (Kubernetes, "URL library"): an absolute URL or an absolute path. */
export const urls: Library = {
  name: 'URLs',
  functions: [
    fn('url', [text], urlType, (written) => wrap(read(written))),
    fn('isURL', [text], bool, (written) => parse(written) !== undefined),
    method('getScheme', [urlType], text, (value) => unwrap(value).scheme),
    method('getHost', [urlType], text, (value) => unwrap(value).host),
    method('getHostname', [urlType], text, (value) => splitHost(unwrap(value).host).name),
    method('getPort', [urlType], text, (value) => splitHost(unwrap(value).host).port),
    method('getEscapedPath', [urlType], text, (value) => escapedPath(unwrap(value).path)),
    method('getQuery', [urlType], map(text, list(text)), (value) => queryOf(unwrap(value).query)),
  ],
};

function parse(written: string): Url | undefined {
  if (written.length > 100_000 || /[\s\p{Cc}]/u.test(written)) return undefined;
  const found = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?]*)(?:\?(.*))?$/.exec(written);
  if (found === null) return undefined;
  const [, scheme = '', authority = '', path = '', query = ''] = found;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const isAbsolute = scheme !== '' || path.startsWith('/');
  const isWellEscaped = !/%(?![0-9A-Fa-f]{2})/.test(path);
  if (!isAbsolute || !isWellEscaped || !isHost(host)) return undefined;
  return { written, scheme: scheme.toLowerCase(), host, path, query };
}

function isHost(host: string): boolean {
  const { name, port, isBracketed } = splitHost(host);
  if (host.startsWith('[') !== isBracketed || !/^\d*$/.test(port)) return false;
  return isBracketed ? isIPv6(name) : !/[[\]:<>"{}|\\^`]/.test(name);
}

function splitHost(host: string) {
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/s.exec(host) ?? [
    undefined,
    undefined,
    host,
  ];
  return { name: bracketed ?? plain ?? '', port, isBracketed: bracketed !== undefined };
}

/** What a path may not have as it is, in percents. */
function escapedPath(path: string): string {
  return path.replaceAll(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]+/g, (part) => encodeURIComponent(part.toWellFormed()));
}

function queryOf(query: string): ReadonlyMap<MapKey, Value> {
  const parameters = new Map<MapKey, string[]>();
  for (const [key, value] of new URLSearchParams(query)) parameters.set(key, [...(parameters.get(key) ?? []), value]);
  return parameters;
}

function read(written: string): Url {
  const parsed = parse(written);
  if (parsed === undefined) throw policyError('expression-failed', `"${written.slice(0, 100)}" is no URL`);
  return parsed;
}
