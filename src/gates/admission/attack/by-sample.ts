import { podOf, reviewOf } from './reviews.ts';
import { nothingIsLetIn, untested, type Way } from './way.ts';

/** A way that needs an image made for it, which must not run. */
export function bySample(name: string): Way['attack'] {
  return async (target) => {
    const image = target.samples.get(name);
    if (image === undefined) return untested(`no image is named that was made for it: --sample ${name}=IMAGE@DIGEST`);
    return nothingIsLetIn(target, [{ what: image, review: reviewOf({ object: podOf([image]) }) }]);
  };
}
