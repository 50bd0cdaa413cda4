import { collect } from '#kit/bytes.ts';
import { createHasher, digestOf, parseDigest, type Digest } from '#kit/digest.ts';
import { asObject, asText, parseJson } from '#kit/narrow.ts';
import { imageError } from '#image/errors.ts';
import {
  isIndexType,
  isManifestType,
  manifestLimit,
  manifestTypes,
  mediaTypes,
  type Descriptor,
} from '#image/manifest.ts';
import type { Answer } from './exchange.ts';
import type { Transport } from './transport.ts';

/** A manifest or an index as the registry gave it, and the descriptor that these very bytes have. */
export interface FetchedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
  /** What the registry gave to tell this state of a tag from others (RFC 9110, section 8.8.3). */
  readonly etag?: string;
}

/**
 * Fetches a manifest by tag or digest (OCI distribution specification, "Pulling manifests"). The digest is computed from the
 * bytes, whatever the registry says, and must be the one that was asked for and the one that it says.
 *
 * @returns nothing if the registry does not have it
 * @throws `digest-mismatch`, `manifest-too-large`, and what {@link Transport.request} throws
 */
export async function fetchManifest(
  transport: Transport,
  repository: string,
  wanted: string,
): Promise<FetchedManifest | undefined> {
  const answer = await askForManifest(transport, repository, wanted, [200, 404]);
  if (answer.status === 200) return readAnswer(answer, transport.host, wanted);
  answer.discard();
  return undefined;
}

/** The same for a manifest that must be there. @throws `registry-not-found` besides */
export async function requireManifest(
  transport: Transport,
  repository: string,
  wanted: string,
): Promise<FetchedManifest> {
  return readAnswer(await askForManifest(transport, repository, wanted, [200]), transport.host, wanted);
}

function askForManifest(transport: Transport, repository: string, wanted: string, expect: readonly number[]) {
  const what = parseDigest(wanted) === undefined ? `the tag ${wanted}` : `the manifest ${wanted}`;
  const headers = { accept: manifestTypes.join(', ') };
  return transport.request({
    method: 'GET',
    repository,
    path: `manifests/${wanted}`,
    headers,
    expect,
    what,
    isSmall: true,
  });
}

async function readAnswer(answer: Answer, host: string, wanted: string): Promise<FetchedManifest> {
  const declared = mediaTypeOf(answer);
  const bytes = await readBounded(answer, manifestLimit(declared));
  const asked = parseDigest(wanted);
  const digest = asked === undefined ? digestOf(bytes) : rehash(bytes, asked);
  if (asked !== undefined && digest !== asked) throw mismatch(host, wanted, digest);
  const said = parseDigest(answer.headers['docker-content-digest']);
  // The digest of a signed schema 1 manifest leaves its signatures out, and none of those is read anyway.
  if (said !== undefined && declared !== mediaTypes.dockerSchema1Signed && rehash(bytes, said) !== said) {
    throw mismatch(host, said, digest);
  }
  const mediaType = isKnown(declared) ? declared : typeInside(bytes);
  return { descriptor: { mediaType, digest, size: bytes.length, annotations: {} }, bytes, etag: answer.headers.etag };
}

/** The type that an answer says it has, without parameters. */
export function mediaTypeOf(answer: Answer): string {
  return (answer.headers['content-type'] ?? '').replace(/;.*$/s, '').trim().toLowerCase();
}

/** A small body whole. @throws `manifest-too-large` */
export async function readBounded(answer: Answer, limit: number): Promise<Buffer> {
  const announced = Number(answer.headers['content-length'] ?? 0);
  const bytes = announced > limit ? undefined : await collect(answer.body, limit);
  if (bytes !== undefined) return bytes;
  answer.discard();
  const size = announced > limit ? announced : `more than ${limit}`;
  throw imageError('manifest-too-large', `the manifest has ${size} bytes; at most ${limit} are read`);
}

/** Some registries do not know what they store, and call it JSON or bytes; then the body says it. */
function typeInside(bytes: Buffer): string {
  const body = asObject(parseJson(bytes));
  const isIndex = Array.isArray(body?.['manifests']);
  return asText(body?.['mediaType']) ?? (isIndex ? mediaTypes.ociIndex : mediaTypes.ociManifest);
}

function isKnown(mediaType: string): boolean {
  const retired = mediaType === mediaTypes.dockerSchema1 || mediaType === mediaTypes.dockerSchema1Signed;
  return retired || isManifestType(mediaType) || isIndexType(mediaType);
}

/** The digest of bytes, made with the algorithm of another. */
export function rehash(bytes: Buffer, like: Digest): Digest {
  const hasher = createHasher(like);
  hasher.update(bytes);
  return hasher.digest();
}

function mismatch(host: string, promised: string, actual: Digest) {
  return imageError(
    'digest-mismatch',
    `the manifest is not what ${host} promises: ${promised}, but the bytes are ${actual}`,
    { hint: 'do not run this image: it was damaged or changed on its way' },
  );
}
