import { parseDigest } from '#kit/digest.ts';
import { BullaError } from '#kit/error.ts';
import { layerOrigins } from './config.ts';
import type { Image } from './image.ts';
import type { Descriptor } from './manifest.ts';
import { readManifest } from './store.ts';

/** Which part of an image it was built upon. */
export interface BaseImage {
  /** So many of the lowest layers are the base's. */
  readonly layers: number;
  /** What it is called, if the image says so. */
  readonly name?: string;
  /** How it is known: its manifest was compared, or the build history shows where it ends. */
  readonly by: 'manifest' | 'history';
}

const nameAnnotation = 'org.opencontainers.image.base.name';
const digestAnnotation = 'org.opencontainers.image.base.digest';

/**
 * Finds where the base image ends. An image may name its base (OCI image specification, "Pre-Defined Annotation Keys"); that is
 * only believed where the base is at hand and its layers are the lowest of the image. Otherwise the history may show it.
 */
export async function findBase(image: Image): Promise<BaseImage | undefined> {
  const layers = await layersOfNamedBase(image);
  const isBelow = layers.every((layer, index) => image.layers[index]?.digest === layer.digest);
  if (layers.length === 0 || !isBelow) return baseInHistory(image);
  return { layers: layers.length, name: labelsOf(image)[nameAnnotation], by: 'manifest' };
}

/** The base as the image alone tells it, by its history: the same wherever the image lies. */
export function baseInHistory(image: Image): BaseImage | undefined {
  const layers = layersInHistory(image);
  return layers === 0 ? undefined : { layers, name: labelsOf(image)[nameAnnotation], by: 'history' };
}

/** The layers of the base that the image names; none if it names none, or if that cannot be had: a base is good to know, no more. */
async function layersOfNamedBase(image: Image): Promise<readonly Descriptor[]> {
  const digest = parseDigest(labelsOf(image)[digestAnnotation]);
  if (digest === undefined || image.store?.find === undefined) return [];
  try {
    const found = await image.store.find(digest);
    const base = found === undefined ? undefined : await readManifest(image.store, found);
    return base?.kind === 'manifest' ? base.layers : [];
  } catch (error) {
    if (error instanceof BullaError) return [];
    throw error;
  }
}

function labelsOf({ config, annotations }: Image): Readonly<Record<string, string>> {
  return { ...config.labels, ...annotations };
}

/**
 * Base images end with the command that they start by default, which a Dockerfile writes as its last step: the last `CMD` that is
 * followed by layers marks the end of the base.
 */
function layersInHistory({ config, layers }: Image): number {
  if (layerOrigins(config, layers.length).every((origin) => origin === '')) return 0;
  let below = 0;
  let end = 0;
  for (const { createdBy, hasLayer } of config.history) {
    if (hasLayer) below++;
    else if (/(?:^|\s)CMD\s*\[/.test(createdBy) && below < layers.length) end = below;
  }
  return end;
}
