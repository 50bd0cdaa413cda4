import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleOutcome } from '#policy/outcome.ts';
import { reasonOf } from '#policy/reasons/reason.ts';
import { openMemory } from '#server/memory/memory.ts';
import { fakeClock } from '#server/testing.ts';
import { verdictMemory } from './verdict-memory.ts';

const day = 24 * 3_600_000;

function saying(...outcomes: readonly RuleOutcome['outcome'][]) {
  const said = outcomes.map((outcome): RuleOutcome => {
    const reason = outcome === 'unknown' ? 'evidence-unavailable' : 'passed';
    return { policy: 'p', rule: 'r', outcome, mode: 'enforce', reason: reasonOf(reason), evidence: [] };
  });
  return () => Promise.resolve({ outcomes: said, isGeneral: true });
}

test('what cannot be found out stands as it was found out last, but not what is found out to be wrong, and not for ever', async () => {
  const clock = fakeClock();
  const memory = verdictMemory(openMemory().verdicts, clock);
  const ask = async (...outcomes: readonly RuleOutcome['outcome'][]) =>
    (await memory.recall('key', saying(...outcomes))).outcomes.map(({ outcome }) => outcome);
  assert.deepEqual(await ask('unknown', 'passed'), ['unknown', 'passed']);
  assert.deepEqual(await ask('passed', 'passed'), ['passed', 'passed']);
  clock.pass(day);
  assert.deepEqual(await ask('unknown', 'passed'), ['passed', 'passed']);
  assert.deepEqual(await ask('unknown', 'failed'), ['unknown', 'failed']);
  assert.deepEqual(await ask('unknown', 'unknown'), ['passed', 'passed'], 'half of an answer was remembered');
  clock.pass(30 * day);
  assert.deepEqual(await ask('unknown', 'passed'), ['unknown', 'passed']);
});
