import { createHasher, digestOf, parseDigest, type Digest } from '#kit/digest.ts';
import { asList, asObject, asText, asTexts, parseJson } from '#kit/narrow.ts';
import { openArchive } from '#image/archive.ts';
import { compressionOf } from '#image/compression.ts';
import { parseConfig } from '#image/config.ts';
import { imageError } from '#image/errors.ts';
import { openIn, readSmall, type FileSet } from '#image/file-set.ts';
import { openImage, type Image } from '#image/image.ts';
import { layoutStore } from '#image/layout.ts';
import { imageLimits } from '#image/limits.ts';
import { mediaTypes, type Descriptor } from '#image/manifest.ts';
import type { Platform } from '#image/platform.ts';
import { formatReference, parseReference } from '#image/reference.ts';
import type { Store } from '#image/store.ts';
import { splitPath } from './oci.ts';
import type { Source } from './source.ts';

/**
 * `docker-archive:FILE[:NAME]`: what `docker save`, `podman save` and `skopeo copy` write. Since Docker 25 such an archive is
 * also an OCI layout; the old form has only a `manifest.json` of its own.
 */
export const dockerArchive: Source = {
  async open(name, { platform }) {
    const { path, wanted } = splitPath(name);
    return openDockerArchive(`docker-archive:${name}`, await openArchive(path), wanted, platform);
  },
};

/**
 * Opens an image in the files of a `docker save` archive; closing the image closes them, and so does a failure.
 * @throws `archive-invalid`, `image-not-found`
 */
export function openDockerArchive(
  reference: string,
  archive: FileSet,
  wanted: string | undefined,
  platform: Platform,
): Promise<Image> {
  return openIn(archive, (files) => openEitherForm(reference, files, wanted, platform));
}

async function openEitherForm(
  reference: string,
  files: FileSet,
  wanted: string | undefined,
  platform: Platform,
): Promise<Image> {
  const isLayout = (await files.size('oci-layout')) !== undefined && (await files.size('index.json')) !== undefined;
  if (isLayout) return openImage(reference, await layoutStore(reference, files, canonicalName(wanted)), platform);
  const image = await openImage(reference, await oldStore(reference, files, wanted), platform);
  // The old form keeps no manifest, and the one made up for it is in no registry: the image id is what others know it by.
  return { ...image, digest: image.id };
}

/** Docker writes full names into the layout, so `app:1` is looked for as `docker.io/library/app:1`. */
function canonicalName(wanted: string | undefined): string | undefined {
  if (wanted === undefined || parseDigest(wanted) !== undefined) return wanted;
  return wanted.includes(':') ? formatReference(parseReference(wanted)) : wanted;
}

async function oldStore(name: string, files: FileSet, wanted: string | undefined): Promise<Store> {
  const entry = chooseEntry(name, await readSmall(files, 'manifest.json', imageLimits.manifestBytes), wanted);
  const configBytes = await readSmall(files, entry.config, imageLimits.manifestBytes);
  if (configBytes === undefined) throw incomplete(entry.config);
  const { diffIds } = parseConfig(configBytes);
  const paths = new Map<Digest, string>();
  const layers: Descriptor[] = [];
  for (const [index, path] of entry.layers.entries()) {
    const layer = await describeLayer(files, path, diffIds[index]);
    paths.set(layer.digest, path);
    layers.push(layer);
  }
  const config = { ...sized(mediaTypes.ociConfig, configBytes), digest: digestOf(configBytes) };
  paths.set(config.digest, entry.config);
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers }));
  const root = sized(mediaTypes.ociManifest, manifest);
  return {
    root: () => Promise.resolve(root),
    async *open({ digest }) {
      if (digest === root.digest) return yield manifest;
      const path = paths.get(digest);
      if (path === undefined) throw incomplete(digest);
      yield* files.open(path);
    },
    close: () => files.close(),
  };
}

interface Entry {
  readonly config: string;
  readonly names: readonly string[];
  readonly layers: readonly string[];
}

function chooseEntry(name: string, bytes: Buffer | undefined, wanted: string | undefined): Entry {
  const entries = asList(bytes === undefined ? undefined : parseJson(bytes)).map((item): Entry => {
    const fields = asObject(item);
    return {
      config: asText(fields?.['Config']) ?? '',
      names: asTexts(fields?.['RepoTags']),
      layers: asTexts(fields?.['Layers']),
    };
  });
  if (entries.length === 0) {
    throw imageError(
      'archive-invalid',
      `${name} is not an image archive: it has neither index.json nor manifest.json`,
      {
        hint: 'make it with docker save, podman save or skopeo copy',
      },
    );
  }
  const sought = wanted === undefined ? undefined : formatReference(parseReference(wanted));
  const found = entries.filter(
    ({ names }) => sought === undefined || names.some((tag) => formatReference(parseReference(tag)) === sought),
  );
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  throw imageError(
    'image-not-found',
    `${name} has ${sought === undefined ? 'several images' : `no image "${wanted}"`}`,
    {
      hint: `it has: ${entries.flatMap(({ names }) => names).join(', ')}`,
    },
  );
}

/** The descriptor of a layer. A plain tar is its own diffID; the digest of a compressed one must be computed. */
async function describeLayer(files: FileSet, path: string, diffId: Digest | undefined): Promise<Descriptor> {
  const size = await files.size(path);
  if (size === undefined || diffId === undefined) throw incomplete(path);
  const hasher = createHasher();
  let compressed: boolean | undefined;
  for await (const chunk of files.open(path)) {
    compressed ??= compressionOf(chunk) !== 'none';
    if (!compressed) break;
    hasher.update(chunk);
  }
  const digest = compressed === true ? hasher.digest() : diffId;
  return { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size, annotations: {} };
}

function sized(mediaType: string, bytes: Buffer): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length, annotations: {} };
}

function incomplete(path: string) {
  return imageError('archive-invalid', `the archive is not whole: ${path} is missing`, {
    hint: 'save the image again',
  });
}
