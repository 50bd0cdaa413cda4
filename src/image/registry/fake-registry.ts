import { digestOf, parseDigest } from '#kit/digest.ts';
import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { mediaTypes } from '#image/manifest.ts';
import { notFound, type Reply, type Seen } from './testing.ts';

export interface FakeOptions {
  /** Whether it has the API for referrers. */
  readonly hasReferrers?: boolean;
  /** Whether it gives ETags and heeds `If-Match`. */
  readonly heedsConditions?: boolean;
  /** Whether blobs of other repositories can be mounted. */
  readonly mounts?: boolean;
  /** The fewest bytes of a chunk that is not the last. */
  readonly leastChunk?: number;
  /** Makes the `Location` of an upload out of its path. */
  readonly locate?: (path: string) => string;
  /** Answers in place of the registry; to let something fail. */
  readonly instead?: (seen: Seen) => Reply | undefined;
}

interface Stored {
  readonly type: string;
  readonly bytes: Buffer;
}

/** A registry in memory, after the OCI distribution specification, as far as clients need it. */
export interface FakeRegistry {
  readonly reply: (seen: Seen) => Reply;
  /** `REPOSITORY@DIGEST` of each blob. */
  readonly blobs: Map<string, Buffer>;
  /** `REPOSITORY:TAG` and `REPOSITORY@DIGEST` of each manifest. */
  readonly manifests: Map<string, Stored>;
}

export function fakeRegistry(options: FakeOptions = {}): FakeRegistry {
  const { locate = (path: string) => path, instead = () => undefined } = options;
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Stored>();
  const uploads = new Map<string, Buffer>();
  let begun = 0;

  function blob({ method }: Seen, repository: string, digest: string): Reply {
    const bytes = blobs.get(`${repository}@${digest}`);
    if (bytes === undefined || (method !== 'GET' && method !== 'HEAD')) return notFound;
    return { headers: { 'docker-content-digest': digest }, body: bytes };
  }

  function begin(repository: string, query: URLSearchParams): Reply {
    const digest = query.get('mount') ?? '';
    const mounted = blobs.get(`${query.get('from') ?? ''}@${digest}`);
    if (options.mounts === true && mounted !== undefined) {
      blobs.set(`${repository}@${digest}`, mounted);
      return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}` } };
    }
    begun += 1;
    uploads.set(String(begun), Buffer.alloc(0));
    return onTheWay(202, repository, String(begun));
  }

  /** Each state of an upload has a place of its own, as docker's registry has it. */
  function onTheWay(status: number, repository: string, id: string): Reply {
    const size = uploads.get(id)?.length ?? 0;
    const path = `/v2/${repository}/blobs/uploads/${id}?state=a%2Fb+${size}`;
    const least: Record<string, string> =
      options.leastChunk === undefined ? {} : { 'oci-chunk-min-length': String(options.leastChunk) };
    return { status, headers: { location: locate(path), range: `0-${Math.max(0, size - 1)}`, ...least } };
  }

  function upload(seen: Seen, repository: string, id: string, query: URLSearchParams): Reply {
    const before = uploads.get(id);
    const isCurrent = seen.url.includes(`state=a%2Fb+${before?.length}`);
    if (before === undefined) return { status: 404, body: '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}' };
    if (seen.method === 'GET') return onTheWay(204, repository, id);
    const whole = Buffer.concat([before, seen.bytes]);
    if (seen.method === 'PATCH') {
      const range = `${before.length}-${whole.length - 1}`;
      if (seen.headers['content-range'] !== range) return onTheWay(416, repository, id);
      uploads.set(id, whole);
      return onTheWay(202, repository, id);
    }
    const digest = query.get('digest') ?? '';
    if (!isCurrent || seen.method !== 'PUT' || digestOf(whole) !== digest) {
      return { status: 400, body: '{"errors":[{"code":"DIGEST_INVALID"}]}' };
    }
    uploads.delete(id);
    blobs.set(`${repository}@${digest}`, whole);
    return { status: 201, headers: { 'docker-content-digest': digest } };
  }

  function manifest(seen: Seen, repository: string, name: string): Reply {
    const isDigest = parseDigest(name) !== undefined;
    const key = `${repository}${isDigest ? '@' : ':'}${name}`;
    const found = manifests.get(key);
    const etag = found === undefined ? undefined : `"${digestOf(found.bytes)}"`;
    if (seen.method === 'PUT') {
      const condition = options.heedsConditions === true ? seen.headers['if-match'] : undefined;
      if (condition !== undefined && condition !== etag) return { status: 412 };
      return store(seen, repository, key);
    }
    if (found === undefined || etag === undefined) return notFound;
    const headers = { 'content-type': found.type, 'docker-content-digest': digestOf(found.bytes) };
    return { headers: options.heedsConditions === true ? { ...headers, etag } : headers, body: found.bytes };
  }

  function store({ headers, bytes }: Seen, repository: string, key: string): Reply {
    const digest = digestOf(bytes);
    const stored = { type: headers['content-type'] ?? '', bytes };
    manifests.set(key, stored).set(`${repository}@${digest}`, stored);
    const subject = options.hasReferrers === true ? subjectOf(bytes) : undefined;
    const said: Record<string, string> = subject === undefined ? {} : { 'oci-subject': subject };
    return { status: 201, headers: { 'docker-content-digest': digest, ...said } };
  }

  function referrers(repository: string, subject: string): Reply {
    if (options.hasReferrers !== true) return { status: 404, body: '404 page not found' };
    const found = [...manifests]
      .filter(([key, { bytes }]) => key.startsWith(`${repository}@`) && subjectOf(bytes) === subject)
      .map(([, { type, bytes }]) => ({ mediaType: type, digest: digestOf(bytes), size: bytes.length }));
    const list = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: found };
    return { headers: { 'content-type': mediaTypes.ociIndex }, body: JSON.stringify(list) };
  }

  function reply(seen: Seen): Reply {
    const { pathname, searchParams } = new URL(seen.url, 'http://x');
    const [, repository = '', kind, rest = ''] =
      /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests|referrers)\/(.*)$/.exec(pathname) ?? [];
    if (kind === 'blobs') return blob(seen, repository, rest);
    if (kind === 'manifests') return manifest(seen, repository, rest);
    if (kind === 'referrers') return referrers(repository, rest);
    if (kind !== 'blobs/uploads') return notFound;
    return rest === '' ? begin(repository, searchParams) : upload(seen, repository, rest, searchParams);
  }

  return { blobs, manifests, reply: (seen) => instead(seen) ?? reply(seen) };
}

function subjectOf(bytes: Buffer): string | undefined {
  return asText(asObject(asObject(parseJson(bytes))?.['subject'])?.['digest']);
}
