import { describeValidations } from '#policy/cel/admission/describe.ts';
import { digestNeeded, digestWritten } from '#policy/description/digests.ts';
import { allImages, describeImages } from '#policy/description/images.ts';
import { limited, named, ofFirst, sentence, type Said } from '#policy/description/said.ts';
import {
  anyoneOfTheCa,
  byOwnAuthority,
  describeAnnotations,
  describeIdentity,
  describeKey,
  describeRepository,
  describeSigner,
  describeSome,
  holderOfCertificate,
} from '#policy/description/signers.ts';
import { describeActions, describeExceptions, describeFrame } from '#policy/languages/kyverno-cel/describe.ts';
import type { Exception } from '#policy/languages/kyverno-cel/exceptions.ts';
import type { WrittenAttestor, WrittenCosign, WrittenImageValidating } from '#policy/languages/kyverno-cel/schema.ts';

/** What a policy demands of images, as sentences for people who read no YAML. */
export function describeImageValidating(
  policy: WrittenImageValidating,
  exceptions: readonly Exception[],
): readonly Said[] {
  const { spec } = policy;
  const { required = true, verifyDigest = true, mutateDigest = true } = spec.validationConfigurations ?? {};
  const images = describeReferences(spec.matchImageReferences);
  return [
    ...describeFrame(policy),
    { en: `It looks at ${images.en}.`, de: `Sie sieht sich ${images.de} an.` },
    ...describeActions(policy),
    ...(required ? [sentence(vouched(images))] : []),
    ...ofFirst(
      spec.attestors ?? [],
      (attestor) => [describeAttestor(attestor)],
      (count) => ({ en: `And ${count} more signers.`, de: `Und ${count} weitere Unterzeichner.` }),
    ),
    ...ofFirst(
      spec.attestations ?? [],
      ({ name, intoto, referrer }) => [describeType(name, (intoto ?? referrer)?.type ?? '')],
      (count) => ({ en: `And ${count} more statements.`, de: `Und ${count} weitere Aussagen.` }),
    ),
    ...describeValidations(spec.validations),
    ...(mutateDigest ? [sentence(digestWritten(images))] : []),
    ...(verifyDigest ? [sentence(digestNeeded(images))] : []),
    ...describeExceptions(exceptions),
  ];
}

function describeReferences(references: WrittenImageValidating['spec']['matchImageReferences'] = []): Said {
  if (references.length === 0) return allImages;
  const globs = references.flatMap(({ glob }) => glob ?? []);
  const chosen: Said = { en: 'images that an expression chooses', de: 'Images, die ein Ausdruck auswählt,' };
  if (globs.length === 0) return chosen;
  const images = describeImages(globs, '**');
  if (globs.length === references.length || images === allImages) return images;
  return limited(images, [{ en: 'and those that an expression chooses', de: 'und die, die ein Ausdruck auswählt' }]);
}

function vouched(images: Said): Said {
  return {
    en: `somebody whom its expressions ask for must vouch for ${images.en}`,
    de: `für ${images.de} muss jemand bürgen, nach dem ihre Ausdrücke fragen`,
  };
}

function describeType(attestation: string, type: string): Said {
  const [name, kind] = [named(attestation), named(type)];
  return { en: `Statement ${name.en} is of type ${kind.en}.`, de: `Aussage ${name.de} ist von der Art ${kind.de}.` };
}

function describeAttestor({ name: written, cosign, notary }: WrittenAttestor): Said {
  const name = named(written);
  const who = cosign === undefined ? describeNotary(notary) : describeCosign(cosign);
  return {
    en: `Signer ${name.en}: a signature by ${who.en}.`,
    de: `Unterzeichner ${name.de}: Signatur von ${who.de}.`,
  };
}

function describeNotary(written: WrittenAttestor['notary']): Said {
  const isMade = (written?.certs?.expression ?? '') !== '';
  return limited(isMade ? madeByExpression : anyoneOfTheCa, [
    { en: 'in the format of the Notary Project', de: 'im Format des Notary Project' },
  ]);
}

function describeCosign(written: WrittenCosign): Said {
  const { keyless, ctlog, annotations, source } = written;
  return describeSigner(signerOf(written), ctlog?.insecureIgnoreTlog === true ? 'optional' : 'required', [
    ...((keyless?.roots ?? '') === '' ? [] : [byOwnAuthority]),
    ...describeAnnotations(annotations),
    ...describeRepository(source?.repository),
  ]);
}

function signerOf({ key, keyless, certificate }: WrittenCosign): Said {
  if (keyless !== undefined) return describeSome(1, keyless.identities.map(describeIdentity));
  if (key !== undefined) {
    const { data = '', kms = '', expression = '' } = key;
    return expression === '' ? describeKey(kms === '' ? data : kms) : madeByExpression;
  }
  if ((certificate?.cert?.expression ?? '') !== '') return madeByExpression;
  const hasChain = [certificate?.certChain?.value ?? '', certificate?.certChain?.expression ?? ''].join('') !== '';
  return limited(holderOfCertificate, hasChain ? [byOwnAuthority] : []);
}

const madeByExpression: Said = {
  en: 'whoever an expression names by key or certificate',
  de: 'jedem, den ein Ausdruck mit Schlüssel oder Zertifikat nennt',
};
