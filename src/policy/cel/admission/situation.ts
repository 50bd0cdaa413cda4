import type { JsonObject } from '#kit/narrow.ts';
import type { Bindings } from '#policy/cel/compile/compile.ts';
import { fromJson } from '#policy/cel/json.ts';
import { dyn, list, record, text, bool, map, type Type } from '#policy/cel/type.ts';
import type { Value } from '#policy/cel/value.ts';
import type { AdmissionRequest } from '#policy/question.ts';
import { inNamespace } from './in-namespace.ts';
import { namespaceOf, type World } from './namespace.ts';

const group = { group: text, version: text };
const kindType = record('GroupVersionKind', { ...group, kind: text });
const resourceType = record('GroupVersionResource', { ...group, resource: text });
const userType = record('UserInfo', { username: text, uid: text, groups: list(text), extra: map(text, list(text)) });

/** What an expression may name of an admission request (Kubernetes, "Validating Admission Policy", CEL environment). */
export const admissionVariables: ReadonlyMap<string, Type> = new Map([
  ['object', dyn],
  ['oldObject', dyn],
  ['namespaceObject', dyn],
  [
    'request',
    record('AdmissionRequest', {
      uid: text,
      kind: kindType,
      resource: resourceType,
      subResource: text,
      requestKind: kindType,
      requestResource: resourceType,
      requestSubResource: text,
      name: text,
      namespace: text,
      operation: text,
      userInfo: userType,
      object: dyn,
      oldObject: dyn,
      dryRun: bool,
      options: dyn,
    }),
  ],
]);

/** What an expression is about. */
export interface Situation {
  readonly request: AdmissionRequest;
  /** The object, if it is not that of the request. */
  readonly object?: JsonObject;
  readonly oldObject?: JsonObject;
}

/** The values of {@link admissionVariables}. What is not there is null; the namespace is asked for when an expression names it. */
export function bindSituation({ request, ...given }: Situation, world: World): Map<string, Binding> {
  const object = once(() => fromJson(inNamespace(given.object ?? request.object, request)));
  const oldObject = once(() => fromJson(inNamespace(given.oldObject ?? request.oldObject, request)));
  return new Map<string, Binding>([
    ['object', object],
    ['oldObject', oldObject],
    [
      'namespaceObject',
      (run) => run.waitFor('namespaceObject', async () => fromJson(await namespaceOf(request, world))),
    ],
    ['request', once(() => requestValue(request, object(), oldObject()))],
  ]);
}

type Binding = Bindings extends ReadonlyMap<string, infer Value_> ? Value_ : never;

function once(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

function requestValue(request: AdmissionRequest, object: Value, oldObject: Value): Value {
  const { uid, kind, resource, subResource, name, namespace, operation, user, dryRun, options, raw } = request;
  const { username, uid: userId = '', groups, extra = {} } = user;
  const fields = fromJson({
    requestKind: kind,
    requestResource: resource,
    requestSubResource: subResource,
    // What the API server has converted it from, where it says so.
    ...Object.fromEntries(originals.filter((key) => Object.hasOwn(raw, key)).map((key) => [key, raw[key]])),
    uid,
    kind,
    resource,
    subResource,
    name,
    namespace,
    operation,
    dryRun,
    options: options ?? null,
    userInfo: { username, uid: userId, groups, extra },
  });
  if (!(fields instanceof Map)) return fields;
  return new Map([...fields, ['object', object], ['oldObject', oldObject]]);
}

const originals = ['requestKind', 'requestResource', 'requestSubResource'];
