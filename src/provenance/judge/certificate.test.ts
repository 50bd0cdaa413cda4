import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProvenanceSigner } from '#provenance/signer.ts';
import {
  buildkitProvenance,
  delegatedProvenance,
  generatorProvenance,
  githubProvenance,
  gitlabProvenance,
  localBuildkitProvenance,
  unknownProvenance,
} from '#provenance/testing-samples.ts';
import {
  artifact,
  changed,
  containerGenerator,
  githubSigner,
  platformKey,
  reusableWorkflow,
} from '#provenance/testing.ts';
import type { Statement } from '#signatures/statement.ts';
import { judgeProvenance } from './judge.ts';
import { delegator, gitlabSigner, trustedBuilders } from './testing.ts';

const workflowPath = 'buildDefinition/externalParameters/workflow';
const context = 'buildDefinition/internalParameters/github';
const environment = 'invocation/environment';
const evil = 'f'.repeat(40);

/** What somebody could write into provenance, each time with a certificate that says otherwise. */
const forged: readonly (readonly [code: string, statement: Statement, signer?: ProvenanceSigner])[] = [
  ['source-contradicted', changed(githubProvenance(), `${workflowPath}/repository`, 'https://github.com/org-evil/app')],
  [
    'source-contradicted',
    changed(
      githubProvenance(),
      'buildDefinition/resolvedDependencies/0/uri',
      'git+https://github.com/evil/app@refs/tags/v1.2.3',
    ),
  ],
  [
    'source-contradicted',
    changed(generatorProvenance(), 'invocation/configSource/uri', 'git+https://github.com/evil/app@refs/tags/v1.2.3'),
    githubSigner(containerGenerator),
  ],
  [
    'source-contradicted',
    changed(generatorProvenance(), 'materials/0/uri', 'git+https://github.com/evil/app@refs/tags/v1.2.3'),
    githubSigner(containerGenerator),
  ],
  [
    'source-contradicted',
    changed(
      buildkitProvenance(),
      'buildDefinition/externalParameters/configSource/uri',
      'https://github.com/evil/app.git#refs/tags/v1.2.3',
    ),
  ],
  [
    'source-contradicted',
    changed(
      localBuildkitProvenance(),
      'runDetails/metadata/buildkit_metadata/vcs/source',
      'https://github.com/evil/app.git',
    ),
  ],
  [
    'source-contradicted',
    changed(gitlabProvenance(), 'runDetails/builder/id', 'https://gitlab.com/evil/app/-/runners/1'),
    gitlabSigner,
  ],
  [
    'commit-contradicted',
    changed(githubProvenance(), 'buildDefinition/resolvedDependencies/0/digest', { gitCommit: evil }),
  ],
  [
    'commit-contradicted',
    changed(generatorProvenance(), `${environment}/github_sha1`, evil),
    githubSigner(containerGenerator),
  ],
  [
    'commit-contradicted',
    changed(delegatedProvenance(), 'buildDefinition/internalParameters/GITHUB_SHA', evil),
    githubSigner(delegator),
  ],
  ['ref-contradicted', changed(githubProvenance(), `${workflowPath}/ref`, 'refs/heads/main')],
  [
    'ref-contradicted',
    changed(generatorProvenance(), `${environment}/github_ref`, 'refs/heads/main'),
    githubSigner(containerGenerator),
  ],
  [
    'ref-contradicted',
    changed(
      buildkitProvenance(),
      'buildDefinition/externalParameters/configSource/uri',
      'https://github.com/org/app.git#main',
    ),
  ],
  ['workflow-contradicted', changed(githubProvenance(), `${workflowPath}/path`, '.github/workflows/other.yml')],
  [
    'workflow-contradicted',
    changed(generatorProvenance(), 'invocation/configSource/entryPoint', '.github/workflows/other.yml'),
    githubSigner(containerGenerator),
  ],
  [
    'workflow-contradicted',
    changed(
      delegatedProvenance(),
      'buildDefinition/internalParameters/GITHUB_WORKFLOW_REF',
      'org/app/.github/workflows/other.yml@refs/tags/v1.2.3',
    ),
    githubSigner(delegator),
  ],
  [
    'workflow-contradicted',
    changed(delegatedProvenance(), 'buildDefinition/internalParameters/GITHUB_WORKFLOW_SHA', evil),
    githubSigner(delegator),
  ],
  ['trigger-contradicted', changed(githubProvenance(), `${context}/event_name`, 'pull_request')],
  [
    'trigger-contradicted',
    changed(generatorProvenance(), `${environment}/github_event_name`, 'release'),
    githubSigner(containerGenerator),
  ],
  ['runner-contradicted', githubProvenance(), githubSigner(undefined, { runner: 'self-hosted' })],
  [
    'run-contradicted',
    changed(
      githubProvenance(),
      'runDetails/metadata/invocationId',
      'https://github.com/org/app/actions/runs/1/attempts/1',
    ),
  ],
  [
    'run-contradicted',
    changed(
      githubProvenance(),
      'runDetails/metadata/invocationId',
      'https://github.com/org/app/actions/runs/1536140711/attempts/2',
    ),
  ],
  [
    'run-contradicted',
    changed(generatorProvenance(), 'metadata/buildInvocationID', '1536140711-2'),
    githubSigner(containerGenerator),
  ],
  [
    'run-contradicted',
    changed(generatorProvenance(), `${environment}/github_run_id`, '536140711'),
    githubSigner(containerGenerator),
  ],
  [
    'run-contradicted',
    changed(buildkitProvenance(), 'runDetails/builder/id', 'https://github.com/org/app/actions/runs/2'),
  ],
  ['run-contradicted', changed(gitlabProvenance(), 'buildDefinition/internalParameters/job', 7), gitlabSigner],
  ['id-contradicted', changed(githubProvenance(), `${context}/repository_id`, '7')],
  [
    'id-contradicted',
    changed(generatorProvenance(), `${environment}/github_repository_owner_id`, '7'),
    githubSigner(containerGenerator),
  ],
  ['builder-contradicted', githubProvenance(reusableWorkflow)],
  ['builder-contradicted', generatorProvenance()],
  // Who may sign for some builders may not sign for any.
  [
    'builder-contradicted',
    changed(
      delegatedProvenance(),
      'runDetails/builder/id',
      'https://github.com/evil/x/.github/workflows/builder.yml@refs/tags/v1.0.0',
    ),
    githubSigner(delegator),
  ],
  [
    'builder-contradicted',
    changed(unknownProvenance(), 'runDetails/builder/id', containerGenerator),
    githubSigner(undefined, { ref: 'refs/heads/main' }),
  ],
];

for (const [code, statement, signer = githubSigner()] of forged) {
  const read = JSON.stringify(statement.predicate).length;
  test(`forged: ${code} (${read} bytes)`, () => {
    const { level, refusals, isAccepted } = judgeProvenance(statement, artifact, signer, { trustedBuilders, level: 0 });
    assert.deepEqual(
      [...new Set(refusals.map(({ refused }) => refused))].filter((one) => one !== 'provenance-inconsistent'),
      [code],
    );
    assert.equal(level, 0);
    assert.equal(isAccepted, false);
  });
}

test('what contradicts itself is refused, whoever has signed', () => {
  const [repository, commit, times] = [
    changed(githubProvenance(), `${workflowPath}/repository`, 'https://github.com/org/other'),
    changed(generatorProvenance(), 'materials/0/digest', { sha1: evil }),
    changed(buildkitProvenance(), 'runDetails/metadata/finishedOn', '2020-01-01T00:00:00Z'),
  ];
  for (const statement of [repository, commit, times]) {
    const { level, refusals } = judgeProvenance(statement, artifact, platformKey, { trustedBuilders, level: 0 });
    assert.deepEqual([level, ...refusals.map(({ refused }) => refused)], [0, 'provenance-inconsistent']);
  }
});

test('every fact is shown beside what was certified', () => {
  const { facts } = judgeProvenance(githubProvenance(), artifact, githubSigner(), { trustedBuilders, level: 0 });
  assert.ok(facts.length >= 9);
  assert.ok(facts.every(({ certified }) => certified !== undefined));
});
