import { asText, type JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import type { Scope } from '#policy/languages/kyverno/scope/scope.ts';
import { substituteText } from '#policy/languages/kyverno/scope/substitute.ts';
import { checkNamespace } from './own-namespace.ts';

/** The data of a ConfigMap, as `NAME.data`. */
export function configMap(written: JsonObject): (scope: Scope) => Promise<unknown> {
  return async (scope) => {
    const { surroundings, policyNamespace } = scope.world;
    const name = await substituteText(asText(written['name']) ?? '', scope);
    const said = await substituteText(asText(written['namespace']) ?? '', scope);
    const namespace = said === '' ? (policyNamespace ?? 'default') : said;
    checkNamespace(namespace, policyNamespace);
    const found = await surroundings.resources.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
    if (found === undefined) {
      throw policyError('resource-unavailable', `there is no ConfigMap ${namespace}/${name}, which a policy reads`);
    }
    return { data: found['data'] ?? {}, metadata: found['metadata'] ?? {} };
  };
}
