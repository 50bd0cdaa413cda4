import { asObject } from '#kit/narrow.ts';
import { imagesOf, type FoundImage, type NamedImage } from '#policy/languages/kyverno/images/extract.ts';
import { isLeftOut, isMeant } from '#policy/languages/kyverno/images/references.ts';
import type { Inquiry } from '#policy/languages/kyverno/inquiry.ts';
import { failed, skipped, type RuleResult } from '#policy/languages/kyverno/rule-result.ts';
import type { Rule } from '#policy/languages/kyverno/rule.ts';
import type { Scope } from '#policy/languages/kyverno/scope/scope.ts';
import { judgeImage, oncePerImage, type ImageRule } from '#policy/languages/judge-image.ts';
import type { Mode, RuleOutcome } from '#policy/outcome.ts';
import type { Verification } from './verification.ts';
import { verifyImage } from './verify.ts';

/**
 * What `verifyImages` says: an outcome for every image and every demand that is about it. The same image is judged once.
 * @throws `expression-failed` where there is too much to compare
 */
export async function decideImages(
  { policy, question, subject, world }: Inquiry,
  rule: Rule,
  scope: Scope,
  mode: Mode,
): Promise<readonly RuleOutcome[]> {
  const base = { policy: policy.name, rule: rule.name, mode };
  const say = (result: RuleResult): RuleOutcome => ({ ...base, ...result });
  if (subject.request.object === undefined) return [say(skipped('nothing will run'))];
  const images = imagesOf(question, asObject(rule.written['imageExtractors']), world);
  const outcomes = rule.verifications.flatMap((verification) => {
    const judgeOf = judgesOf(verification, scope);
    return images.map(async (image) => {
      world.budget.step(verification.references.length + verification.skipped.length);
      const named = asNamed(image, verification);
      if (named === undefined) return undefined;
      if ('outcome' in named) return say(named);
      const asked = { ...base, needsDigest: verification.verifyDigest, judge: judgeOf(named) };
      return judgeImage(asked, named.use, question, world.surroundings);
    });
  });
  const said = (await Promise.all(outcomes)).filter((outcome) => outcome !== undefined);
  return said.length === 0 ? [say(skipped('it is about other images'))] : said;
}

/** An image to be judged, what is said of it without that, or nothing where the demand is about others. */
function asNamed(
  image: FoundImage,
  { references, skipped: leftOut }: Verification,
): NamedImage | RuleResult | undefined {
  const { image: written, pointer } = image.use;
  const judged = { written, pointer };
  if ('problem' in image) {
    const words = { image: written, problem: 'no reference looks like that' };
    return { ...failed('reference-invalid', words), image: judged };
  }
  if (!isMeant(references, image, written)) return undefined;
  if (isLeftOut(leftOut, image)) return { ...skipped('skipImageReferences leaves it out'), image: judged };
  return image;
}

function judgesOf(verification: Verification, scope: Scope): (image: NamedImage) => ImageRule['judge'] {
  const known = new Map<string, ImageRule['judge']>();
  return (image) => {
    const { image: written } = image.use;
    const judge = known.get(written) ?? oncePerImage((evidence) => verifyImage(verification, image, evidence, scope));
    known.set(written, judge);
    return judge;
  };
}
