import { asList, asObject, asText } from '#kit/narrow.ts';
import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { admit } from '#gates/admission/attack/target.ts';
import { closed, open, untested, type Way } from '#gates/admission/attack/way.ts';

/** A node runs what it has under a name, unless it is told the content. */
export const preloadedImage: Way = {
  number: 25,
  name: 'preloaded-image',
  what: 'put an image onto the node, under the name of another',
  async attack({ movable, good, ...target }) {
    if (movable === undefined) return untested('no tag is named that may be moved: --movable IMAGE:TAG');
    await movable.moveTo(good);
    const pod = podOf([movable.reference]);
    const { isAllowed, object } = await admit({ ...target, good }, reviewOf({ object: pod }));
    if (!isAllowed) return closed('a tag was denied');
    const containers = asList(asObject(object['spec'])?.['containers']).map((one) => asObject(one) ?? {});
    const isBound = containers.every(
      ({ image, imagePullPolicy }) => asText(image)?.includes('@') === true || imagePullPolicy === 'Always',
    );
    return isBound
      ? closed('nodes are told the digest, or to pull')
      : open('nodes are told a tag alone, and run what they have under that name');
  },
};
