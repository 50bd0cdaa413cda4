import { formatReference, parseReference, type Reference } from '#image/reference.ts';
import { messageOf } from '#kit/error.ts';
import { fn, method, type Library } from '#policy/cel/function.ts';
import { bool, opaque, text } from '#policy/cel/type.ts';
import { policyError } from '#policy/errors.ts';
import { referenceOf } from '#policy/languages/pin-images.ts';

const imageType = opaque<Reference>('kyverno.image', (one, other) => formatReference(one) === formatReference(other));
const { wrap, unwrap } = imageType;

/**
 * `image()` and its methods: the parts of a reference. Docker Hub is `index.docker.io` there, its official images are in `library/`, and
 * beside a digest a tag does not count.
 */
export const image: Library = {
  name: 'image',
  functions: [
    fn('image', [text], imageType, (written) => wrap(read(written))),
    fn('parseImageReference', [text], imageType, (written) => wrap(read(written))),
    fn('isImage', [text], bool, (written) => referenceOf(written) !== undefined),
    method('containsDigest', [imageType], bool, (value) => unwrap(value).digest !== undefined),
    method('registry', [imageType], text, (value) => registryOf(unwrap(value))),
    method('repository', [imageType], text, (value) => unwrap(value).repository),
    method('identifier', [imageType], text, (value) => unwrap(value).digest ?? unwrap(value).tag ?? 'latest'),
    method('tag', [imageType], text, (value) => tagOf(unwrap(value))),
    method('digest', [imageType], text, (value) => unwrap(value).digest ?? ''),
  ],
};

/** The registry as these functions have it. */
export function registryOf({ host }: Reference): string {
  return host === 'docker.io' ? 'index.docker.io' : host;
}

/** The tag, where it counts. */
export function tagOf({ tag, digest }: Reference): string {
  return digest === undefined ? (tag ?? 'latest') : '';
}

function read(written: string): Reference {
  try {
    return parseReference(written);
  } catch (error) {
    throw policyError('expression-failed', messageOf(error));
  }
}
