import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeObject, decide } from './decide.ts';
import type { Mode, RuleOutcome } from './outcome.ts';
import type { Policy } from './policy.ts';
import { reasonOf } from './reasons/reason.ts';
import { noResources, type Surroundings } from './surroundings.ts';
import { askForPod } from './testing.ts';
import { isAllowed, type VerdictName } from './verdict.ts';

const surroundings: Surroundings = {
  now: new Date(0),
  evidenceOf: () => assert.fail('nothing asks for evidence'),
  trustRoot: () => assert.fail('nothing asks for trust'),
  key: () => assert.fail('nothing asks for a key'),
  resources: noResources,
};

const pod = { kind: 'Pod', spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] } };

const question = askForPod([], { object: pod });

function saying(outcome: RuleOutcome['outcome'], mode: Mode): Policy {
  const reason = reasonOf('passed');
  const said: RuleOutcome = { policy: 'p', rule: 'r', outcome, mode, reason, evidence: [] };
  return {
    name: 'p',
    language: 'trust-policy',
    remarks: [],
    describe: () => [],
    decide: () => Promise.resolve([said]),
  };
}

const cases: readonly [policies: readonly Policy[], verdict: VerdictName][] = [
  [[], 'allow'],
  [[saying('passed', 'enforce')], 'allow'],
  [[saying('skipped', 'enforce')], 'allow'],
  [[saying('failed', 'audit')], 'allow'],
  [[saying('unknown', 'audit')], 'allow'],
  [[saying('failed', 'warn')], 'warn'],
  [[saying('unknown', 'warn')], 'warn'],
  [[saying('unknown', 'enforce')], 'unknown'],
  [[saying('unknown', 'enforce'), saying('failed', 'enforce')], 'deny'],
  [[saying('passed', 'enforce'), saying('failed', 'warn')], 'warn'],
];

test('the worst outcome is the verdict, as far as it is meant', async () => {
  for (const [policies, expected] of cases) {
    assert.equal((await decide(policies, question, surroundings)).verdict, expected);
  }
});

test('unknown is never green', () => {
  assert.equal(isAllowed({ verdict: 'unknown' }), false);
  assert.equal(isAllowed({ verdict: 'warn' }), true);
});

test('a policy that breaks is unknown, and keeps no other from deciding', async () => {
  const broken: Policy = { ...saying('passed', 'audit'), decide: () => Promise.reject(new Error('it broke')) };
  const verdict = await decide([broken, saying('passed', 'enforce')], question, surroundings);
  assert.equal(verdict.verdict, 'unknown');
  assert.deepEqual(
    verdict.outcomes.map(({ outcome, reason }) => [outcome, reason.code]),
    [
      ['unknown', 'policy-failed'],
      ['passed', 'passed'],
    ],
  );
});

test('policies change an object one after the other, each seeing the images that the others have left', async () => {
  const seen: string[][] = [];
  const naming = (image: string): Policy => ({
    ...saying('passed', 'enforce'),
    change: (asked) => {
      seen.push(asked.images.map((use) => use.image));
      return Promise.resolve({ ...pod, spec: { containers: [{ name: 'app', image }] } });
    },
  });
  const changed = await changeObject(
    [naming('first'), saying('passed', 'enforce'), naming('second')],
    question,
    surroundings,
  );
  assert.deepEqual(seen, [['registry.example/app:1'], ['first']]);
  assert.deepEqual(changed, { kind: 'Pod', spec: { containers: [{ name: 'app', image: 'second' }] } });
  assert.equal(await changeObject([saying('passed', 'enforce')], question, surroundings), pod);
});
