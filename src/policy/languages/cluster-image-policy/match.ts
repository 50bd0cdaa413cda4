import { invalidField } from '#policy/languages/read-strictly.ts';
import type { AdmissionRequest, Question } from '#policy/question.ts';
import { labelsOf, selects, type LabelSelector } from '#policy/workloads/label-selector.ts';
import type { WrittenMatch } from './schema.ts';

/**
 * Reads which objects a policy is about (`spec.match`): all, if it does not say, and all where there is no object.
 * @throws `policy-invalid`
 */
export function readMatch(written: readonly WrittenMatch[] = []): (question: Pick<Question, 'request'>) => boolean {
  for (const [index, { selector, resource }] of written.entries()) {
    const path = `spec.match[${index}]`;
    // policy-controller lets it pass when it is written, and then never finds an object for it.
    if (resource === undefined || resource === '') throw invalidField(`${path}.resource`, 'it must be named');
    checkSelector(selector, `${path}.selector`);
  }
  if (written.length === 0) return () => true;
  // The request is looked at where a policy says so, and not before: what was decided without it holds for others.
  return ({ request }) => {
    if (request === undefined) return true;
    return written.some((one) => isResource(one, request) && selects(one.selector ?? {}, labelsOf(request.object)));
  };
}

function isResource({ group = '', version = '', resource }: WrittenMatch, request: AdmissionRequest): boolean {
  const asked = request.resource;
  return resource === asked.resource && group === asked.group && (version === '*' || version === asked.version);
}

function checkSelector(selector: LabelSelector | undefined, path: string): void {
  for (const [index, { operator, values = [] }] of (selector?.matchExpressions ?? []).entries()) {
    const needsValues = operator === 'In' || operator === 'NotIn';
    if (needsValues !== values.length > 0) {
      throw invalidField(`${path}.matchExpressions[${index}].values`, `${operator} has ${values.length} values`);
    }
  }
}
