import type { JsonObject } from '#kit/narrow.ts';
import type { AdmissionRequest } from '#policy/question.ts';

/** The group of the API. */
export const group = 'admissionregistration.k8s.io';

/** A rule about pods. */
export const pods = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] };

/** A policy with these fields of its `spec`. */
export function policy(spec: object, apiVersion = `${group}/v1`): JsonObject {
  return {
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'images' },
    spec: {
      matchConstraints: { resourceRules: [pods] },
      validations: [
        { expression: 'object.spec.containers.all(c, c.image.startsWith("ghcr.io/"))', message: 'ours only' },
      ],
      ...spec,
    },
  };
}

/** A binding of it. */
export function binding(spec: object = {}): JsonObject {
  return {
    apiVersion: `${group}/v1`,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'b' },
    spec: { policyName: 'images', validationActions: ['Deny'], ...spec },
  };
}

const configMap = (name: string, data: object, more: object = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'team', ...more },
  data,
});

/** A policy, what is asked, and what the verdict is. */
export interface Case {
  readonly what: string;
  readonly spec?: object;
  readonly bindings?: readonly JsonObject[];
  readonly objects?: readonly JsonObject[];
  readonly image?: string;
  readonly request?: Partial<AdmissionRequest>;
  readonly wanted: string;
  readonly says?: string;
}

/** Parameters are of this kind. */
export const params = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } };
/** A policy that asks them. */
export const byParams = {
  ...params,
  validations: [{ expression: 'object.spec.containers.all(c, c.image.startsWith(params.data.registry))' }],
};
/** Parameters by name. */
export const named = (action: string) => ({ paramRef: { name: 'r', parameterNotFoundAction: action } });

/** What a policy says of a pod; a test asks a real API server as well. */
export const cases: readonly Case[] = [
  { what: 'what holds is allowed', image: 'ghcr.io/a/b', wanted: 'allow' },
  { what: 'what does not hold is denied with the message', wanted: 'deny', says: 'ours only' },
  { what: 'a binding that warns', bindings: [binding({ validationActions: ['Warn', 'Audit'] })], wanted: 'warn' },
  { what: 'a binding that audits', bindings: [binding({ validationActions: ['Audit'] })], wanted: 'allow' },
  {
    what: 'two bindings: the more serious counts',
    bindings: [binding({ validationActions: ['Audit'] }), binding()],
    wanted: 'deny',
  },
  {
    what: 'a binding for other namespaces',
    bindings: [binding({ matchResources: { namespaceSelector: { matchLabels: { env: 'prod' } } } })],
    wanted: 'allow',
  },
  {
    what: 'a binding for this namespace',
    bindings: [binding({ matchResources: { namespaceSelector: { matchLabels: { env: 'prod' } } } })],
    objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels: { env: 'prod' } } }],
    wanted: 'deny',
  },
  {
    what: 'the name of a namespace is always a label',
    bindings: [
      binding({
        matchResources: {
          namespaceSelector: {
            matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['team'] }],
          },
        },
      }),
    ],
    wanted: 'allow',
  },
  { what: 'another operation', request: { operation: 'DELETE' }, wanted: 'allow' },
  { what: 'a subresource is another resource', request: { subResource: 'ephemeralcontainers' }, wanted: 'allow' },
  {
    what: 'all subresources',
    spec: { matchConstraints: { resourceRules: [{ ...pods, resources: ['pods/*'] }] } },
    request: { subResource: 'ephemeralcontainers' },
    wanted: 'deny',
  },
  {
    what: 'what is excluded',
    spec: { matchConstraints: { resourceRules: [pods], excludeResourceRules: [{ ...pods, resourceNames: ['p'] }] } },
    wanted: 'allow',
  },
  {
    what: 'labels of the object',
    spec: {
      matchConstraints: {
        resourceRules: [pods],
        objectSelector: { matchExpressions: [{ key: 'x', operator: 'Exists' }] },
      },
    },
    wanted: 'allow',
  },
  {
    what: 'only what is in no namespace',
    spec: { matchConstraints: { resourceRules: [{ ...pods, scope: 'Cluster' }] } },
    wanted: 'allow',
  },
  {
    what: 'a condition that does not hold',
    spec: { matchConditions: [{ name: 'c', expression: 'request.name != "p"' }] },
    wanted: 'allow',
  },
  {
    what: 'a condition that fails',
    spec: { matchConditions: [{ name: 'c', expression: 'object.nothing == 1' }] },
    wanted: 'unknown',
  },
  {
    what: 'a condition that fails beside one that does not hold',
    spec: {
      matchConditions: [
        { name: 'a', expression: 'object.nothing == 1' },
        { name: 'b', expression: 'false' },
      ],
    },
    wanted: 'allow',
  },
  {
    what: 'a condition that fails where failures are ignored',
    spec: { failurePolicy: 'Ignore', matchConditions: [{ name: 'c', expression: 'object.nothing == 1' }] },
    wanted: 'warn',
  },
  {
    what: 'an expression that fails',
    spec: { validations: [{ expression: 'object.spec.nothing > 1' }] },
    wanted: 'unknown',
  },
  {
    what: 'variables',
    spec: {
      variables: [
        { name: 'first', expression: 'object.spec.containers[0]' },
        { name: 'name', expression: 'variables.first.name' },
      ],
      validations: [{ expression: 'variables.name == "c0"' }],
    },
    wanted: 'allow',
  },
  {
    what: 'a message that is made',
    spec: {
      validations: [
        { expression: 'false', message: 'm', messageExpression: '"not " + object.spec.containers[0].image' },
      ],
    },
    wanted: 'deny',
    says: 'not nginx:1',
  },
  {
    what: 'a message that cannot be made',
    spec: { validations: [{ expression: 'false', message: 'm', messageExpression: 'string(object.nothing)' }] },
    wanted: 'deny',
    says: 'm',
  },
  {
    what: 'the object of the namespace',
    spec: {
      validations: [
        { expression: 'namespaceObject.metadata.labels["kubernetes.io/metadata.name"] == request.namespace' },
      ],
    },
    wanted: 'allow',
  },
  {
    what: 'no old object is null',
    spec: { validations: [{ expression: 'oldObject == null && request.operation == "CREATE"' }] },
    wanted: 'allow',
  },
  {
    what: 'parameters',
    spec: byParams,
    bindings: [binding(named('Deny'))],
    objects: [configMap('r', { registry: 'nginx' })],
    wanted: 'allow',
  },
  {
    what: 'parameters that say no',
    spec: byParams,
    bindings: [binding(named('Deny'))],
    objects: [configMap('r', { registry: 'ghcr.io/' })],
    wanted: 'deny',
  },
  { what: 'parameters that are not there', spec: byParams, bindings: [binding(named('Deny'))], wanted: 'unknown' },
  { what: 'parameters that need not be there', spec: byParams, bindings: [binding(named('Allow'))], wanted: 'allow' },
  {
    what: 'all parameters of a selector count, in this namespace alone',
    spec: byParams,
    bindings: [
      binding({ paramRef: { selector: { matchLabels: { for: 'images' } }, parameterNotFoundAction: 'Deny' } }),
    ],
    objects: [
      configMap('a', { registry: 'nginx' }, { labels: { for: 'images' } }),
      configMap('b', { registry: 'x' }, { labels: { for: 'images' }, namespace: 'other' }),
    ],
    wanted: 'allow',
  },
];
