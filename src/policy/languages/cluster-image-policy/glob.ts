import { formatReference } from '#image/reference.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';
import { referenceOf } from '#policy/languages/pin-images.ts';

/** Which images are meant, as policy-controller writes it. */
export interface ImageGlob {
  readonly written: string;
  /** @param names every way to write the image: see {@link namesOf} */
  matches(names: readonly string[]): boolean;
}

/**
 * Reads a glob: `*` is anything within a part of the path, `**` anything at all, and the whole name must match. `*` by itself means
 * Docker Hub's own images, and `*` `/` `*` those of its users.
 * @throws `policy-invalid`
 */
export function readGlob(written: string, path: string): ImageGlob {
  if (!/^[\w:/*.@-]{1,1000}$/.test(written)) {
    throw invalidField(path, `"${written}" is no glob; there may be letters, digits, "*", and what names are made of`);
  }
  const full = written === '*' ? `${hub}library/*` : written === '*/*' ? `${hub}*/*` : written;
  const wanted = full.split(/(\*\*|\*)/).flatMap((part) => (part.startsWith('*') ? [part] : part.split('')));
  return { written, matches: (names) => names.some((name) => matches(wanted, name)) };
}

/** How policy-controller calls Docker Hub. */
const hub = 'index.docker.io/';

/**
 * Every way to write an image, so that no alias escapes a policy: as it is written; canonical, with Docker Hub by both of its names;
 * and, where it has both, by its tag and by its digest alone. None for what is no reference.
 */
export function namesOf(written: string): readonly string[] {
  const reference = referenceOf(written);
  if (reference === undefined) return [];
  const { tag, digest, ...name } = reference;
  const canonical = [
    reference,
    ...(tag === undefined ? [] : [{ ...name, tag }]),
    ...(digest === undefined ? [] : [{ ...name, digest }]),
  ].map(formatReference);
  const ofHub = canonical.filter((one) => one.startsWith('docker.io/')).map((one) => `index.${one}`);
  return [...new Set([written, ...canonical, ...ofHub])];
}

/** Each character of the name is looked at once with each of the glob, whatever the stars. */
function matches(wanted: readonly string[], name: string): boolean {
  // reach[i]: whether what was read so far can be the first i pieces of the glob.
  let reach = skipStars(wanted, [true, ...wanted.map(() => false)]);
  for (const character of name.split('')) {
    const next = [false, ...wanted.map((piece, index) => reach[index] === true && piece === character)];
    for (const [index, piece] of wanted.entries()) {
      const takes = piece === '**' || (piece === '*' && character !== '/');
      if (takes && reach[index] === true) next[index] = true;
    }
    reach = skipStars(wanted, next);
  }
  return reach.at(-1) === true;
}

/** A star may stand for nothing. */
function skipStars(wanted: readonly string[], reach: readonly boolean[]): readonly boolean[] {
  const next = [...reach];
  for (const [index, piece] of wanted.entries()) {
    if (next[index] === true && piece.startsWith('*')) next[index + 1] = true;
  }
  return next;
}
