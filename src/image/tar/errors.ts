import { imageError } from '#image/errors.ts';

/** The error for bytes that are not a tar, or not a whole one. */
export function corrupt(problem: string) {
  return imageError('layer-corrupt', `the layer is not a readable tar: ${problem}`, {
    hint: 'pull the image again; if it stays so, it was damaged when it was built or pushed',
  });
}

/** The error for content that is made to exhaust whoever unpacks it. */
export function bomb(what: string) {
  return imageError('layer-bomb', `the layer has ${what}, which no honest image has`, {
    hint: 'do not run this image; it is made to exhaust whoever unpacks it',
  });
}
