import { untested, type Way } from '#gates/admission/attack/way.ts';

/** A node runs what it has, unless it must pull. */
export const preloadedImage: Way = {
  number: 25,
  name: 'preloaded-image',
  what: 'put an image onto the node, under the name of another',
  attack: () => Promise.resolve(untested('it is decided on the node: require digests, and imagePullPolicy Always')),
};
