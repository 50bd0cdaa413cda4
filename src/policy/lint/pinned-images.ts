import { mapConcurrently } from '#kit/concurrency.ts';
import type { Digest } from '#kit/digest.ts';
import type { Manifest } from '#policy/manifests/read-manifest.ts';
import { imagesIn, type LintedImage } from './images.ts';
import type { LintProblem } from './rule.ts';

/** An image with a digest. */
export interface PinnedImage extends LintedImage {
  readonly digest: Digest;
}

/** The images of the files that have a digest. */
export function pinnedImages(files: readonly Manifest[]): PinnedImage[] {
  return imagesIn(files).flatMap((one) =>
    one.image.digest === undefined ? [] : [{ ...one, digest: one.image.digest }],
  );
}

/** So many images are asked about at once. */
const atOnce = 8;

/** The problems of each image, in the order of the images. */
export async function problemsOfEach(
  images: readonly PinnedImage[],
  find: (image: PinnedImage) => Promise<readonly LintProblem[]>,
): Promise<LintProblem[]> {
  return (await mapConcurrently(images, atOnce, find)).flat();
}
