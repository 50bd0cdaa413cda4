import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#kit/narrow.ts';
import { validatingAdmissionPolicy } from './language.ts';
import { binding, params, pods, policy } from './testing.ts';

function describe(bodies: readonly [JsonObject, ...JsonObject[]], language: 'en' | 'de'): readonly string[] {
  const [document, ...companions] = bodies.map((body) => ({ origin: 'p.yaml', body }));
  if (document === undefined) return [];
  return validatingAdmissionPolicy.compile(document, companions).describe(language);
}

const deployments = {
  apiGroups: ['apps'],
  apiVersions: ['v1', 'v1beta1'],
  operations: ['*'],
  resources: ['deployments'],
};

const cases: readonly (readonly [
  what: string,
  bodies: readonly [JsonObject, ...JsonObject[]],
  en: readonly string[],
  de: readonly string[],
])[] = [
  [
    'a binding',
    [policy({}), binding()],
    [
      'It is about pods (on: CREATE, UPDATE).',
      'Enforced.',
      'Rule validations[0]: "ours only" (an expression decides).',
    ],
    [
      'Sie betrifft pods (bei: CREATE, UPDATE).',
      'Durchgesetzt.',
      'Regel validations[0]: „ours only“ (ein Ausdruck entscheidet).',
    ],
  ],
  [
    'no binding, and whatever cannot be found out',
    [
      policy({
        failurePolicy: 'Ignore',
        validations: [{ expression: 'true' }, { expression: 'true', messageExpression: '"a"' }],
      }),
    ],
    [
      'It is about pods (on: CREATE, UPDATE).',
      'Nothing binds it: here it is enforced everywhere, and in a cluster it is not in force.',
      'What cannot be found out is only warned of.',
      'Rule validations[0]: without a message; an expression decides.',
      'Rule validations[1]: without a message; an expression decides, and another says why.',
    ],
    [
      'Sie betrifft pods (bei: CREATE, UPDATE).',
      'Nichts bindet sie: Hier wird sie überall durchgesetzt, in einem Cluster gilt sie nicht.',
      'Was nicht zu erfahren ist, wird nur gemeldet.',
      'Regel validations[0]: Ohne Meldung; ein Ausdruck entscheidet.',
      'Regel validations[1]: Ohne Meldung; ein Ausdruck entscheidet, ein anderer nennt den Grund.',
    ],
  ],
  [
    'several bindings, with their own objects and parameters',
    [
      policy({
        ...params,
        matchConstraints: {
          resourceRules: [pods, { ...deployments, scope: 'Namespaced', resourceNames: ['a'] }],
          excludeResourceRules: [{ ...pods, resources: ['pods/status'] }],
          objectSelector: { matchExpressions: [{ key: 'skip', operator: 'DoesNotExist' }] },
        },
        matchConditions: [{ name: 'not-ours', expression: 'true' }],
      }),
      binding({
        validationActions: ['Warn', 'Audit'],
        matchResources: { namespaceSelector: { matchLabels: { stage: 'test' } } },
        paramRef: { name: 'c', namespace: 'n', parameterNotFoundAction: 'Deny' },
      }),
      binding({
        validationActions: ['Audit'],
        paramRef: { selector: { matchLabels: { a: 'b' } }, parameterNotFoundAction: 'Allow' },
      }),
    ],
    [
      'It is about pods (on: CREATE, UPDATE); or deployments (API apps/v1, apps/v1beta1; name: a; in namespaces) (labels: without skip), except pods/status (on: CREATE, UPDATE).',
      'It is asked only where these conditions hold, which are expressions: not-ours.',
      'Binding b: Only warned of.',
      'Binding b: of these it is only about all objects (labels of the namespace: stage=test).',
      'Binding b: its values are in ConfigMap n/c; without that nothing is known, and so nothing passed.',
      'Binding b: Only written down.',
      'Binding b: its values are in each ConfigMap with the labels a=b; without that it demands nothing.',
      'Rule validations[0]: "ours only" (an expression decides).',
    ],
    [
      'Sie betrifft pods (bei: CREATE, UPDATE); oder deployments (API apps/v1, apps/v1beta1; Name: a; in Namespaces) (Labels: ohne skip), ausgenommen pods/status (bei: CREATE, UPDATE).',
      'Sie wird nur gefragt, wo diese Bedingungen gelten, die Ausdrücke sind: not-ours.',
      'Bindung b: Nur gemeldet.',
      'Bindung b: Davon betrifft sie nur alle Objekte (Labels des Namespace: stage=test).',
      'Bindung b: Ihre Werte stehen in ConfigMap n/c; ohne das ist nichts bekannt und darum nichts bestanden.',
      'Bindung b: Nur aufgezeichnet.',
      'Bindung b: Ihre Werte stehen in jedem ConfigMap mit den Labels a=b; ohne das verlangt sie nichts.',
      'Regel validations[0]: „ours only“ (ein Ausdruck entscheidet).',
    ],
  ],
  [
    'only notes',
    [policy({ validations: [], auditAnnotations: [{ key: 'note', valueExpression: '"a"' }] }), binding()],
    ['It is about pods (on: CREATE, UPDATE).', 'Enforced.', 'It demands nothing, and only notes note.'],
    ['Sie betrifft pods (bei: CREATE, UPDATE).', 'Durchgesetzt.', 'Sie verlangt nichts und hält nur fest: note.'],
  ],
];

test('what is said of a policy', () => {
  for (const [what, bodies, en, de] of cases) {
    assert.deepEqual(describe(bodies, 'en'), en, what);
    assert.deepEqual(describe(bodies, 'de'), de, what);
  }
});

test('many validations do not flood', () => {
  const validations = Array.from({ length: 500 }, () => ({ expression: 'true', message: 'm'.repeat(100_000) }));
  const said = describe([policy({ validations }), binding()], 'de');
  assert.deepEqual([said.length, said.at(-1)], [53, 'Und 450 weitere Regeln.']);
  assert.ok(said.every((line) => line.length < 300));
});
