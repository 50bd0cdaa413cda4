import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asList, asObject, type JsonObject } from '#kit/narrow.ts';
import { webhookGaps } from './webhook-gaps.ts';
import { webhookConfigurations } from './webhooks.ts';

const [, validating = {}] = webhookConfigurations({
  name: 'bulla',
  namespace: 'bulla-system',
  reach: { kind: 'url', url: 'https://gate.example' },
  caBundle: '',
  resources: [{ group: 'argoproj.io', resource: 'rollouts' }],
});
const name = 'validate.policy.bulla';

/** The configuration with some fields of its webhook changed. */
function changed(change: JsonObject): JsonObject {
  return { ...validating, webhooks: asList(validating['webhooks']).map((one) => ({ ...asObject(one), ...change })) };
}

test('what the gate prints has no gap, and leaves out its own namespace', () => {
  assert.deepEqual(webhookGaps(validating, name), { gaps: [], exempt: ['bulla-system'] });
});

const byName = { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['bulla-system', 'shop'] };
const everything = { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'], scope: '*' };

const cases: readonly (readonly [what: string, change: JsonObject, gap: RegExp | undefined])[] = [
  ['failures that are ignored', { failurePolicy: 'Ignore' }, /failurePolicy/],
  ['conditions', { matchConditions: [{ name: 'x', expression: 'false' }] }, /matchConditions/],
  ['labels of objects', { objectSelector: { matchLabels: { a: 'b' } } }, /objectSelector/],
  ['labels of namespaces', { namespaceSelector: { matchLabels: { checked: 'yes' } } }, /namespaceSelector/],
  [
    'a label besides the name',
    { namespaceSelector: { matchExpressions: [byName, { key: 'free', operator: 'DoesNotExist' }] } },
    /namespaceSelector/,
  ],
  [
    'only some namespaces',
    { namespaceSelector: { matchExpressions: [{ ...byName, operator: 'In' }] } },
    /namespaceSelector/,
  ],
  ['no rules', { rules: [] }, /does not ask about pods of group ""/],
  ['only what is made', { rules: [{ ...everything, operations: ['CREATE'] }] }, /does not ask about pods/],
  ['only what has no namespace', { rules: [{ ...everything, scope: 'Cluster' }] }, /does not ask about pods/],
  ['no ephemeral containers', { rules: [{ ...everything, resources: ['*'] }] }, /pods\/ephemeralcontainers/],
  ['one group', { rules: [{ ...everything, apiGroups: [''] }] }, /deployments of group "apps"/],
  ['everything', { rules: [everything] }, undefined],
  ['another timeout', { timeoutSeconds: 30 }, undefined],
];

for (const [what, change, gap] of cases) {
  test(`a webhook with ${what} has ${gap === undefined ? 'no gap' : 'a gap'}`, () => {
    const { gaps } = webhookGaps(changed(change), name);
    if (gap === undefined) assert.deepEqual(gaps, []);
    else assert.match(gaps.join('\n'), gap);
  });
}

test('namespaces that are left out are named', () => {
  const { gaps, exempt } = webhookGaps(changed({ namespaceSelector: { matchExpressions: [byName] } }), name);
  assert.deepEqual([gaps, exempt], [[], ['bulla-system', 'shop']]);
});

test('a configuration that is gone, and one without the webhook', () => {
  for (const configuration of [undefined, {}, changed({ name: 'other' })]) {
    assert.deepEqual(webhookGaps(configuration, name).gaps, [`${name} is gone: nobody asks the gate`]);
  }
});
