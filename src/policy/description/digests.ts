import type { Said } from './said.ts';

/** Objects are changed so that what was judged is what runs. @param images which, as the beginning of a sentence */
export function digestWritten(images: Said): Said {
  return {
    en: `for ${images.en}, the digest is written behind the tag`,
    de: `für ${images.de} wird der Digest hinter das Tag geschrieben`,
  };
}

/** What starts without a digest could be another image than was judged. */
export function digestNeeded(images: Said): Said {
  return { en: `${images.en} may start only with their digest`, de: `${images.de} werden nur mit Digest gestartet` };
}
