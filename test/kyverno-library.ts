import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#kit/error.ts';
import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { missingData, realData } from '#kit/testing.ts';
import { unzip } from '#kit/zip/testing.ts';
import { readDocuments } from '#policy/documents.ts';

const [library, manifests] = ['k8s/kyverno-image-policies.zip', 'k8s/manifests.zip'] as const;

/** Why there is no library of Kyverno to ask, or nothing. */
export const missingLibrary = missingData(library) ?? missingData(manifests);

/** Policies of Kyverno's own library that decide, and need neither a registry nor a cluster. */
export function libraryPolicies(): readonly JsonObject[] {
  return readAll(library).filter(isAskedAlone);
}

/** Objects of public repositories as an API server would take them, each once. */
export function realObjects(): readonly JsonObject[] {
  const objects = new Map<string, JsonObject>();
  for (const object of [...readAll(manifests), ...readAll(library)]) {
    const { name, namespace = 'default' } = asObject(object['metadata']) ?? {};
    const isComplete = typeof name === 'string' && !/<[A-Z]|\{\{|\$patch/.test(JSON.stringify(object));
    if (!isComplete || !['v1', 'apps/v1', 'batch/v1'].includes(asText(object['apiVersion']) ?? '')) continue;
    // It does not say that rules for pods are about these; see docs/cel-policies.md.
    if (object['kind'] === 'ReplicationController' || object['kind'] === 'List') continue;
    const metadata = { ...asObject(object['metadata']), namespace };
    objects.set(`${asText(object['kind']) ?? ''} ${asText(namespace) ?? ''} ${name}`, { ...object, metadata });
  }
  return [...objects.values()];
}

function isAskedAlone(body: JsonObject): boolean {
  const isPolicy = body['kind'] === 'ClusterPolicy' || body['kind'] === 'ValidatingPolicy';
  const needs =
    /imageRegistry|verifyImages|GetMetadata|resource\.(?:Get|List)|globalContext|apiCall|configMap"|"mutate|"generate|"manifests/;
  // Where it is about ephemeral containers, it does not follow for other kinds there; see docs/cel-policies.md.
  return isPolicy && !needs.test(JSON.stringify(body['spec'])) && !JSON.stringify(body).includes('pods/ephemeral');
}

/** All documents of an archive that are YAML, but tests and what is for them. */
function readAll(archive: string): readonly JsonObject[] {
  const files = [...unzip(readFileSync(join(realData, archive)))].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return files.flatMap(([path, bytes]) => {
    if (!/\.ya?ml$/.test(path) || /chainsaw|kyverno-test/.test(path)) return [];
    try {
      return readDocuments(bytes.toString(), path).map(({ body }) => body);
    } catch (error) {
      // Templates of Helm are no YAML.
      assert.match(messageOf(error), /is not usable/, path);
      return [];
    }
  });
}
