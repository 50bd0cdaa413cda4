import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readDocuments } from '#policy/documents.ts';
import { loadPolicies } from '#policy/load.ts';
import { policyTestJsonSchema } from '#policy/policy-test.ts';
import { defaultPolicy } from './default-policy.ts';
import { trustPolicyJsonSchema } from './schema.ts';

for (const [name, schema] of [
  ['trust-policy', trustPolicyJsonSchema()],
  ['policy-test', policyTestJsonSchema()],
] as const) {
  test(`schemas/${name}.schema.json is what the program checks with`, () => {
    const file = readFileSync(new URL(`../../../../schemas/${name}.schema.json`, import.meta.url), 'utf8');
    assert.deepEqual(JSON.parse(file), JSON.parse(JSON.stringify(schema)), 'npm run schemas writes it anew');
  });
}

test('the default policy is one', async () => {
  const [policy] = await loadPolicies(readDocuments(defaultPolicy, 'default'));
  assert.equal(policy?.name, 'default');
  assert.deepEqual(policy?.remarks, []);
});

const valid = {
  apiVersion: 'policy.bulla/v1',
  kind: 'TrustPolicy',
  metadata: { name: 'p' },
  spec: { mode: 'enforce' },
};

for (const [what, policy, path] of [
  ['an unknown field', { ...valid, spec: { mode: 'enforce', rule: {} } }, /spec: .*"rule"/],
  ['an unknown rule', { ...valid, spec: { mode: 'enforce', rules: { pined: true } } }, /spec\.rules: .*"pined"/],
  ['no mode', { ...valid, spec: {} }, /spec\.mode/],
  ['a mode that is none', { ...valid, spec: { mode: 'enforced' } }, /spec\.mode/],
  ['an unknown version', { ...valid, apiVersion: 'policy.bulla/v2' }, /apiVersion/],
  ['an unknown kind', { ...valid, kind: 'TrustPolicies' }, /kind/],
  [
    'a pattern that is none',
    { ...valid, spec: { mode: 'audit', images: { include: ['nginx'] } } },
    /"nginx" is no pattern/,
  ],
] as const) {
  test(`${what} is refused, and said where`, async () => {
    await assert.rejects(loadPolicies([{ origin: 'file', body: policy }]), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'policy-invalid');
      assert.match(error.message, path);
      return true;
    });
  });
}

test('an empty policy says that every image passes', async () => {
  const [policy] = await loadPolicies([{ origin: 'file', body: valid }]);
  assert.match(policy?.remarks[0]?.en ?? '', /every image passes/);
});
