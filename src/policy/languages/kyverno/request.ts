import type { JsonObject } from '#kit/narrow.ts';
import type { AdmissionRequest } from '#policy/question.ts';

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
