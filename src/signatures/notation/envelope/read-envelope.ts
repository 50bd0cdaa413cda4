import { refuse, type Refusal } from '#signatures/refusal.ts';
import { readCose } from './cose.ts';
import { readJws } from './jws.ts';
import type { NotationSignature } from './notation-signature.ts';

/** The kinds of envelopes by their media types. */
const readers: ReadonlyMap<string, (bytes: Buffer) => NotationSignature | Refusal> = new Map([
  ['application/jose+json', readJws],
  ['application/cose', readCose],
]);

/** One descriptor, its certificates and a timestamp: a hundredth of this. */
export const envelopeLimit = 1024 * 1024;

/** Reads a signature of Notation. Any bytes give one, or what is wrong with them. */
export function readEnvelope(mediaType: string, bytes: Buffer): NotationSignature | Refusal {
  const read = readers.get(mediaType);
  if (read === undefined) return refuse('format-unsupported', `no envelope of Notation is of type "${mediaType}"`);
  if (bytes.length > envelopeLimit) return refuse('format-too-large', `the envelope has ${bytes.length} bytes`);
  return read(bytes);
}
