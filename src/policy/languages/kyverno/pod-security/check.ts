import { asObject, asText, asTextMap, type JsonObject } from '#kit/narrow.ts';
import type { Subject } from '#policy/languages/kyverno/match/subject.ts';
import { failed, passed, skipped, type RuleResult } from '#policy/languages/kyverno/rule-result.ts';
import { isLike } from '#policy/languages/kyverno/values/wildcard.ts';
import { podSpecsOf } from '#policy/workloads/pod-specs.ts';
import { stepInto, stepsOf } from '#policy/workloads/pointer.ts';
import { baseline } from './baseline.ts';
import { readExclusions, type PodSecurityExclusion } from './exclusion.ts';
import { restricted } from './restricted.ts';
import { viewOf, type Control, type PodView, type Violation } from './violation.ts';

/**
 * Whether the pods of an object keep to a level of the Pod Security Standards, in their newest version.
 * @param excluded controls that are not asked, beside those that the rule itself excludes
 */
export function checkPodSecurity(
  written: JsonObject,
  { request }: Subject,
  excluded: readonly PodSecurityExclusion[],
): RuleResult {
  const pods = podSpecsOf(request.object);
  if (pods.length === 0) return skipped('it makes no pods');
  const exclusions = [...readExclusions(written['exclude']), ...excluded];
  const level = asText(written['level']) ?? '';
  const violations = pods.flatMap(({ spec, pointer }) => {
    const beside = (stepsOf(pointer) ?? []).slice(0, -1).reduce<unknown>(stepInto, request.object);
    const annotations = asTextMap(asObject(stepInto(beside, 'metadata'))?.['annotations']);
    return violationsOf(viewOf(spec, annotations), level);
  });
  const counting = violations.filter((one) => !exclusions.some((exclusion) => excludes(exclusion, one)));
  if (counting.length === 0) return passed;
  const [first] = counting;
  const evidence = counting.map(({ control, field, values }) => ({ what: control, value: { field, values } }));
  const controls = [...new Set(counting.map(({ control }) => control))].join(', ');
  const words = { path: first?.field ?? '', problem: first?.control ?? '' };
  return failed('condition-refused', words, evidence, `Pod Security Standards (${level}): ${controls}`);
}

function violationsOf(pod: PodView, level: string): readonly Violation[] {
  const tables = level === 'privileged' ? [] : level === 'baseline' ? [baseline] : [baseline, restricted];
  return tables.flatMap((table: Readonly<Record<string, Control>>) =>
    Object.entries(table).flatMap(([control, find]) => find(pod).map((found) => ({ control, ...found }))),
  );
}

/** Without images an exclusion is about the pod itself, with images about the containers that have them. */
function excludes(
  { controlName, images, restrictedField, values }: PodSecurityExclusion,
  violation: Violation,
): boolean {
  const { image } = violation;
  const isPlace =
    images.length === 0 ? image === undefined : image !== undefined && images.some((one) => isLike(one, image));
  return (
    controlName === violation.control &&
    isPlace &&
    (restrictedField === '' || restrictedField === violation.field) &&
    (values.length === 0 || violation.values.every((value) => values.some((pattern) => isLike(pattern, value))))
  );
}
