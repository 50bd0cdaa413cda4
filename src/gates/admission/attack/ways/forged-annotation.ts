import { podOf, reviewOf } from '#gates/admission/attack/reviews.ts';
import { nothingIsLetIn, type Way } from '#gates/admission/attack/way.ts';

/** Annotations are anybody's to write. */
export const forgedAnnotation: Way = {
  number: 6,
  name: 'forged-annotation',
  what: 'write the annotation by which a gate remembers that it has verified',
  attack: (target) =>
    nothingIsLetIn(
      target,
      annotations(target.bad).map((metadata) => ({
        what: `a pod with ${Object.keys(metadata.annotations).join()}`,
        review: reviewOf({ object: podOf([target.bad], { metadata: { name: 'web', ...metadata } }) }),
      })),
    ),
};

function annotations(image: string) {
  return [
    { annotations: { 'kyverno.io/verify-images': JSON.stringify({ [image]: 'pass' }) } },
    { annotations: { 'policy.bulla/verified': 'true', 'policy.bulla/verdict': 'allow' } },
    { annotations: { 'policy.sigstore.dev/verified': 'true' } },
    { annotations: { 'container.policy.bulla/skip': 'true', 'admission.policy.bulla/ignore': 'true' } },
  ];
}
