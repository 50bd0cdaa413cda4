import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProvenanceSigner } from '#provenance/signer.ts';
import {
  buildkitProvenance,
  cloudBuildProvenance,
  delegatedProvenance,
  generatorProvenance,
  githubProvenance,
  gitlabProvenance,
  localBuildkitProvenance,
  tektonProvenance,
  unknownProvenance,
} from '#provenance/testing-samples.ts';
import {
  artifact,
  changed,
  containerGenerator,
  githubSigner,
  platformKey,
  reusableWorkflow,
  stated,
} from '#provenance/testing.ts';
import type { Statement } from '#signatures/statement.ts';
import { judgeProvenance } from './judge.ts';
import { delegator, gitlabSigner, googleKey, trustedBuilders } from './testing.ts';

type LevelCase = readonly [
  what: string,
  statement: Statement,
  signer: ProvenanceSigner | undefined,
  level: number,
  why: RegExp,
];

const levels: readonly LevelCase[] = [
  ['no provenance', stated('https://spdx.dev/Document', {}), githubSigner(), 0, /worth nothing/],
  ['unsigned', buildkitProvenance(), undefined, 1, /Nobody has signed it/],
  [
    'a key that nobody knows',
    tektonProvenance(),
    { kind: 'key', id: 'x', name: 'stranger.pub' },
    1,
    /nobody in the map/,
  ],
  [
    'a key for another builder',
    changed(tektonProvenance(), 'runDetails/builder/id', 'https://x/'),
    platformKey,
    1,
    /not to speak for the builder https:\/\/x/,
  ],
  ['a builder without a name', localBuildkitProvenance(), platformKey, 1, /a builder that it does not name/],
  ['an entry that grants 1', unknownProvenance(), platformKey, 1, /may claim level 1 only/],
  ['a workflow that signs for itself', githubProvenance(), githubSigner(), 2, /claim level 2 at most/],
  ['a job of GitLab', gitlabProvenance(), gitlabSigner, 2, /claim level 2 at most/],
  [
    'a reusable workflow',
    githubProvenance(reusableWorkflow),
    githubSigner(reusableWorkflow),
    3,
    /reusable workflow has signed/,
  ],
  [
    'a reusable workflow on a runner of their own',
    changed(githubProvenance(reusableWorkflow), 'buildDefinition/internalParameters', {}),
    githubSigner(reusableWorkflow, { runner: 'self-hosted' }),
    2,
    /runner of the user's own/,
  ],
  [
    'a reusable workflow on who knows what',
    githubProvenance(reusableWorkflow),
    githubSigner(reusableWorkflow, { runner: undefined }),
    2,
    /Nobody certifies what kind of runner/,
  ],
  [
    'a reusable workflow that was started itself',
    changed(githubProvenance(reusableWorkflow), 'buildDefinition/externalParameters', {}),
    githubSigner(reusableWorkflow, { workflowUri: reusableWorkflow.replace('v1.0.0', 'v9') }),
    2,
    /has signed for itself/,
  ],
  [
    'a reusable workflow of an old certificate',
    githubProvenance(reusableWorkflow),
    githubSigner(reusableWorkflow, { workflowUri: undefined }),
    2,
    /Nobody certifies which workflow was started/,
  ],
  ['slsa-github-generator', generatorProvenance(), githubSigner(containerGenerator), 3, /reusable workflow has signed/],
  [
    'slsa-github-generator from a branch',
    generatorProvenance(containerGenerator.replace('tags/v2.1.0', 'heads/main')),
    githubSigner(containerGenerator.replace('tags/v2.1.0', 'heads/main')),
    2,
    /claim level 2 at most/,
  ],
  ['a builder that delegates', delegatedProvenance(), githubSigner(delegator), 3, /reusable workflow has signed/],
  ['Google Cloud Build', cloudBuildProvenance(), googleKey, 3, /no build can reach/],
  [
    'Cloud Build on workers of their own',
    changed(cloudBuildProvenance(), 'runDetails/builder/id', 'https://cloudbuild.googleapis.com/Other'),
    googleKey,
    1,
    /not to speak for/,
  ],
  ['Tekton with the key of the platform', tektonProvenance(), platformKey, 3, /no build can reach/],
];

for (const [what, statement, signer, level, why] of levels) {
  test(`level ${level}: ${what}`, () => {
    const verdict = judgeProvenance(statement, artifact, signer, { trustedBuilders, level: 0 });
    assert.equal(verdict.level, level, JSON.stringify(verdict.refusals));
    assert.match(verdict.steps.map(({ sentence }) => sentence).join('\n'), why);
    assert.ok(verdict.steps.filter((step) => step.level <= level).every(({ held }) => held));
  });
}
