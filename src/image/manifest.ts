import { parseDigest, type Digest } from '#kit/digest.ts';
import { asCount, asObject, asText, asTextMap, asTexts, parseJson, type JsonObject } from '#kit/narrow.ts';
import { imageError } from './errors.ts';
import { imageLimits } from './limits.ts';
import type { Platform } from './platform.ts';

/** Media types of the OCI image specification 1.1 and of Docker's image manifest, version 2, schema 2. */
export const mediaTypes = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
} as const;

/** What a manifest may be, in the order of preference; sent as the `Accept` header. */
export const manifestTypes = [
  mediaTypes.ociIndex,
  mediaTypes.ociManifest,
  mediaTypes.dockerList,
  mediaTypes.dockerManifest,
] as const;

/** A pointer to content: its type, digest and size. OCI image specification, "Content Descriptors". */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Size in bytes of what it points to. */
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  readonly platform?: Platform;
  /** Where the content is when it is not in the registry ("foreign" layers); never followed. */
  readonly urls?: readonly string[];
}

/** An image manifest: one config and the layers from the lowest to the topmost. */
export interface Manifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}

/** An image index, or Docker's manifest list: one manifest a platform, and whatever belongs to them. */
export interface Index {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Reads the bytes of a manifest or an index. The body decides what it is; a declared media type that says otherwise is an
 * error, because content that can be taken for two things can be judged as one and run as the other.
 *
 * @throws `manifest-invalid`, `manifest-too-large`, `manifest-unsupported`
 */
export function parseManifest(bytes: Uint8Array, declaredType?: string): Manifest | Index {
  if (bytes.length > imageLimits.indexBytes) throw tooLarge(bytes.length, imageLimits.indexBytes);
  const body = asObject(parseJson(bytes));
  if (body === undefined) throw invalid('it is not a JSON object');
  if (body['schemaVersion'] === 1) throw schema1();
  if (body['schemaVersion'] !== 2)
    throw invalid(`its schemaVersion is ${JSON.stringify(body['schemaVersion'])}, not 2`);
  const isIndex = Array.isArray(body['manifests']) || isEmptyIndex(body);
  if (isIndex && Array.isArray(body['layers'])) throw invalid('it has both "manifests" and "layers"');
  const mediaType = agreedType(asText(body['mediaType']), declaredType, isIndex);
  const annotations = asTextMap(body['annotations']);
  if (isIndex)
    return { kind: 'index', mediaType, manifests: descriptors(body['manifests'] ?? [], 'manifests'), annotations };
  if (bytes.length > imageLimits.manifestBytes) throw tooLarge(bytes.length, imageLimits.manifestBytes);
  const layers = descriptors(body['layers'] ?? [], 'layers');
  if (layers.length > imageLimits.layers) throw invalid(`it has ${layers.length} layers`);
  return {
    kind: 'manifest',
    mediaType,
    artifactType: asText(body['artifactType']),
    config: descriptor(body['config'], 'config'),
    layers,
    subject: body['subject'] === undefined ? undefined : descriptor(body['subject'], 'subject'),
    annotations,
  };
}

/** Programs in Go write a list that is empty as null: so do some registries that list no referrers. */
function isEmptyIndex(body: JsonObject): boolean {
  return body['manifests'] === null && body['config'] === undefined && body['layers'] === undefined;
}

/** How many bytes content of this type may have when it is fetched as a manifest. */
export function manifestLimit(mediaType: string | undefined): number {
  return mediaType !== undefined && isIndexType(mediaType) ? imageLimits.indexBytes : imageLimits.manifestBytes;
}

export function isIndexType(mediaType: string): boolean {
  return mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerList;
}

export function isManifestType(mediaType: string): boolean {
  return mediaType === mediaTypes.ociManifest || mediaType === mediaTypes.dockerManifest;
}

/** Reads one descriptor; `where` names it in the error. @throws `manifest-invalid` */
export function descriptor(value: unknown, where: string): Descriptor {
  const fields = asObject(value);
  const digest = parseDigest(fields?.['digest']);
  const size = asCount(fields?.['size']);
  const mediaType = asText(fields?.['mediaType']);
  if (fields === undefined || digest === undefined || size === undefined || mediaType === undefined) {
    throw invalid(`"${where}" is not a descriptor with mediaType, digest and size`);
  }
  const urls = asTexts(fields['urls']);
  return {
    mediaType,
    digest,
    size,
    annotations: asTextMap(fields['annotations']),
    artifactType: asText(fields['artifactType']),
    platform: readPlatform(asObject(fields['platform'])),
    urls: urls.length === 0 ? undefined : urls,
  };
}

function descriptors(value: unknown, where: string): Descriptor[] {
  if (!Array.isArray(value)) throw invalid(`"${where}" is not a list`);
  return value.map((item, position) => descriptor(item, `${where}[${position}]`));
}

function readPlatform(fields: JsonObject | undefined): Platform | undefined {
  const os = asText(fields?.['os']);
  const architecture = asText(fields?.['architecture']);
  if (os === undefined || architecture === undefined) return undefined;
  return { os, architecture, variant: asText(fields?.['variant']) };
}

function agreedType(inBody: string | undefined, declared: string | undefined, isIndex: boolean): string {
  const type = inBody ?? declared ?? (isIndex ? mediaTypes.ociIndex : mediaTypes.ociManifest);
  for (const stated of [inBody, declared]) {
    if (stated === undefined) continue;
    if (stated === mediaTypes.dockerSchema1 || stated === mediaTypes.dockerSchema1Signed) throw schema1();
    if (isIndex ? isManifestType(stated) : isIndexType(stated)) {
      throw invalid(`it says that it is ${stated}, but its content is ${isIndex ? 'an index' : 'a manifest'}`);
    }
  }
  return type;
}

function schema1() {
  return imageError('manifest-unsupported', 'the image has the retired manifest format "schema 1"', {
    hint: 'push it again with a current docker or skopeo; schema 1 cannot be verified by digest and layers',
  });
}

function tooLarge(size: number, limit: number) {
  return imageError('manifest-too-large', `the manifest has ${size} bytes; at most ${limit} are read`);
}

function invalid(problem: string) {
  return imageError('manifest-invalid', `the manifest is not usable: ${problem}`);
}
