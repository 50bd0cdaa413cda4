import { asText, asTextMap, type JsonObject } from '#kit/narrow.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';

/** In what a policy wants to be as lenient as Kyverno is. */
export interface Leniency {
  /** Regular expressions of identities need match only a part. */
  readonly unanchoredExpressions: boolean;
  /** Who signs may be left open: then anyone whom the authority has certified counts. */
  readonly anySigner: boolean;
}

const annotation = 'policy.bulla/as-kyverno';
const words = ['unanchored-expressions', 'any-signer'] as const;

/** Reads the annotation by which a policy asks for it. @throws `policy-invalid` */
export function readLeniency(metadata: JsonObject): Leniency {
  const said = (asText(asTextMap(metadata['annotations'])[annotation]) ?? '').split(',').map((word) => word.trim());
  const unknown = said.find((word) => word !== '' && !words.some((known) => known === word));
  if (unknown !== undefined) {
    throw invalidField(`metadata.annotations["${annotation}"]`, `"${unknown}" is none of ${words.join(', ')}`);
  }
  return {
    unanchoredExpressions: said.includes('unanchored-expressions'),
    anySigner: said.includes('any-signer'),
  };
}
