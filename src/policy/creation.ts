import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import type { AdmissionRequest, Question } from './question.ts';

/** Kinds of Kubernetes' own that are in no namespace. */
const withoutNamespace: readonly string[] = [
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'StorageClass',
  'ValidatingWebhookConfiguration',
];

/**
 * The request that an API server would send if an object was created by nobody in particular: for objects of files, that no API
 * server has been asked about.
 * @param namespace for an object that names none
 */
export function creationOf(object: JsonObject, namespace = 'default'): AdmissionRequest {
  const metadata = asObject(object['metadata']);
  const apiVersion = asText(object['apiVersion']) ?? '';
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const kind = asText(object['kind']) ?? '';
  const user = { username: '', groups: [] };
  const fields = {
    uid: '',
    kind: { group, version, kind },
    resource: { group, version, resource: resourceOf(kind) },
    name: asText(metadata?.['name']) ?? '',
    namespace: withoutNamespace.includes(kind) ? '' : (asText(metadata?.['namespace']) ?? namespace),
    operation: 'CREATE' as const,
    object,
    dryRun: true,
  };
  return { ...fields, subResource: '', user, raw: { ...fields, userInfo: user, oldObject: null, options: {} } };
}

/** The same question, about a pod that runs the images if it is about images by themselves. */
export function aboutPod(question: Question): Question & { readonly request: AdmissionRequest } {
  const { request, images, place } = question;
  if (request !== undefined) return { ...question, request };
  const containers = images.map(({ image }, index) => ({ name: `image-${index}`, image }));
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'images' }, spec: { containers } };
  return { ...question, request: creationOf(pod, place.namespace) };
}

/** As Kubernetes names resources after kinds. */
function resourceOf(kind: string): string {
  const lower = kind.toLowerCase();
  if (lower === 'endpoints') return lower;
  if (/[^aeiou]y$/.test(lower)) return `${lower.slice(0, -1)}ies`;
  return /(?:s|x|ch|sh)$/.test(lower) ? `${lower}es` : `${lower}s`;
}
