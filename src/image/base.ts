import { parseDigest } from '#kit/digest.ts';
import { layerOrigins } from './config.ts';
import type { Image } from './image.ts';
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
  const labels = { ...image.config.labels, ...image.annotations };
  const name = labels[nameAnnotation];
  const digest = parseDigest(labels[digestAnnotation]);
  const found = digest === undefined ? undefined : await image.store?.find?.(digest);
  if (found !== undefined && image.store !== undefined) {
    const base = await readManifest(image.store, found);
    const layers = base.kind === 'manifest' ? base.layers : [];
    const isBelow = layers.every((layer, index) => image.layers[index]?.digest === layer.digest);
    if (layers.length > 0 && isBelow) return { layers: layers.length, name, by: 'manifest' };
  }
  const layers = baseInHistory(image);
  return layers === 0 ? undefined : { layers, name, by: 'history' };
}

/**
 * Base images end with the command that they start by default, which a Dockerfile writes as its last step: the last `CMD` that is
 * followed by layers marks the end of the base.
 */
function baseInHistory({ config, layers }: Image): number {
  if (layerOrigins(config, layers.length).every((origin) => origin === '')) return 0;
  let below = 0;
  let end = 0;
  for (const { createdBy, hasLayer } of config.history) {
    if (hasLayer) below++;
    else if (/(?:^|\s)CMD\s*\[/.test(createdBy) && below < layers.length) end = below;
  }
  return end;
}
