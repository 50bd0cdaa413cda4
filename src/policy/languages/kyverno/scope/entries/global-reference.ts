import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import type { Scope } from '#policy/languages/kyverno/scope/scope.ts';
import { substituteText } from '#policy/languages/kyverno/scope/substitute.ts';
import { askFor } from './api-call.ts';
import { wantedPart } from './part.ts';

/** What a `GlobalContextEntry` says to keep of the cluster; asked anew, because nothing is kept here. */
export function globalReference(written: JsonObject): (scope: Scope) => Promise<unknown> {
  return async (scope) => {
    const name = await substituteText(asText(written['name']) ?? '', scope);
    const path = pathOf(await entryNamed(name, scope), name);
    const found = await askFor(path, scope);
    if (found === undefined) throw policyError('resource-unavailable', `there is nothing at ${path}`);
    const isList = (asText(found['kind']) ?? '').endsWith('List');
    return wantedPart(isList ? found['items'] : found, written, scope);
  };
}

const versions = ['kyverno.io/v2', 'kyverno.io/v2beta1', 'kyverno.io/v2alpha1'];

async function entryNamed(name: string, { world }: Scope): Promise<JsonObject> {
  for (const apiVersion of versions) {
    const found = await world.surroundings.resources.get({ apiVersion, kind: 'GlobalContextEntry', name });
    if (found !== undefined) return found;
  }
  throw policyError('resource-unavailable', `there is no GlobalContextEntry ${name}, which a policy reads`);
}

function pathOf(entry: JsonObject, name: string): string {
  const spec = asObject(entry['spec']) ?? {};
  const { group, version, resource, namespace } = asObject(spec['kubernetesResource']) ?? {};
  const [apiGroup, plural] = [asText(group) ?? '', asText(resource) ?? ''];
  if (plural !== '') {
    const root = apiGroup === '' ? '/api' : `/apis/${apiGroup}`;
    const place = (asText(namespace) ?? '') === '' ? '' : `/namespaces/${asText(namespace)}`;
    return `${root}/${asText(version) ?? ''}${place}/${plural}`;
  }
  const call = asObject(spec['apiCall']) ?? {};
  const path = asText(call['urlPath']) ?? '';
  if (path === '' || call['service'] !== undefined || (call['method'] ?? 'GET') !== 'GET') {
    throw policyError(
      'policy-unsupported',
      `GlobalContextEntry ${name} asks a service, and nobody asks it for a verdict`,
    );
  }
  return path;
}
