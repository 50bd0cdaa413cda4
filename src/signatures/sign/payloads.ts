import { algorithmOf, hexOf, type Digest } from '#kit/digest.ts';
import { signaturePredicate } from '#signatures/predicate-types.ts';
import type { SignedContent } from '#signatures/signed.ts';
import { statementType } from '#signatures/statement.ts';

/** Annotations of a signature: what the signer wants to say with it. */
export type Annotations = Readonly<Record<string, string>>;

/**
 * The simple signing payload of an image (containers-signature(5)), in the order in which Go writes it.
 * @param repository where it is, with the registry
 */
export function simpleSigningPayload(repository: string, digest: Digest, annotations: Annotations): SignedContent {
  const optional = Object.keys(annotations).length === 0 ? null : sorted(annotations);
  const payload = {
    critical: {
      identity: { 'docker-reference': repository },
      image: { 'docker-manifest-digest': digest },
      type: 'cosign container image signature',
    },
    optional,
  };
  return { kind: 'payload', bytes: Buffer.from(goJson(payload)) };
}

/** The statement that signs an image, as cosign 3 writes it. */
export function signatureStatement(digest: Digest, annotations: Annotations): SignedContent {
  const subject = { digest: { [algorithmOf(digest)]: hexOf(digest) }, annotations: sorted(annotations) };
  return envelope({ _type: statementType, subject: [subject], predicateType: signaturePredicate, predicate: {} });
}

/** A statement about an image, or another artifact. */
export function statementOf(name: string, digest: Digest, predicateType: string, predicate: unknown): SignedContent {
  const subject = { name, digest: { [algorithmOf(digest)]: hexOf(digest) } };
  return envelope({ _type: statementType, subject: [subject], predicateType, predicate });
}

function envelope(statement: object): SignedContent {
  const payload = Buffer.from(goJson(statement));
  return { kind: 'dsse', payloadType: 'application/vnd.in-toto+json', payload };
}

function sorted(annotations: Annotations): Annotations {
  return Object.fromEntries(Object.entries(annotations).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** JSON as Go writes it, with these characters escaped: others compare bytes. */
function goJson(value: object): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (character) => {
    return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0');
  });
}
