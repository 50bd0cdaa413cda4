import { asObject, asText, asTextMap, type JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import type { AdmissionRequest } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { rolesOf, type Roles } from './roles.ts';

/** What rules are matched with: the object of a request, and what is known of those who asked and where. */
export interface Subject {
  readonly request: AdmissionRequest;
  /** The object, or the old one where it is deleted. */
  readonly object: JsonObject;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Labels of its namespace. @throws `resource-unavailable`, also where there is no such namespace: then nothing is known of it */
  namespaceLabels(): Promise<Readonly<Record<string, string>>>;
  /** @throws `resource-unavailable` */
  roles(): Promise<Roles>;
}

/** What is asked about; nothing for a request without an object. */
export function subjectOf(request: AdmissionRequest, surroundings: Surroundings): Subject | undefined {
  const object = request.object ?? request.oldObject;
  if (object === undefined) return undefined;
  const metadata = asObject(object['metadata']) ?? {};
  const isNamespace = request.kind.kind === 'Namespace' && request.kind.group === '';
  const name = asText(metadata['name']) ?? (request.name || (asText(metadata['generateName']) ?? ''));
  const namespace = isNamespace ? name : request.namespace || (asText(metadata['namespace']) ?? '');
  return {
    request,
    object,
    name,
    namespace,
    labels: asTextMap(metadata['labels']),
    annotations: asTextMap(metadata['annotations']),
    namespaceLabels: once(() => labelsOf(namespace, surroundings)),
    roles: once(() => rolesOf(request.user, surroundings.resources)),
  };
}

async function labelsOf(name: string, { resources }: Surroundings): Promise<Readonly<Record<string, string>>> {
  if (name === '') return {};
  const namespace = await resources.get({ apiVersion: 'v1', kind: 'Namespace', name });
  if (namespace === undefined) {
    throw policyError('resource-unavailable', `nothing is known of the namespace ${name}, whose labels decide`, {
      hint: 'give the namespace among the files, or ask where it is',
    });
  }
  return asTextMap(asObject(namespace['metadata'])?.['labels']);
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}
