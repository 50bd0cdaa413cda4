import type { JsonObject } from '#kit/narrow.ts';
import type { AdmissionRequest } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';

/** Of the surroundings, what is asked here. */
export type World = Pick<Surroundings, 'resources'>;

/**
 * The namespace that a request is in; for a namespace that is made or changed it is itself. One that nobody knows has its name and no
 * more: the API server gives every namespace its name as a label.
 * @throws `resource-unavailable`
 */
export async function namespaceOf(request: AdmissionRequest, { resources }: World): Promise<JsonObject | undefined> {
  const { kind, namespace, object, oldObject } = request;
  if (kind.group === '' && kind.kind === 'Namespace') return object ?? oldObject;
  if (namespace === '') return undefined;
  const known = await resources.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  const labels = { 'kubernetes.io/metadata.name': namespace };
  return known ?? { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } };
}
