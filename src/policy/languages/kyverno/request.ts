import type { JsonObject } from '#kit/narrow.ts';
import type { AdmissionRequest, Question } from '#policy/question.ts';

/**
 * The request of a question; for images alone one that would create a pod with them, so that rules about images can be asked. It says
 * nothing else of the pod.
 */
export function requestOf({ request, images, place }: Question): AdmissionRequest {
  if (request !== undefined) return request;
  const namespace = place.namespace ?? '';
  const containers = images.map(({ image }, index) => ({ name: `image-${index}`, image }));
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: '', namespace }, spec: { containers } };
  return {
    uid: '',
    operation: 'CREATE',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    subResource: '',
    name: '',
    namespace,
    user: { username: '', groups: [] },
    object,
    dryRun: false,
    raw: {},
  };
}

/** What expressions see as `request`: as Kubernetes has sent it, with the object as it is now. */
export function requestFields(request: AdmissionRequest): JsonObject {
  const { raw, uid, kind, resource, subResource, name, namespace, operation, user, object, oldObject, dryRun } =
    request;
  const fields = {
    ...raw,
    uid,
    kind,
    resource,
    name,
    namespace,
    operation,
    userInfo: { username: user.username, groups: user.groups, uid: user.uid, extra: user.extra },
    // What is deleted is looked at as it is.
    object: object ?? (operation === 'DELETE' ? oldObject : undefined),
    oldObject,
    dryRun,
    subResource: subResource === '' ? undefined : subResource,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The name and namespace of the service account that asks; empty for anybody else. */
export function serviceAccountOf({ user: { username } }: AdmissionRequest): JsonObject {
  const [, namespace = '', name = ''] = /^system:serviceaccount:([^:]*):([^:]*)/.exec(username) ?? [];
  return { serviceAccountName: name, serviceAccountNamespace: namespace };
}
