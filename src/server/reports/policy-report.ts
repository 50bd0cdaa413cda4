import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import type { Decision } from '#gates/admission/validate.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import { explainReason, type SpokenLanguage } from '#policy/reasons/explain.ts';

/** One report a namespace; the newest results are kept, because an object of a cluster has some megabytes at most. */
export const reportName = 'bulla-admission';
const mostResults = 500;
const longestMessage = 500;

/** What the report of a namespace says of what was let in: a result for each rule (`wgpolicyk8s.io/v1alpha2`). */
export function resultsOf({ question, verdict }: Decision, seconds: number, language?: SpokenLanguage): JsonObject[] {
  const { request } = question;
  if (request === undefined) return [];
  const { group, version, kind } = request.kind;
  const resource = {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    name: request.name,
    namespace: request.namespace,
  };
  return verdict.outcomes
    .filter(({ outcome }) => outcome !== 'skipped')
    .map((outcome) => ({
      source: 'bulla',
      policy: outcome.policy,
      rule: outcome.rule,
      result: resultOf(outcome),
      scored: outcome.mode === 'enforce',
      message: explainReason(outcome.reason, language).sentence.slice(0, longestMessage),
      properties: {
        reason: outcome.reason.code,
        ...(outcome.image === undefined ? {} : { image: outcome.image.written }),
        ...(outcome.image?.digest === undefined ? {} : { digest: outcome.image.digest }),
      },
      resources: [resource],
      timestamp: { seconds, nanos: 0 },
    }));
}

function resultOf({ outcome, mode }: RuleOutcome): 'pass' | 'fail' | 'warn' | 'error' {
  if (outcome === 'passed') return 'pass';
  if (outcome === 'unknown') return 'error';
  return mode === 'warn' ? 'warn' : 'fail';
}

/**
 * A report with new results: those about the same rule of the same image of the same object take the place of older ones. What
 * other replicas of the gate have written stays.
 */
export function merged(report: JsonObject | undefined, namespace: string, results: readonly JsonObject[]): JsonObject {
  const before = asList(report?.['results'])
    .map(asObject)
    .filter((one) => one !== undefined);
  const byKey = new Map([...before, ...results].map((one) => [keyOf(one), one]));
  const newest = [...byKey.values()].toSorted((a, b) => secondsOf(a) - secondsOf(b)).slice(-mostResults);
  const count = (result: string) => newest.filter((one) => one['result'] === result).length;
  return {
    apiVersion: 'wgpolicyk8s.io/v1alpha2',
    kind: 'PolicyReport',
    metadata: { name: reportName, namespace, labels: { 'app.kubernetes.io/managed-by': 'bulla' } },
    summary: { pass: count('pass'), fail: count('fail'), warn: count('warn'), error: count('error'), skip: 0 },
    results: newest,
  };
}

function keyOf(result: JsonObject): string {
  const { kind, name } = asObject(asList(result['resources'])[0]) ?? {};
  return JSON.stringify([kind, name, result['policy'], result['rule'], asObject(result['properties'])?.['image']]);
}

function secondsOf(result: JsonObject): number {
  const seconds = asObject(result['timestamp'])?.['seconds'];
  return typeof seconds === 'number' ? seconds : 0;
}

/** The event that tells those who look at a namespace what was kept out of it, and what mends it. */
export function eventOf(
  { id, question, verdict }: Decision,
  time: string,
  language?: SpokenLanguage,
): JsonObject | undefined {
  const { request } = question;
  if (request === undefined || request.namespace === '') return undefined;
  const first = verdict.outcomes.find(
    ({ outcome, mode }) => mode === 'enforce' && ['failed', 'unknown'].includes(outcome),
  );
  if (first === undefined) return undefined;
  const { group, version, kind } = request.kind;
  const { sentence, cure } = explainReason(first.reason, language);
  const name =
    request.name === ''
      ? (asText(asObject(request.object?.['metadata'])?.['generateName']) ?? 'unnamed')
      : request.name;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: 'bulla-', namespace: request.namespace },
    involvedObject: {
      apiVersion: group === '' ? version : `${group}/${version}`,
      kind,
      name,
      namespace: request.namespace,
    },
    type: 'Warning',
    reason: verdict.verdict === 'deny' ? 'ImageDenied' : 'ImageUnknown',
    message: `${sentence}${cure === undefined ? '' : ` Try: ${cure}`} (verdict ${id})`.slice(0, 1000),
    source: { component: 'bulla' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
