import { formatReference, type Reference } from '#image/reference.ts';
import { policyError } from '#policy/errors.ts';
import { matchesStars } from './stars.ts';

/** Which images are meant: `host/path`, with `*` for anything within a part of it and `**` for any number of parts. */
export interface ImageGlob {
  readonly written: string;
  matches(reference: Reference): boolean;
}

/**
 * Reads a pattern of images. It is compared with the canonical name, so that no other way to write a registry escapes it: images of
 * Docker Hub are `docker.io/library/nginx`. Tags and digests are not looked at, because a tag may be given to anything.
 * @throws `policy-invalid`
 */
export function imageGlob(written: string): ImageGlob {
  const parts = written.split('/');
  const [host = ''] = parts;
  const hasHost = /[.:*]/.test(host) || host === 'localhost';
  const isPlain = parts.every((part) => part !== '' && /^[\w.*:[\]-]+$/.test(part));
  const namesTag = (parts.length > 1 && (parts.at(-1) ?? '').includes(':')) || written.includes('@');
  if (!hasHost || !isPlain || namesTag) {
    throw policyError('policy-invalid', `"${written}" is no pattern of images`, {
      hint: 'write it with its registry and without a tag, like registry.example/team/** or docker.io/library/nginx',
    });
  }
  const wanted = [host.toLowerCase(), ...parts.slice(1)];
  return {
    written,
    matches: ({ host: registry, repository }) =>
      matchesParts(wanted, formatReference({ host: registry, repository }).split('/')),
  };
}

/** `**` is any number of parts, none included; every other part stands for one. Looks at each pair of parts once. */
function matchesParts(wanted: readonly string[], parts: readonly string[]): boolean {
  // reach[i]: whether the pattern so far covers exactly the first i parts.
  let reach = [true, ...parts.map(() => false)];
  for (const want of wanted) {
    const next = parts.map((part, index) => reach[index] === true && want !== '**' && matchesStars(want, part));
    if (want === '**') {
      const first = reach.indexOf(true);
      reach = reach.map((_, index) => first >= 0 && index >= first);
    } else {
      reach = [false, ...next];
    }
  }
  return reach.at(-1) === true;
}
