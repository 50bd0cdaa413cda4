import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { ownResources } from './webhooks.ts';

/** What an API server does not ask the gate about, as its configuration stands. */
export interface WebhookGaps {
  /** What should not be so, as sentences. */
  readonly gaps: readonly string[];
  /** Namespaces that are left out by their names: the gate's own, and those that somebody has added. */
  readonly exempt: readonly string[];
}

/**
 * Looks whether a configuration still has the gate asked about everything that it decides. No webhook is asked about a change of that
 * configuration, so whoever may change it could turn the gate off without a word.
 * @param configuration nothing if it is gone
 * @param webhook the name of the webhook in it: `validate.policy.bulla`
 */
export function webhookGaps(configuration: JsonObject | undefined, webhook: string): WebhookGaps {
  const written = asList(configuration?.['webhooks']).map((one) => asObject(one) ?? {});
  const found = written.find(({ name }) => name === webhook);
  if (found === undefined) return { gaps: [`${webhook} is gone: nobody asks the gate`], exempt: [] };
  const { exempt, others } = namespacesIn(asObject(found['namespaceSelector']) ?? {});
  const problems: readonly (readonly [isSo: boolean, problem: string])[] = [
    [found['failurePolicy'] !== 'Fail', 'lets pass what it cannot ask about (failurePolicy)'],
    [asList(found['matchConditions']).length > 0, 'leaves out requests (matchConditions)'],
    [selects(asObject(found['objectSelector']) ?? {}), 'leaves out objects by their labels (objectSelector)'],
    [others, 'leaves out namespaces by labels that can be changed (namespaceSelector)'],
    ...resources().map(
      ({ group, resource }) =>
        [!isAskedAbout(found, group, resource), `does not ask about ${resource} of group "${group}" (rules)`] as const,
    ),
  ];
  return { gaps: problems.flatMap(([isSo, problem]) => (isSo ? [`${webhook} ${problem}`] : [])), exempt };
}

function resources() {
  return ownResources.flatMap(({ group, resources: all }) => all.map((resource) => ({ group, resource })));
}

/** The one label that only the API server writes says which namespace it is. */
function namespacesIn(selector: JsonObject): { readonly exempt: readonly string[]; readonly others: boolean } {
  const expressions = asList(selector['matchExpressions']).map((one) => asObject(one) ?? {});
  const byName = expressions.filter(
    ({ key, operator }) => key === 'kubernetes.io/metadata.name' && operator === 'NotIn',
  );
  const exempt = byName.flatMap(({ values }) => asList(values).flatMap((value) => asText(value) ?? []));
  const others = byName.length < expressions.length || Object.keys(asObject(selector['matchLabels']) ?? {}).length > 0;
  return { exempt, others };
}

function selects(selector: JsonObject): boolean {
  const labels = Object.keys(asObject(selector['matchLabels']) ?? {});
  return labels.length + asList(selector['matchExpressions']).length > 0;
}

function isAskedAbout(webhook: JsonObject, group: string, resource: string): boolean {
  const rules = asList(webhook['rules']).map((one) => asObject(one) ?? {});
  return ['CREATE', 'UPDATE'].every((operation) =>
    rules.some(
      (rule) =>
        names(rule['operations'], operation) &&
        names(rule['apiGroups'], group) &&
        names(rule['apiVersions'], 'v1') &&
        (names(rule['resources'], resource) || asList(rule['resources']).includes('*/*')) &&
        rule['scope'] !== 'Cluster',
    ),
  );
}

function names(list: unknown, wanted: string): boolean {
  const written = asList(list);
  // A star stands for resources, and not for those below them.
  return written.includes(wanted) || (written.includes('*') && !wanted.includes('/'));
}
