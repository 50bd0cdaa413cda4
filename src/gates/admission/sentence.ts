import type { Reason } from '#policy/outcome.ts';

/** The sentence of a reason: what its policy's author says, else what its words tell. */
export function sentenceOf({ code, words, message }: Reason): string {
  if (message !== undefined && message !== '') return message;
  const told = Object.entries(words).map(([word, value]) => `${word}: ${value}`);
  const usual = sentences.get(code) ?? code.replaceAll('-', ' ');
  return told.length === 0 ? usual : `${usual} (${told.join(', ')})`;
}

const sentences = new Map([
  ['reference-invalid', 'the name of the image cannot be read; write it like registry.example/team/app:1.2@sha256:…'],
  [
    'not-pinned',
    'the image has no digest, so that another one may be pulled; write NAME:TAG@sha256:…, bulla pin does it',
  ],
  ['unsigned', 'nobody vouches for the image; sign it with bulla sign'],
]);
