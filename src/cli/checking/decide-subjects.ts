import { tool } from '#cli/tool.ts';
import { mapConcurrently } from '#kit/concurrency.ts';
import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { decide } from '#policy/decide.ts';
import type { LoadedPolicy } from '#policy/load.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import type { Check, CheckReport } from '#policy/reports/check-report.ts';
import type { Resources, Surroundings } from '#policy/surroundings.ts';
import { verdictOf } from '#policy/verdict.ts';
import type { CheckSubject } from './check-subjects.ts';

/** So many images and objects are decided at once; the same image is asked about once. */
const atOnce = 8;

/** Decides about everything that is to be checked. */
export async function decideSubjects(
  policies: readonly LoadedPolicy[],
  subjects: readonly CheckSubject[],
  surroundings: Surroundings,
): Promise<CheckReport> {
  return {
    tool,
    created: surroundings.now.toISOString(),
    policies: policies.map(({ name, language, origin, remarks }) => ({ name, language, origin, remarks })),
    checks: await mapConcurrently(subjects, atOnce, (subject) => decideSubject(policies, subject, surroundings)),
  };
}

async function decideSubject(
  policies: readonly LoadedPolicy[],
  subject: CheckSubject,
  surroundings: Surroundings,
): Promise<Check> {
  const { outcomes } = await decide(policies, subject.question, surroundings);
  const verdict = verdictOf([...subject.outcomes, ...outcomes, ...uncovered(subject, outcomes)]);
  const { subject: name, file, question, positionOf } = subject;
  return { subject: name, file, namespace: question.place.namespace, verdict, positionOf };
}

/** Images that no policy says anything about: whoever reads the verdict must know. */
function uncovered({ question }: CheckSubject, outcomes: readonly RuleOutcome[]): readonly RuleOutcome[] {
  const judging = outcomes.filter(({ outcome, reason }) => outcome !== 'skipped' || reason.code === 'excepted');
  const isCovered = (written: string) => judging.some(({ image }) => image === undefined || image.written === written);
  return question.images
    .filter(({ image }) => !isCovered(image))
    .map(({ image, pointer }) => ({
      policy: '',
      rule: 'covered',
      image: { written: image, pointer },
      outcome: 'skipped',
      mode: 'enforce',
      reason: reasonOf('no-policy', { image }),
      evidence: [],
    }));
}

/** The objects that were given stand for those of the cluster. */
export function resourcesOf(objects: readonly JsonObject[]): Resources {
  const named = (object: JsonObject, field: string) => asText(asObject(object['metadata'])?.[field]);
  const isOf = (
    object: JsonObject,
    wanted: { readonly apiVersion: string; readonly kind: string; readonly namespace?: string },
  ) =>
    object['apiVersion'] === wanted.apiVersion &&
    object['kind'] === wanted.kind &&
    (wanted.namespace === undefined || (named(object, 'namespace') ?? 'default') === wanted.namespace);
  return {
    get: (wanted) =>
      Promise.resolve(objects.find((object) => isOf(object, wanted) && named(object, 'name') === wanted.name)),
    list: (wanted) => Promise.resolve(objects.filter((object) => isOf(object, wanted))),
  };
}
