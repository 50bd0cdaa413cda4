import { digestNeeded, digestWritten } from '#policy/description/digests.ts';
import { describeImages } from '#policy/description/images.ts';
import { joined, named, quoted, type Said } from '#policy/description/said.ts';
import { describeAnnotations, describeRepository } from '#policy/description/signers.ts';
import type { Verification, WantedAttestation } from '#policy/languages/kyverno/verify-images/verification.ts';
import { describeSets } from './attestors.ts';

/** What a demand on images wants, without the rule's name and the full stop. @param isEnforced whether it is anywhere */
export function describeVerification(verification: Verification, isEnforced: boolean): readonly Said[] {
  const { references, skipped, attestors, attestations, deny, message, mutateDigest, verifyDigest } = verification;
  const [meant, judged] = [describeImages(references, '*'), describeImages(references, '*', skipped)];
  const nobody: Said = {
    en: `no signature is demanded of ${judged.en}`,
    de: `für ${judged.de} wird keine Signatur verlangt`,
  };
  return [
    ...(attestors.length === 0 ? [] : [describeSignatures(verification, judged)]),
    ...attestations.map((one) => describeAttestation(one, verification, judged)),
    ...(attestors.length + attestations.length === 0 ? [nobody] : []),
    ...(deny === undefined ? [] : [describeDenial(message ?? '', judged)]),
    ...(mutateDigest && isEnforced ? [digestWritten(meant)] : []),
    ...(verifyDigest ? [digestNeeded(judged)] : []),
  ];
}

function describeSignatures({ attestors, type, annotations, repository }: Verification, images: Said): Said {
  const who = describeSets(attestors, type, 'image');
  const more = ending([...formatOf(type), ...describeAnnotations(annotations), ...describeRepository(repository)]);
  return {
    en: `${images.en} must be signed by ${who.en}${more.en}`,
    de: `${images.de} müssen signiert sein von ${who.de}${more.de}`,
  };
}

function describeAttestation(
  { type, attestors, conditions }: WantedAttestation,
  { type: format, repository }: Verification,
  images: Said,
): Said {
  const [kind, who] = [named(type), describeSets(attestors, format, 'statement')];
  const more = ending([
    ...formatOf(format),
    ...describeRepository(repository),
    ...(conditions === undefined ? [] : [stated]),
  ]);
  return {
    en: `for ${images.en}, a statement of type ${kind.en} must be signed by ${who.en}${more.en}`,
    de: `für ${images.de} muss eine Aussage der Art ${kind.de} signiert sein von ${who.de}${more.de}`,
  };
}

const stated: Said = {
  en: 'conditions on what is stated must hold, which are expressions',
  de: 'Bedingungen an das Ausgesagte müssen gelten, die Ausdrücke sind',
};

function describeDenial(message: string, images: Said): Said {
  const words = quoted(message);
  return {
    en: `${images.en} are refused where conditions on what is stated hold, which are expressions${message === '' ? '' : `: ${words.en}`}`,
    de: `${images.de} werden abgelehnt, wo Bedingungen an das Ausgesagte gelten, die Ausdrücke sind${message === '' ? '' : `: ${words.de}`}`,
  };
}

function formatOf(type: Verification['type']): readonly Said[] {
  if (type === 'Cosign') return [];
  return type === 'Notary'
    ? [{ en: 'in the format of the Notary Project', de: 'im Format des Notary Project' }]
    : [{ en: 'as Sigstore bundles', de: 'als Sigstore-Bundles' }];
}

function ending(parts: readonly Said[]): Said {
  const all = joined(parts, '; ');
  return parts.length === 0 ? all : { en: `; ${all.en}`, de: `; ${all.de}` };
}
