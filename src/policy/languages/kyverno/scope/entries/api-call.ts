import { asObject, asText, asTextMap, type JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import { readLabelSelector } from '#policy/languages/kyverno/match/label-selector.ts';
import { selects } from '#policy/languages/kyverno/match/selector.ts';
import type { Scope } from '#policy/languages/kyverno/scope/scope.ts';
import { substituteText } from '#policy/languages/kyverno/scope/substitute.ts';
import { readKubernetesPath } from './kubernetes-path.ts';
import { checkNamespace } from './own-namespace.ts';
import { wantedPart } from './part.ts';

/** Objects of the cluster, by a path of its API; what is not there is the default, if there is one. */
export function apiCall(written: JsonObject): (scope: Scope) => Promise<unknown> {
  return async (scope) => {
    const path = await substituteText(asText(written['urlPath']) ?? '', scope);
    const found = await askFor(path, scope);
    if (found !== undefined) return wantedPart(found, written, scope);
    if (written['default'] !== undefined) return written['default'];
    throw policyError('resource-unavailable', `there is nothing at ${path}, which a policy reads`);
  };
}

/** What stands at a path of the API: one object, or a list of all that are meant. */
export async function askFor(path: string, { world }: Scope): Promise<JsonObject | undefined> {
  const { resources } = world.surroundings;
  const { labelSelector, name, ...kind } = readKubernetesPath(path);
  checkNamespace(kind.namespace ?? (kind.kind === 'Namespace' ? name : undefined), world.policyNamespace);
  if (name !== undefined) return resources.get({ ...kind, name });
  const all = await resources.list(kind);
  const selector = labelSelector === undefined ? undefined : readLabelSelector(labelSelector);
  const items =
    selector === undefined
      ? all
      : all.filter((one) => selects(selector, asTextMap(asObject(one['metadata'])?.['labels'])));
  return { apiVersion: kind.apiVersion, kind: `${kind.kind}List`, items };
}
