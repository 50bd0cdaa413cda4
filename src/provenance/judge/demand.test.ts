import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProvenanceSigner } from '#provenance/signer.ts';
import {
  cloudBuildProvenance,
  githubProvenance,
  localBuildkitProvenance,
  tektonProvenance,
} from '#provenance/testing-samples.ts';
import { artifact, changed, githubSigner, platformKey } from '#provenance/testing.ts';
import { globPattern } from '#signatures/identity/pattern.ts';
import type { Statement } from '#signatures/statement.ts';
import type { ProvenanceDemand } from './demand.ts';
import { judgeProvenance } from './judge.ts';
import { googleKey, trustedBuilders } from './testing.ts';

const workflowPath = 'buildDefinition/externalParameters/workflow';
const glob = (pattern: string) => globPattern(pattern, false);
const push = changed(githubProvenance(), `${workflowPath}/inputs`, { debug: true });

/** What is demanded of the release of org/app, and what is said if it is not so. */
const demands: readonly (readonly [
  refused: string | undefined,
  demand: Partial<ProvenanceDemand>,
  statement?: Statement,
  signer?: ProvenanceSigner,
])[] = [
  [
    undefined,
    { repository: glob('org/app'), ref: glob('refs/tags/v*'), trigger: glob('push'), runner: glob('github-hosted') },
  ],
  [undefined, { level: 2, builder: glob('https://github.com/org/app/.github/workflows/*@refs/tags/v*') }],
  [undefined, { buildType: glob('https://actions.github.io/buildtypes/workflow/v1'), parameters: [] }],
  [undefined, { tag: 'v1.2.3', versionedTag: 'v1.2' }],
  [undefined, { parameters: [{ pointer: '/workflow/inputs' }] }, push],
  [undefined, { parameters: [{ pointer: '/workflow/inputs/debug', value: glob('true') }] }, push],
  ['level-too-low', { level: 3 }],
  ['builder-not-allowed', { builder: glob('https://github.com/org/builders/**') }],
  ['build-type-not-allowed', { buildType: glob('https://ci.example/*') }],
  ['source-not-allowed', { repository: glob('or/*') }],
  ['ref-not-allowed', { ref: glob('refs/heads/main') }],
  ['tag-not-allowed', { tag: 'v1.2.4' }],
  ['tag-not-allowed', { versionedTag: 'v1.3' }],
  ['trigger-not-allowed', { trigger: glob('workflow_dispatch') }],
  ['runner-not-allowed', { runner: glob('self-hosted') }],
  ['parameter-unknown', { parameters: [] }, push],
  ['parameter-unknown', { parameters: [{ pointer: '/workflow/in' }] }, push],
  ['parameter-not-allowed', { parameters: [{ pointer: '/workflow/inputs/debug', value: glob('false') }] }, push],
  // Cloud Build and Tekton may have several sources, and all must do.
  [undefined, { repository: glob('org/app') }, cloudBuildProvenance(), googleKey],
  [
    'source-not-allowed',
    { repository: glob('org/app') },
    changed(cloudBuildProvenance(), 'buildDefinition/externalParameters/sourceToBuild', {
      repository: 'git+https://github.com/evil/app',
    }),
    googleKey,
  ],
  [
    'source-not-allowed',
    { repository: glob('org/app') },
    changed(tektonProvenance(), 'buildDefinition/resolvedDependencies/1', {
      name: 'inputs/result',
      uri: 'git+https://github.com/evil/app',
    }),
    platformKey,
  ],
  // Steps from elsewhere, and what BuildKit was told, are no source.
  [
    'source-not-allowed',
    { repository: glob('org/app') },
    changed(cloudBuildProvenance(), 'buildDefinition/externalParameters/buildConfig', { steps: [] }),
    googleKey,
  ],
  ['source-not-allowed', { repository: glob('org/app') }, localBuildkitProvenance(), platformKey],
  // If a certificate says anything of the build, what it does not say is not known.
  ['trigger-not-allowed', { trigger: glob('push') }, undefined, githubSigner(undefined, { trigger: undefined })],
];

for (const [refused, demand, statement = githubProvenance(), signer = githubSigner()] of demands) {
  test(`${refused ?? 'accepted'}: ${JSON.stringify(demand)}`, () => {
    const { refusals, isAccepted } = judgeProvenance(statement, artifact, signer, {
      trustedBuilders,
      level: 0,
      ...demand,
    });
    assert.deepEqual(
      refusals.map((one) => one.refused),
      refused === undefined ? [] : [refused],
    );
    assert.equal(isAccepted, refused === undefined);
  });
}

test('old certificates name the repository without its host', () => {
  const { identity } = githubSigner(undefined, { repositoryUri: undefined, repository: 'org/app' });
  const demand = { trustedBuilders, level: 0, repository: glob('org/app') } as const;
  const statement = changed(githubProvenance(), `${workflowPath}/repository`, 'https://github.com/org/evil');
  const judge = (one: Statement) => judgeProvenance(one, artifact, { kind: 'certificate', identity }, demand);
  assert.deepEqual(judge(githubProvenance()).refusals, []);
  assert.equal(judge(statement).refusals[0]?.refused, 'source-contradicted');
});
