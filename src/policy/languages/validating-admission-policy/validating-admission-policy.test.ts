import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#kit/narrow.ts';
import { decide } from '#policy/decide.ts';
import { policyError } from '#policy/errors.ts';
import { loadPolicies } from '#policy/load.ts';
import { askForImages, askForPod, newImageWorld, surroundingsOf } from '#policy/testing.ts';
import { binding, byParams, cases, group, named, params, pods, policy } from './testing.ts';

const load = (bodies: readonly JsonObject[]) => loadPolicies(bodies.map((body) => ({ origin: 'p.yaml', body })));

for (const {
  what,
  spec = {},
  bindings = [binding()],
  objects = [],
  image = 'nginx:1',
  request,
  wanted,
  says,
} of cases) {
  test(`ValidatingAdmissionPolicy: ${what}`, async () => {
    const policies = await load([policy(spec), ...bindings]);
    const verdict = await decide(policies, askForPod([image], request), surroundingsOf(newImageWorld(), { objects }));
    assert.equal(verdict.verdict, wanted, JSON.stringify(verdict.outcomes));
    if (says !== undefined) assert.ok(verdict.outcomes.some(({ reason }) => reason.message === says));
  });
}

test('a policy that nobody binds is judged as if it was enforced, and says that it is not in force', async () => {
  const policies = await load([policy({}, `${group}/v1beta1`)]);
  const { verdict } = await decide(policies, askForPod(['nginx']), surroundingsOf(newImageWorld()));
  assert.equal(verdict, 'deny');
  assert.match(policies[0]?.remarks[0]?.en ?? '', /not in force/);
});

test('a namespace or parameters that cannot be asked are unknown', async () => {
  const gone = () => Promise.reject(policyError('resource-unavailable', 'the API server does not answer'));
  const surroundings = surroundingsOf(newImageWorld(), { resources: { get: gone, list: gone } });
  const selects = { matchConstraints: { resourceRules: [pods], namespaceSelector: { matchLabels: { a: 'b' } } } };
  for (const bodies of [
    [policy(selects), binding()],
    [policy(byParams), binding(named('Allow'))],
  ]) {
    const { verdict } = await decide(await load(bodies), askForPod(['ghcr.io/a/b']), surroundings);
    assert.equal(verdict, 'unknown');
  }
});

test('a policy about objects says nothing of images by themselves', async () => {
  const verdict = await decide(
    await load([policy({}), binding()]),
    askForImages(['nginx']),
    surroundingsOf(newImageWorld()),
  );
  assert.deepEqual(
    verdict.outcomes.map(({ outcome }) => outcome),
    ['skipped'],
  );
});

test('notes are evidence', async () => {
  const spec = { auditAnnotations: [{ key: 'image', valueExpression: 'object.spec.containers[0].image' }] };
  const { outcomes } = await decide(
    await load([policy(spec), binding()]),
    askForPod(['nginx']),
    surroundingsOf(newImageWorld()),
  );
  assert.deepEqual(outcomes[0]?.evidence, [{ what: 'image', value: 'nginx' }]);
});

test('what is not understood does not load, with the path of the field', async () => {
  const refused: readonly (readonly [bodies: readonly JsonObject[], code: string, message: RegExp])[] = [
    [[policy({ validation: [] })], 'policy-invalid', /spec\.validation: the field is not known/],
    [
      [policy({ validations: [{ expression: 'objekt.x' }] })],
      'policy-invalid',
      /spec\.validations\[0\]\.expression: .*"objekt"/,
    ],
    [[policy({ validations: [{ expression: '1' }] })], 'policy-invalid', /gives int, not bool/],
    [
      [policy({ validations: [{ expression: 'authorizer.group("").check("x").allowed()' }] })],
      'policy-unsupported',
      /authorizer/,
    ],
    [[policy({ validations: [{ expression: 'params.x' }] })], 'policy-invalid', /"params" is not known/],
    [[policy({ validations: [{ expression: 'request.opration == ""' }] })], 'policy-invalid', /no field opration/],
    [
      [
        policy({
          variables: [
            { name: 'a', expression: 'variables.b' },
            { name: 'b', expression: '1' },
          ],
        }),
      ],
      'policy-invalid',
      /spec\.variables\[0\]/,
    ],
    [[policy({ validations: [] })], 'policy-invalid', /spec\.validations: there are none/],
    [[policy({}), binding({ validationActions: ['Deny', 'Warn'] })], 'policy-invalid', /exclude each other/],
    [[policy({}), binding(named('Deny'))], 'policy-invalid', /no paramKind/],
    [
      [policy(params), binding({ paramRef: { parameterNotFoundAction: 'Deny' } })],
      'policy-invalid',
      /exactly one of name and selector/,
    ],
    [
      [policy({}), binding({ validationAction: [] })],
      'policy-invalid',
      /spec\.validationAction: the field is not known/,
    ],
  ];
  for (const [bodies, code, message] of refused) await assert.rejects(load(bodies), { code, message });
});
