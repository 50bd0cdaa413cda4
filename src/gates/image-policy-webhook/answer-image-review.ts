import { messageOf } from '#kit/error.ts';
import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { placeOf, type Asking } from '#gates/asking.ts';
import { withDigests } from '#gates/digest-rule.ts';
import type { Judge } from '#gates/judge.ts';
import { objections } from '#gates/lines.ts';
import { parseStrictJson } from '#gates/strict-json.ts';
import type { ImageUse } from '#policy/question.ts';
import { isAllowed, type Verdict } from '#policy/verdict.ts';

const [apiVersion, kind] = ['imagepolicy.k8s.io/v1alpha1', 'ImageReview'] as const;
/** API servers wait for 30 s; people do not. Milliseconds. */
const budget = 9000;
const largestReview = 3 << 20;
const mostImages = 2000;
const longestReason = 4000;

/** What is sent back, and what was decided, if a policy was asked. */
export interface ImageReviewAnswer {
  readonly body: JsonObject;
  readonly verdict?: Verdict;
}

/**
 * Answers an `ImageReview` of the API server's ImagePolicyWebhook (`imagepolicy.k8s.io/v1alpha1`): bytes in, review out. What is not
 * understood is denied with an answer and not with an error, because an error is what `defaultAllow` decides about. Annotations that
 * ask to be let through, as some call breaking the glass, change nothing.
 */
export async function answerImageReview(
  bytes: Uint8Array,
  judge: Judge,
  asking: Asking = {},
): Promise<ImageReviewAnswer> {
  const read = readReview(bytes);
  if ('problem' in read) return { body: review(false, `the review cannot be understood: ${read.problem}`) };
  const { images, namespace } = read;
  const place = placeOf('admission', asking, namespace);
  try {
    const asked = await judge.open({ place, images, imagePaths: [] }, { budget }).decide();
    const verdict = withDigests(asked, images, 'image-policy-webhook');
    const isLet = isAllowed(verdict);
    return {
      body: review(isLet, objections(verdict, isLet ? 'warn' : 'enforce', longestReason, asking.language)),
      verdict,
    };
  } catch (error) {
    return { body: review(false, `it could not be judged: ${messageOf(error)}`) };
  }
}

function review(allowed: boolean, reason: string): JsonObject {
  return { apiVersion, kind, status: { allowed, ...(reason === '' ? {} : { reason }) } };
}

type ReadReview = { readonly images: readonly ImageUse[]; readonly namespace: string } | { readonly problem: string };

function readReview(bytes: Uint8Array): ReadReview {
  if (bytes.length > largestReview) return { problem: 'it is larger than any' };
  const parsed = parseStrictJson(bytes, 32);
  if (parsed.kind === 'problem') return { problem: parsed.problem };
  const body = asObject(parsed.value);
  if (body?.['apiVersion'] !== apiVersion || body['kind'] !== kind) {
    return { problem: `it is not an ${kind} of ${apiVersion}` };
  }
  const spec = asObject(body['spec']);
  const containers: unknown = spec?.['containers'];
  if (!Array.isArray(containers) || containers.length === 0) return { problem: 'it names no containers' };
  if (containers.length > mostImages) return { problem: `it names more than ${mostImages} containers` };
  const images = containers.map((one: unknown, index) => ({
    // What is no text is no reference, and refused as that.
    image: asText(asObject(one)?.['image']) ?? '',
    pointer: `/spec/containers/${index}/image`,
  }));
  return { images, namespace: asText(spec?.['namespace']) ?? '' };
}
