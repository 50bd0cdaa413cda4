import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { githubProvenance, samples } from '#provenance/testing-samples.ts';
import { artifact, githubSigner, platformKey, stated } from '#provenance/testing.ts';
import { judgeProvenance } from './judge.ts';
import { gitlabSigner, googleKey, trustedBuilders } from './testing.ts';
import { verdictToJson } from './verdict-json.ts';

test('the provenance of something else is worth nothing', () => {
  const other = { ...githubProvenance(), subjects: [{ name: 'image', digests: { sha256: 'a'.repeat(64) } }] };
  const { level, refusals } = judgeProvenance(other, artifact, githubSigner(), { trustedBuilders, level: 0 });
  assert.deepEqual([level, ...refusals.map(({ refused }) => refused)], [0, 'provenance-subject-mismatch']);
});

test('any statement by anyone gives a verdict that can be written down', () => {
  const signers = fc.constantFrom(undefined, platformKey, googleKey, githubSigner(), gitlabSigner);
  const types = fc.constantFrom(...samples.map(({ predicateType }) => predicateType));
  fc.assert(
    fc.property(types, fc.jsonValue({ maxDepth: 5 }), signers, (type, predicate, signer) => {
      const verdict = judgeProvenance(stated(type, predicate), artifact, signer, { trustedBuilders, level: 1 });
      assert.equal(verdict.isAccepted, verdict.refusals.length === 0);
      assert.ok(verdict.steps.length > 0);
      assert.equal(typeof JSON.stringify(verdictToJson(verdict)), 'string');
    }),
  );
});

test('a verdict is written down with its reasons and their cures', () => {
  const verdict = judgeProvenance(githubProvenance(), artifact, githubSigner(), { trustedBuilders, level: 3 });
  const { accepted, level, trustedBuilder, provenance, refusals } = verdictToJson(verdict);
  assert.deepEqual(
    [accepted, level, trustedBuilder?.name, provenance?.shape, provenance?.source?.repository],
    [false, 2, 'GitHub Actions', 'github', 'https://github.com/org/app'],
  );
  assert.deepEqual(
    refusals.map(({ code, stage }) => [code, stage]),
    [['level-too-low', 'demand']],
  );
});
