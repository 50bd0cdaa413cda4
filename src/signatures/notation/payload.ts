import { parseDigest, type Digest } from '#kit/digest.ts';
import { asCount, asObject, asText, parseJson } from '#kit/narrow.ts';
import { refuse, type Refusal } from '#signatures/refusal.ts';
import type { NotationSignature } from './envelope/notation-signature.ts';

const payloadType = 'application/vnd.cncf.notary.payload.v1+json';

/** Checks that what was signed is this image (signature specification, "Payload"). */
export function checkPayload({ contentType, payload }: NotationSignature, image: Digest): Refusal | undefined {
  if (contentType !== payloadType) return refuse('claim-invalid', `the payload is of type "${contentType}"`);
  const target = asObject(asObject(parseJson(payload))?.['targetArtifact']);
  const digest = parseDigest(target?.['digest']);
  if (digest === undefined || asText(target?.['mediaType']) === undefined || asCount(target?.['size']) === undefined) {
    return refuse('claim-invalid', 'the payload does not say what was signed');
  }
  return digest === image ? undefined : refuse('subject-mismatch', `it vouches for ${digest}`);
}
