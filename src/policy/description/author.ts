import { asObject, asText, asTextMap, type JsonObject } from '#kit/narrow.ts';
import { quoted, type Said } from './said.ts';

/** Where authors describe what a policy is for: Kyverno's annotation, and that of Kubernetes for any object. */
const annotations = ['policies.kyverno.io/description', 'kubernetes.io/description'];

/** What the author of a document of Kubernetes says that it is for, if anything. */
export function describeByAuthor(body: JsonObject): readonly Said[] {
  const written = asTextMap(asObject(body['metadata'])?.['annotations']);
  const text = annotations.map((name) => asText(written[name]) ?? '').find((one) => one.trim() !== '');
  if (text === undefined) return [];
  const words = quoted(text);
  return [{ en: `Its author says: ${words.en}`, de: `Wer sie geschrieben hat, sagt: ${words.de}` }];
}
