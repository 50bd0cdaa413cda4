import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { containerLists } from '#policy/workloads/images-of-pod.ts';
import { podSpecsOf, workloadKinds } from '#policy/workloads/pod-specs.ts';

/**
 * A key that decides which images run, written in another case than it should be, or nothing. API servers ignore such a key, other
 * readers take it for the right one.
 */
export function wrongCaseIn(review: JsonObject): string | undefined {
  const request = asObject(review['request']) ?? {};
  const objects = objectsOf([request['object'], request['oldObject']]);
  const parts = [
    [[review], reviewKeys],
    [[request], requestKeys],
    [objects.flatMap(wayToPods), objectKeys],
    [objects.flatMap(podsOf), podKeys],
    [objects.flatMap(podsOf).flatMap(containersOf), containerKeys],
  ] as const;
  for (const [values, keys] of parts) {
    const wrong = values
      .flatMap((value) => Object.keys(value))
      .find((key) => (keys.get(key.toLowerCase()) ?? key) !== key);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

const reviewKeys = known('apiVersion', 'kind', 'request');
const requestKeys = known(
  'uid',
  'kind',
  'resource',
  'subResource',
  'requestKind',
  'requestResource',
  'requestSubResource',
  'name',
  'namespace',
  'operation',
  'userInfo',
  'object',
  'oldObject',
  'dryRun',
  'options',
);
const objectKeys = known('apiVersion', 'kind', 'metadata', 'spec', 'template', 'jobTemplate');
const podKeys = known(...containerLists, 'volumes');
const containerKeys = known('image', 'reference');

function known(...keys: readonly string[]): ReadonlyMap<string, string> {
  return new Map(keys.map((key) => [key.toLowerCase(), key]));
}

/** The objects that lead from the outside to pods, whatever the case of their keys; of kinds of others only the outermost. */
function wayToPods(object: JsonObject): JsonObject[] {
  const found = [object];
  if (!workloadKinds.includes(asText(object['kind']) ?? '')) return found;
  for (const outer of found) {
    for (const [key, inner] of Object.entries(outer)) {
      const next = ['spec', 'template', 'jobtemplate'].includes(key.toLowerCase()) ? asObject(inner) : undefined;
      // No kind of Kubernetes' own has pods further inside.
      if (next !== undefined && found.length < 8) found.push(next);
    }
  }
  return found;
}

function podsOf(object: JsonObject): JsonObject[] {
  return podSpecsOf(object).map(({ spec }) => spec);
}

function containersOf(spec: JsonObject): JsonObject[] {
  const containers = containerLists.flatMap((list) => asList(spec[list]));
  const volumes = asList(spec['volumes']).flatMap((volume) => [volume, asObject(volume)?.['image']]);
  return objectsOf([...containers, ...volumes]);
}

function objectsOf(values: readonly unknown[]): JsonObject[] {
  return values.map(asObject).filter((one) => one !== undefined);
}
