import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isProvenanceRefusal } from '#provenance/refusal.ts';
import { artifact, changed, githubSigner, platformKey, stated } from '#provenance/testing.ts';
import { globPattern } from '#signatures/identity/pattern.ts';
import type { Statement } from '#signatures/statement.ts';
import { judgeSummary, type SummaryDemand } from './judge.ts';
import { digestIn, isSameResource } from './resource.ts';
import { readSummary, summaryType } from './summary.ts';
import { summaryToJson } from './verdict-json.ts';
import { writeSummary, type Verified } from './write.ts';

const now = new Date('2026-03-01T12:00:00Z');
const verifier = 'https://gate.example/promotion';
const verifiedAs = 'registry.example/team/shop@sha256:0123';

const verified: Verified = {
  verifier,
  versions: { bulla: '0.1.0' },
  resourceUri: verifiedAs,
  policy: { uri: 'https://gate.example/policy.yaml', digests: { sha256: 'ab'.repeat(32) } },
  inputs: [{ uri: 'https://gate.example/provenance', digests: { sha256: 'cd'.repeat(32) } }],
  level: 3,
  properties: ['OURS_SCANNED', 'SLSA_SOURCE_LEVEL_4'],
};

function summaryOf(changes: Partial<Verified> = {}): Statement {
  const { type, content } = writeSummary({ ...verified, ...changes }, () => now);
  return stated(type, content);
}

const glob = (pattern: string) => globPattern(pattern, false);
const demand: SummaryDemand = {
  verifiers: [{ id: glob(verifier), signer: { kind: 'key', id: 'cGxhdGZvcm0=' } }],
  resourceUri: glob('registry.example/team/*'),
  policy: { uri: glob('https://gate.example/*'), sha256: 'ab'.repeat(32) },
  levels: ['SLSA_BUILD_LEVEL_2', 'OURS_SCANNED'],
  oldest: 24 * 60 * 60 * 1000,
  now: new Date('2026-03-01T18:00:00Z'),
};

test('what is written is read, and accepted by whoever believes the verifier', () => {
  const summary = readSummary(summaryOf());
  assert.ok(!isProvenanceRefusal(summary));
  // Tracks that nobody has looked at are not ours to claim.
  assert.deepEqual(summary.levels, ['SLSA_BUILD_LEVEL_3', 'OURS_SCANNED']);
  assert.deepEqual([summary.timeVerified, summary.inputs.length, summary.slsaVersion], [now, 1, '1.2']);
  assert.deepEqual(judgeSummary(summaryOf(), artifact, platformKey, demand).refusals, []);
});

test('a verdict that refuses makes a summary that has failed', () => {
  const summary = readSummary(summaryOf({ level: undefined }));
  assert.ok(!isProvenanceRefusal(summary));
  assert.deepEqual([summary.hasPassed, summary.levels], [false, ['FAILED']]);
});

const other = { ...summaryOf(), subjects: [{ name: '', digests: { sha256: '0'.repeat(64) } }] };
const stranger = { kind: 'key', id: 'x', name: 'x' } as const;

const refused: readonly (readonly [
  code: string,
  statement: Statement,
  changes?: Partial<SummaryDemand>,
  signer?: typeof stranger,
])[] = [
  ['summary-type', { ...summaryOf(), predicateType: 'https://slsa.dev/verification_summary/v0.2' }],
  ['summary-invalid', stated(summaryType, 'PASSED')],
  ['summary-invalid', changed(summaryOf(), 'verifier', {})],
  ['summary-invalid', changed(summaryOf(), 'resourceUri', '')],
  ['summary-invalid', changed(summaryOf(), 'policy', null)],
  ['summary-invalid', changed(summaryOf(), 'verificationResult', 'passed')],
  ['summary-invalid', changed(summaryOf(), 'verifiedLevels', 'SLSA_BUILD_LEVEL_3')],
  ['summary-invalid', changed(summaryOf(), 'verifiedLevels', ['SLSA_BUILD_LEVEL_3', 3])],
  ['summary-invalid', changed(summaryOf(), 'verifiedLevels', ['SLSA_BUILD_LEVEL_3', 'SLSA_BUILD_LEVEL_1'])],
  ['summary-invalid', changed(summaryOf(), 'verifiedLevels', ['SLSA_BUILD_LEVEL_3', 'FAILED'])],
  ['summary-invalid', changed(summaryOf(), 'timeVerified', 'today')],
  ['summary-invalid', changed(summaryOf(), 'verifier/id', 'x'.repeat(10_000))],
  ['summary-invalid', summaryOf(), { now: new Date('2026-02-01T00:00:00Z') }],
  ['summary-subject-mismatch', other],
  ['summary-verifier-untrusted', summaryOf(), {}, stranger],
  ['summary-verifier-untrusted', summaryOf({ verifier: 'https://gate.example/other' })],
  ['summary-resource-mismatch', summaryOf({ resourceUri: 'registry.example/evil/shop' })],
  [
    'summary-policy-mismatch',
    summaryOf({ policy: { uri: 'https://evil.example/', digests: verified.policy.digests } }),
  ],
  ['summary-policy-mismatch', summaryOf({ policy: { uri: 'https://gate.example/policy.yaml', digests: {} } })],
  ['summary-failed', changed(summaryOf(), 'verificationResult', 'FAILED')],
  ['summary-level-missing', summaryOf({ level: 1 })],
  ['summary-level-missing', summaryOf({ properties: [] })],
  ['summary-level-missing', summaryOf(), { levels: ['SLSA_SOURCE_LEVEL_1'] }],
  ['summary-level-missing', changed(summaryOf(), 'verifiedLevels', ['SLSA_BUILD_LEVEL_UNEVALUATED', 'OURS_SCANNED'])],
  ['summary-too-old', summaryOf(), { now: new Date('2026-03-03T00:00:00Z') }],
  ['summary-too-old', changed(summaryOf(), 'timeVerified', undefined)],
];

for (const [index, [code, statement, changes, signer = platformKey]] of refused.entries()) {
  test(`a summary is refused as ${code} (${index})`, () => {
    const { refusals, isAccepted } = judgeSummary(statement, artifact, signer, { ...demand, ...changes });
    assert.deepEqual(
      refusals.map((one) => one.refused),
      [code],
    );
    assert.equal(isAccepted, false);
  });
}

test('a summary that nobody has signed is refused', () => {
  assert.equal(judgeSummary(summaryOf(), artifact, undefined, demand).refusals[0]?.refused, 'summary-unsigned');
});

test('what is said of a summary is written down', () => {
  const { accepted, summary, refusals } = summaryToJson(
    judgeSummary(summaryOf({ level: 1 }), artifact, platformKey, demand),
  );
  assert.deepEqual([accepted, summary?.passed, summary?.verifier], [false, true, verifier]);
  assert.deepEqual(
    refusals.map(({ code, stage }) => [code, stage]),
    [['summary-level-missing', 'summary']],
  );
});

const repository = 'registry.example:5000/team/shop';
const resources: readonly (readonly [resource: string, isSame: boolean])[] = [
  [repository, true],
  [`${repository}:1.2`, true],
  [`${repository}@sha256:0123`, true],
  [`oci://${repository}:1.2@sha256:0123`, true],
  [`${repository}-evil`, false],
  [`${repository}/more`, false],
  [`${repository}:1/more`, false],
  ['registry.example/team/shop', false],
  ['', false],
];

test('a resource is the same in the same repository, whichever tag or digest it names', () => {
  for (const [resource, isSame] of resources) assert.equal(isSameResource(resource, repository), isSame, resource);
  const digest = `sha256:${'ab'.repeat(32)}`;
  assert.equal(digestIn(`${repository}:1@${digest}`), digest);
  assert.equal(digestIn(`${repository}:1`), undefined);
});

test('a signer who was asked for by name before needs no name here', () => {
  const verifiers = [{ id: glob(verifier) }];
  assert.ok(judgeSummary(summaryOf(), artifact, stranger, { ...demand, verifiers }).isAccepted);
  const { refusals } = judgeSummary(summaryOf({ verifier: 'x' }), artifact, stranger, { ...demand, verifiers });
  assert.equal(refusals[0]?.refused, 'summary-verifier-untrusted');
});

test('a verifier may be a workflow', () => {
  const signer = {
    kind: 'certificate',
    issuer: glob('https://token.actions.githubusercontent.com'),
    name: glob('https://github.com/org/**'),
  } as const;
  const verifiers = [{ id: glob(verifier), signer }];
  assert.deepEqual(judgeSummary(summaryOf(), artifact, githubSigner(), { ...demand, verifiers }).refusals, []);
});

test('any JSON gives a summary or a refusal', () => {
  const fields = fc.constantFrom(
    'verifier',
    'policy',
    'verifiedLevels',
    'inputAttestations',
    'timeVerified',
    'verifier/id',
  );
  fc.assert(
    fc.property(fc.jsonValue(), fields, (value, field) => {
      for (const statement of [stated(summaryType, value), changed(summaryOf(), field, value)]) {
        assert.equal(typeof judgeSummary(statement, artifact, platformKey, demand).isAccepted, 'boolean');
      }
    }),
  );
});
