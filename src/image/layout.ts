import { digestOf, hexOf, algorithmOf, type Digest } from '#kit/digest.ts';
import { asObject, parseJson } from '#kit/narrow.ts';
import { imageError } from './errors.ts';
import { readSmall, type FileSet } from './file-set.ts';
import { imageLimits } from './limits.ts';
import { descriptor, isManifestType, mediaTypes, parseManifest, type Descriptor } from './manifest.ts';
import type { Store } from './store.ts';

const tagAnnotation = 'org.opencontainers.image.ref.name';
/** cosign save marks the signatures and attestations of the one image that it saves, which name no subject. */
const savedKinds: readonly (string | undefined)[] = ['dev.cosignproject.cosign/sigs', 'dev.cosignproject.cosign/atts'];
/** Docker and containerd keep the full name here, and only the tag in the annotation of the specification. */
const nameAnnotation = 'io.containerd.image.name';

/**
 * A store over the files of an OCI image layout (OCI image specification, "Image Layout").
 * @param wanted a tag, a full name or a digest; without one, the only image that is there
 * @throws `source-unreadable`, `image-not-found` naming what there is, `manifest-invalid`
 */
export async function layoutStore(name: string, files: FileSet, wanted: string | undefined): Promise<Store> {
  const bytes = await readSmall(files, 'index.json', imageLimits.indexBytes);
  if (bytes === undefined) {
    throw imageError('source-unreadable', `${name} is not an OCI layout: it has no index.json`, {
      hint: 'for an unpacked root file system write dir:PATH',
    });
  }
  const index = parseManifest(bytes, mediaTypes.ociIndex);
  const entries = index.kind === 'index' ? index.manifests : [];
  const root = choose(name, entries, wanted) ?? indexItself(bytes);
  return {
    root: () => Promise.resolve(root),
    open: (wantedBlob) => openBlob(files, bytes, wantedBlob),
    referrers: (subject) => findReferrers(files, entries, subject),
    find: (digest) => findManifest(files, entries, digest),
    tagged: (tag) => Promise.resolve(entries.find(({ annotations }) => annotations[tagAnnotation] === tag)),
    close: () => files.close(),
  };
}

/** The one entry that is meant; nothing if `index.json` as a whole is (one entry a platform, no names). */
function choose(name: string, entries: readonly Descriptor[], wanted: string | undefined): Descriptor | undefined {
  if (wanted === undefined) {
    const [first, second] = entries;
    if (first !== undefined && second === undefined) return first;
    const platforms = new Set(entries.map(({ platform }) => JSON.stringify(platform)));
    if (entries.length > 0 && platforms.size === entries.length && !platforms.has('undefined')) return undefined;
  }
  const found = entries.filter((entry) => isCalled(entry, wanted));
  if (found.length === 1 || (found.length > 1 && new Set(found.map(({ digest }) => digest)).size === 1))
    return found[0];
  const names = entries.flatMap(({ annotations }) => annotations[tagAnnotation] ?? []);
  const count = entries.length === 0 ? 'no images' : 'several images';
  const what = wanted === undefined || entries.length === 0 ? count : `no image "${wanted}"`;
  throw imageError('image-not-found', `${name} has ${what}`, {
    hint: hintFor(entries, names),
  });
}

function hintFor(entries: readonly Descriptor[], names: readonly string[]): string {
  if (entries.length === 0) return 'its index.json is empty; copy the image again';
  return names.length === 0 ? 'name one by its digest: oci:DIR@sha256:…' : `it has: ${names.join(', ')}`;
}

function isCalled({ digest, annotations }: Descriptor, wanted: string | undefined): boolean {
  return wanted !== undefined && [digest, annotations[tagAnnotation], annotations[nameAnnotation]].includes(wanted);
}

function indexItself(bytes: Buffer): Descriptor {
  return { mediaType: mediaTypes.ociIndex, digest: digestOf(bytes), size: bytes.length, annotations: {} };
}

async function* openBlob(files: FileSet, index: Buffer, wanted: Descriptor): AsyncGenerator<Buffer> {
  const path = blobPath(wanted.digest);
  if ((await files.size(path)) === undefined) {
    if (wanted.digest !== digestOf(index)) throw missing(wanted.digest);
    return yield index;
  }
  yield* files.open(path);
}

async function findReferrers(files: FileSet, entries: readonly Descriptor[], subject: Digest): Promise<Descriptor[]> {
  const found: Descriptor[] = [];
  for (const entry of entries.filter(({ mediaType }) => isManifestType(mediaType))) {
    const bytes = await readSmall(files, blobPath(entry.digest), imageLimits.manifestBytes);
    const body = bytes === undefined ? undefined : asObject(parseJson(bytes));
    if (savedKinds.includes(entry.annotations['kind'])) found.push(entry);
    else if (body?.['subject'] !== undefined && descriptor(body['subject'], 'subject').digest === subject)
      found.push(entry);
  }
  return found;
}

/** A manifest by its digest: listed, or just lying among the blobs. */
async function findManifest(
  files: FileSet,
  entries: readonly Descriptor[],
  digest: Digest,
): Promise<Descriptor | undefined> {
  const listed = entries.find((entry) => entry.digest === digest);
  const size = await files.size(blobPath(digest));
  if (listed !== undefined || size === undefined || size > imageLimits.indexBytes) return listed;
  return { mediaType: '', digest, size, annotations: {} };
}

function blobPath(digest: Digest): string {
  return `blobs/${algorithmOf(digest)}/${hexOf(digest)}`;
}

function missing(digest: Digest) {
  return imageError('source-unreadable', `the layout does not have ${digest}, which the image needs`, {
    hint: 'copy the image again: its layout is not whole',
  });
}
