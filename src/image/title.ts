import type { Image } from './image.ts';

/**
 * What an image calls itself, by its annotation or else its label; nothing if it does not. OCI image specification, "Pre-Defined
 * Annotation Keys".
 */
export function titleOf({ annotations, config }: Pick<Image, 'annotations' | 'config'>): string | undefined {
  const key = 'org.opencontainers.image.title';
  return [annotations[key], config.labels[key]].find((title) => title !== undefined && title.trim() !== '')?.trim();
}
