import { imageText, readImageInfo } from '#policy/languages/kyverno/images/image-info.ts';
import { define, text, type JmesFunction } from './define.ts';

/** Functions of image references. */
export const images: Readonly<Record<string, JmesFunction>> = {
  image_normalize: define([text], ([written]) => imageText(readImageInfo(written))),
};
