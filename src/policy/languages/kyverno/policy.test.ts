import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BullaError } from '#kit/error.ts';
import type { JsonObject } from '#kit/narrow.ts';
import { askForPod, newImageWorld, surroundingsOf } from '#policy/testing.ts';
import { kyverno } from './language.ts';
import { compile, policyWith } from './testing.ts';

const deny = { validate: { deny: {} } };

const refused: readonly (readonly [what: string, rule: object, spec: object, code: string, field: string])[] = [
  ['a field of the policy', deny, { more: 1 }, 'policy-invalid', 'spec.more'],
  ['a field of a rule', { ...deny, more: 1 }, {}, 'policy-invalid', 'spec.rules[0].more'],
  [
    'a field of a condition',
    { preconditions: { all: [{ key: 1, operator: 'Equals', value: 1, more: 1 }] }, ...deny },
    {},
    'policy-invalid',
    'spec.rules[0].preconditions',
  ],
  [
    'an operator',
    { preconditions: { all: [{ key: 1, operator: 'Like', value: 1 }] }, ...deny },
    {},
    'policy-invalid',
    'spec.rules[0].preconditions',
  ],
  [
    'a filter',
    { ...deny, match: { any: [{ resources: { kind: ['Pod'] } }] } },
    {},
    'policy-invalid',
    'match.any[0].resources.kind',
  ],
  ['a rule that says nothing', {}, {}, 'policy-invalid', 'spec.rules[0]'],
  ['two checks in one rule', { validate: { deny: {}, pattern: {} } }, {}, 'policy-invalid', 'spec.rules[0].validate'],
  ['an action', deny, { validationFailureAction: 'block' }, 'policy-invalid', 'validationFailureAction'],
  [
    'checks and images in one rule',
    { ...deny, verifyImages: [{ imageReferences: ['*'], key: 'k' }] },
    {},
    'policy-invalid',
    'spec.rules[0]',
  ],
  [
    'an anchor of patterns in a patch',
    { mutate: { patchStrategicMerge: { spec: { '=(a)': 1 } } } },
    {},
    'policy-invalid',
    'patchStrategicMerge.spec.=(a)',
  ],
  ['a match of nothing', { ...deny, match: {} }, {}, 'policy-invalid', 'spec.rules[0].match'],
  ['a filter of nothing', { ...deny, match: { any: [{ resources: {} }] } }, {}, 'policy-invalid', 'match.any[0]'],
  ['no filter of any', { ...deny, match: { any: [] } }, {}, 'policy-invalid', 'match.any'],
  [
    'any and all',
    { ...deny, match: { any: [{ resources: { kinds: ['Pod'] } }], all: [{ resources: { kinds: ['Pod'] } }] } },
    {},
    'policy-invalid',
    'spec.rules[0].match',
  ],
  [
    'any and a filter',
    { ...deny, exclude: { any: [{ resources: { kinds: ['Pod'] } }], resources: { kinds: ['Pod'] } } },
    {},
    'policy-invalid',
    'spec.rules[0].exclude',
  ],
  [
    'two patches',
    { mutate: { patchStrategicMerge: {}, patchesJson6902: '[]' } },
    {},
    'policy-invalid',
    'spec.rules[0].mutate',
  ],
  ['a list without a check', { validate: { foreach: [{ list: 'a' }] } }, {}, 'policy-invalid', 'validate.foreach[0]'],
  ['no pattern of any', { validate: { anyPattern: [] } }, {}, 'policy-invalid', 'validate.anyPattern'],
  [
    'an entry of two kinds',
    { ...deny, context: [{ name: 'x', variable: { value: 1 }, configMap: { name: 'y' } }] },
    {},
    'policy-invalid',
    'context[0]',
  ],
  ['generate', { generate: {} }, {}, 'policy-unsupported', 'spec.rules[0].generate'],
  [
    'a field of a target',
    { mutate: { targets: [{ kind: 'Pod', more: 1 }], patchStrategicMerge: {} } },
    {},
    'policy-invalid',
    'spec.rules[0].mutate.targets[0].more',
  ],
  ['manifests of nobody', { validate: { manifests: {} } }, {}, 'policy-invalid', 'validate.manifests.attestors'],
  [
    'a service',
    { ...deny, context: [{ name: 'x', apiCall: { service: { url: 'https://x' } } }] },
    {},
    'policy-unsupported',
    'context[0].apiCall.service',
  ],
  [
    'a service within a list',
    {
      validate: {
        foreach: [{ list: 'a', deny: {}, context: [{ name: 'x', apiCall: { service: { url: 'https://x' } } }] }],
      },
    },
    {},
    'policy-unsupported',
    'validate.foreach[0].context[0].apiCall.service',
  ],
  [
    'something that is sent',
    { ...deny, context: [{ name: 'x', apiCall: { urlPath: '/x', method: 'POST' } }] },
    {},
    'policy-unsupported',
    'context[0].apiCall.method',
  ],
  [
    'a name that is taken',
    { ...deny, context: [{ name: 'request', variable: { value: 1 } }] },
    {},
    'policy-invalid',
    'context[0].name',
  ],
  ['an entry that loads nothing', { ...deny, context: [{ name: 'x' }] }, {}, 'policy-invalid', 'context[0]'],
  ['chance', { validate: { message: "{{ random('x') }}", deny: {} } }, {}, 'policy-unsupported', 'validate.message'],
  [
    'a function that there is not',
    { validate: { pattern: { a: '{{ nothing(@) }}' } } },
    {},
    'policy-invalid',
    'validate.pattern.a',
  ],
  ['what is no expression', { validate: { pattern: { a: '{{ a b }}' } } }, {}, 'policy-invalid', 'validate.pattern.a'],
  [
    'an expression of CEL',
    { validate: { cel: { expressions: [{ expression: 'object.' }] } } },
    {},
    'policy-invalid',
    'validate.cel.expressions[0]',
  ],
];

for (const [what, rule, spec, code, field] of refused) {
  test(`a policy is not loaded for ${what}`, () => {
    const load = () => compile(policyWith([rule], spec));
    assert.throws(load, (error: Error & { code?: string }) => {
      assert.equal(error.code, code, error.message);
      assert.ok(error.message.includes(field), error.message);
      return true;
    });
  });
}

test('policies are those of its group, in each of its versions', () => {
  for (const version of ['v1', 'v2beta1', 'v2']) {
    const body = { ...policyWith([deny]), apiVersion: `kyverno.io/${version}` };
    assert.ok(kyverno.isPolicy(body));
    assert.equal(compile(body).language, 'kyverno');
  }
  assert.ok(!kyverno.isPolicy({ apiVersion: 'policies.kyverno.io/v1', kind: 'ValidatingPolicy' }));
  assert.ok(!kyverno.isPolicy({ apiVersion: 'v1', kind: 'Policy' }));
  assert.ok(kyverno.isCompanion({ apiVersion: 'kyverno.io/v2beta1', kind: 'PolicyException' }));
});

test('any document is a policy or a typed error, and any object has an answer', async () => {
  const surroundings = surroundingsOf(newImageWorld());
  const keys = fc.constantFrom(
    'spec',
    'containers',
    'image',
    '(image)',
    '=(a)',
    'metadata',
    'labels',
    'name',
    '{{ a }}',
    '$(b)',
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('*', '{{ request.object.spec }}', '{{', '}}', '>1', null, 1, true, 'nginx', '$(./x)'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(keys, tie('any'), { maxKeys: 3 }),
    ),
  })).any;
  await fc.assert(
    fc.asyncProperty(value, value, value, async (pattern, key, object) => {
      const conditions = { any: [{ key, operator: 'AnyIn', value: pattern }] };
      for (const validate of [
        { pattern },
        { deny: { conditions } },
        { foreach: [{ list: 'request.object.spec', pattern }] },
      ]) {
        let policy;
        try {
          policy = compile(policyWith([{ validate }]));
        } catch (error) {
          assert.ok(error instanceof BullaError, String(error));
          continue;
        }
        const fields =
          typeof object === 'object' && object !== null && !Array.isArray(object) ? object : { spec: object };
        const outcomes = await policy.decide(askForPod([], { object: { kind: 'Pod', ...fields } }), surroundings);
        assert.ok(
          outcomes.every(({ reason }) => reason.words['code'] !== 'unexpected'),
          JSON.stringify(outcomes),
        );
      }
    }),
    { numRuns: 300 },
  );
});

test('an object that is deeper than any is unknown, and brings nothing down', async () => {
  let object: JsonObject = { kind: 'Pod' };
  for (let depth = 0; depth < 50_000; depth++) object = { spec: object };
  const conditions = { any: [{ key: '{{ to_string(request.object) }}', operator: 'Equals', value: 'x' }] };
  const outcomes = await compile(policyWith([{ validate: { deny: { conditions } } }])).decide(
    askForPod([], { object }),
    surroundingsOf(newImageWorld()),
  );
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['unknown'],
  );
});

test('nothing in a pattern is no field that is left out', () => {
  assert.doesNotThrow(() => compile(policyWith([{ validate: { pattern: { spec: { 'X(hostPID)': null } } } }])));
});
