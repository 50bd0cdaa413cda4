import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { askAbout, type AdmissionRequest, type Question, type RequestUser } from '#policy/question.ts';
import { namespaceOf } from './stage.ts';

const withoutNamespace: readonly string[] = [
  'Namespace',
  'Node',
  'ClusterRole',
  'ClusterRoleBinding',
  'PersistentVolume',
];

/** The question whether an object of a test may be made, changed or deleted. */
export function askAboutObject(
  object: JsonObject,
  operation: AdmissionRequest['operation'],
  user: RequestUser,
): Question {
  const [group, version] = splitVersion(asText(object['apiVersion']) ?? 'v1');
  const kind = asText(object['kind']) ?? '';
  const name = asText(asObject(object['metadata'])?.['name']) ?? '';
  const namespace = withoutNamespace.includes(kind) ? '' : namespaceOf(object);
  const isDeleted = operation === 'DELETE';
  const request: AdmissionRequest = {
    uid: name,
    operation,
    kind: { group, version, kind },
    resource: { group, version, resource: `${kind.toLowerCase()}s` },
    subResource: '',
    name,
    namespace,
    user,
    ...(isDeleted ? { oldObject: object } : { object }),
    dryRun: false,
    raw: {},
  };
  return askAbout(request, { gate: 'check', namespace });
}

function splitVersion(apiVersion: string): readonly [string, string] {
  const [group = '', version] = apiVersion.split('/');
  return version === undefined ? ['', group] : [group, version];
}
