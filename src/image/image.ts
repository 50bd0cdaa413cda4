import type { Digest } from '#kit/digest.ts';
import { BullaError } from '#kit/error.ts';
import { layerOrigins, parseConfig, type ImageConfig } from './config.ts';
import { imageError } from './errors.ts';
import { imageLimits } from './limits.ts';
import { isIndexType, isManifestType, mediaTypes, type Descriptor, type Index, type Manifest } from './manifest.ts';
import { formatPlatform, platformMatches, type Platform } from './platform.ts';
import { readChecked, readManifest, type Store } from './store.ts';

/** One image for one platform, resolved: from here on its digest is its only identity. */
export interface Image {
  /** How it was asked for, in canonical form. */
  readonly reference: string;
  /** Digest of its manifest; of its configuration where the source keeps no manifest; none for a plain folder. */
  readonly digest?: Digest;
  /** Digest of the index that it was chosen from. */
  readonly indexDigest?: Digest;
  /** Digest of its configuration, which engines call the image id. */
  readonly id?: Digest;
  readonly config: ImageConfig;
  readonly annotations: Readonly<Record<string, string>>;
  /** From the lowest to the topmost. */
  readonly layers: readonly Layer[];
  readonly store?: Store;
}

/** One layer and how to read it. */
export interface Layer {
  /** Position from the bottom, from 0. */
  readonly index: number;
  /** Digest and size of the bytes as stored, usually compressed; none for a plain folder. */
  readonly digest?: Digest;
  readonly size: number;
  /** Digest of the uncompressed layer, as the configuration claims it. */
  readonly diffId?: Digest;
  /** The build step that made it; empty if the history does not tell. */
  readonly createdBy: string;
  readonly content: LayerContent;
}

export type LayerContent =
  /** A tar, perhaps compressed. The bytes are as they come: `readLayer` checks them against the descriptor. */
  | { readonly kind: 'tar'; readonly stored: Descriptor; readonly openUnchecked: () => AsyncIterable<Buffer> }
  /** A folder of this machine that is the root of the file system. */
  | { readonly kind: 'folder'; readonly path: string }
  /** A layer that the registry does not hold ("foreign", "non-distributable"); never fetched from elsewhere. */
  | { readonly kind: 'absent'; readonly mediaType: string };

/**
 * Opens the image that a store was asked for: follows indexes to the wanted platform, reads manifest and configuration, and
 * checks every byte against its digest. The image keeps the store open for its layers; a failure closes it.
 *
 * @throws `platform-not-found` with what there is, `manifest-…`, `config-invalid`, `index-too-deep`, `digest-mismatch`
 */
export async function openImage(reference: string, store: Store, platform: Platform): Promise<Image> {
  try {
    return await resolve(reference, store, platform);
  } catch (error) {
    await store.close();
    throw error instanceof BullaError ? error.within(reference) : error;
  }
}

async function resolve(reference: string, store: Store, platform: Platform): Promise<Image> {
  const root = await store.root();
  const { manifest, descriptor } = await chooseManifest(store, root, platform);
  if (!isImage(manifest)) throw notAnImage(manifest);
  const config = parseConfig(await readChecked(store, manifest.config, imageLimits.manifestBytes, 'the configuration'));
  if (config.diffIds.length !== manifest.layers.length) {
    throw imageError(
      'config-invalid',
      `the configuration names ${config.diffIds.length} layers, but the manifest has ${manifest.layers.length}`,
    );
  }
  const origins = layerOrigins(config, manifest.layers.length);
  return {
    reference,
    digest: descriptor.digest,
    id: manifest.config.digest,
    indexDigest: descriptor.digest === root.digest ? undefined : root.digest,
    config,
    annotations: manifest.annotations,
    layers: manifest.layers.map((layer, index) => ({
      index,
      digest: layer.digest,
      size: layer.size,
      createdBy: origins[index] ?? '',
      diffId: config.diffIds[index],
      content: contentOf(store, layer),
    })),
    store,
  };
}

interface Chosen {
  readonly manifest: Manifest;
  readonly descriptor: Descriptor;
}

/** Follows indexes from a descriptor to the manifest of a platform. @throws `platform-not-found`, `index-too-deep`, `manifest-…` */
export async function chooseManifest(store: Store, root: Descriptor, platform: Platform): Promise<Chosen> {
  let descriptor = root;
  for (let depth = 0; depth <= imageLimits.indexDepth; depth++) {
    const found = await readManifest(store, descriptor);
    if (found.kind === 'manifest') return { manifest: found, descriptor };
    descriptor = chooseFrom(found, platform);
  }
  throw imageError('index-too-deep', `the image is hidden below more than ${imageLimits.indexDepth} indexes`);
}

function chooseFrom(index: Index, wanted: Platform): Descriptor {
  const images = index.manifests.filter(mayHoldImage);
  const matching = images.find(({ platform }) => platform !== undefined && platformMatches(platform, wanted));
  // An index with a single entry that names no platform is how many tools write a one-platform image.
  const chosen = matching ?? (images.length === 1 && images[0]?.platform === undefined ? images[0] : undefined);
  if (chosen !== undefined) return chosen;
  const offered = images.map(({ platform }) => (platform === undefined ? 'unnamed' : formatPlatform(platform)));
  throw imageError('platform-not-found', `the image has nothing for ${formatPlatform(wanted)}`, {
    hint: offered.length === 0 ? 'its index names no images' : `choose with --platform: ${offered.join(', ')}`,
  });
}

/** Attestations that BuildKit puts into an index have the platform unknown/unknown. */
function mayHoldImage({ mediaType, platform }: Descriptor): boolean {
  return (isManifestType(mediaType) || isIndexType(mediaType)) && platform?.os !== 'unknown';
}

const configTypes: readonly string[] = [
  mediaTypes.ociConfig,
  'application/vnd.docker.container.image.v1+json',
  // What registries answered that did not know Docker's type yet.
  'application/octet-stream',
];

function isImage(manifest: Manifest): boolean {
  return manifest.artifactType === undefined && configTypes.includes(manifest.config.mediaType);
}

function notAnImage(manifest: Manifest) {
  const type = manifest.artifactType ?? manifest.config.mediaType;
  return imageError('manifest-unsupported', `it is not a container image but an artifact of type ${type}`, {
    hint: 'name the image itself; artifacts such as charts and signatures hold no file system',
  });
}

function contentOf(store: Store, layer: Descriptor): Layer['content'] {
  if (layer.urls !== undefined || /foreign|nondistributable/.test(layer.mediaType)) {
    return { kind: 'absent', mediaType: layer.mediaType };
  }
  return { kind: 'tar', stored: layer, openUnchecked: () => store.open(layer) };
}
