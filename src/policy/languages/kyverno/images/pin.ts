import type { JsonObject } from '#kit/narrow.ts';
import { pinImages } from '#policy/languages/pin-images.ts';
import type { Verification } from '#policy/languages/kyverno/verify-images/verification.ts';
import type { Question } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import type { NamedImage } from './extract.ts';
import { isMeant } from './references.ts';

/** The object with a digest beside each image that a demand wants to be pinned. @throws what keeps a tag from being resolved */
export function pinMeant(
  question: Question,
  images: readonly NamedImage[],
  verifications: readonly Verification[],
  surroundings: Surroundings,
): Promise<JsonObject | undefined> {
  const meant = images.filter((image) =>
    verifications.some(({ mutateDigest, references }) => mutateDigest && isMeant(references, image, image.use.image)),
  );
  return pinImages({ ...question, images: meant.map(({ use }) => use) }, surroundings);
}
