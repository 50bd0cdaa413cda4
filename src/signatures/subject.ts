import { algorithmOf, hexOf, type Digest } from '#kit/digest.ts';
import { asObject, asText, parseJson } from '#kit/narrow.ts';
import type { Artifact } from './artifact.ts';
import { refuse, type Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';

/**
 * Checks that a statement is about an artifact: one of its subjects has a digest of it, and none of that subject's digests says
 * otherwise. Only SHA-2 of 256 bits and more is believed.
 */
export function checkSubject({ subjects }: Statement, { digests }: Artifact): Refusal | undefined {
  const known = Object.entries(digests).map(([algorithm, value]) => [algorithm, value.toString('hex')] as const);
  const isAbout = subjects.some((subject) => {
    const compared = known.filter(([algorithm]) => subject.digests[algorithm] !== undefined);
    return compared.length > 0 && compared.every(([algorithm, hex]) => subject.digests[algorithm] === hex);
  });
  return isAbout ? undefined : refuse('subject-mismatch', 'the statement is about something else');
}

/** What cosign's simple signing payload says (containers-signature(5), "critical"). */
export interface SimpleSigning {
  readonly digest: string;
  /** The repository that it was signed for; anyone may copy an image with its signatures elsewhere. */
  readonly reference: string;
  readonly annotations: Readonly<Record<string, unknown>>;
}

const simpleSigningTypes: readonly string[] = [
  'cosign container image signature',
  'https://sigstore.dev/cosign/sign/v1',
  'atomic container signature',
];

/** Reads a simple signing payload. cosign itself does not look at its type. */
export function readSimpleSigning(payload: Buffer): SimpleSigning | Refusal {
  const body = asObject(parseJson(payload));
  const critical = asObject(body?.['critical']);
  const type = asText(critical?.['type']) ?? '';
  const digest = asText(asObject(critical?.['image'])?.['docker-manifest-digest']);
  if (digest === undefined) return refuse('claim-invalid', 'the payload is not one of simple signing');
  if (!simpleSigningTypes.includes(type))
    return refuse('claim-type', `the payload is a "${type}", not the signature of an image`);
  return {
    digest,
    reference: asText(asObject(critical?.['identity'])?.['docker-reference']) ?? '',
    annotations: asObject(body?.['optional']) ?? {},
  };
}

/** Checks that a simple signing payload is about an image. */
export function checkSimpleSigning({ digest }: SimpleSigning, image: Digest): Refusal | undefined {
  return digest === `${algorithmOf(image)}:${hexOf(image)}`
    ? undefined
    : refuse('subject-mismatch', `the signature is for ${digest.slice(0, 80)}`);
}
