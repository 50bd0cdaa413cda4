import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Statement } from '#signatures/statement.ts';
import { readProvenance } from './provenance.ts';
import { isProvenanceRefusal } from './refusal.ts';
import {
  buildkitProvenance,
  cloudBuildProvenance,
  delegatedProvenance,
  generatorProvenance,
  githubProvenance,
  gitlabProvenance,
  localBuildkitProvenance,
  samples,
  tektonProvenance,
  unknownProvenance,
} from './testing-samples.ts';
import { changed, commit, containerGenerator, releaseWorkflow, stated } from './testing.ts';

const source = { repository: 'https://github.com/org/app', commit, ref: 'refs/tags/v1.2.3' };
const withoutRef = { ...source, ref: undefined };
const gitlabSource = { repository: 'https://gitlab.com/group/sub/app', commit, ref: undefined };
const workflow = '.github/workflows/release.yml';
const gitlabRunner = 'https://gitlab.com/group/sub/app/-/runners/12270831';
const cloudBuilder = 'https://cloudbuild.googleapis.com/GoogleHostedWorker';
const run = 'https://github.com/org/app/actions/runs/1536140711/attempts/1';

const cases: readonly (readonly [what: string, statement: Statement, expected: Readonly<Record<string, unknown>>])[] = [
  [
    "GitHub's artifact attestation",
    githubProvenance(),
    {
      shape: 'github',
      version: '1',
      builder: releaseWorkflow,
      source,
      workflow,
      trigger: 'push',
      runner: 'github-hosted',
      invocation: run,
    },
  ],
  [
    'slsa-github-generator',
    generatorProvenance(),
    {
      shape: 'slsa-github-generator',
      version: '0.2',
      builder: containerGenerator,
      source,
      workflow,
      trigger: 'push',
      invocation: '1536140711-1',
    },
  ],
  [
    'a builder that delegates to it',
    delegatedProvenance(),
    { shape: 'slsa-github-generator', version: '1', source, workflow, trigger: 'push', invocation: run },
  ],
  [
    'BuildKit',
    buildkitProvenance(),
    { shape: 'buildkit', version: '1', builder: run, source, invocation: 'yirbp1aosi' },
  ],
  ['BuildKit, SLSA 0.2', buildkitProvenance('0.2'), { shape: 'buildkit', version: '0.2', builder: '', source }],
  [
    'BuildKit in a folder',
    localBuildkitProvenance(),
    { shape: 'buildkit', version: '1', builder: '', source: withoutRef },
  ],
  [
    'Tekton Chains',
    tektonProvenance(),
    {
      shape: 'tekton',
      version: '1',
      builder: 'https://tekton.dev/chains/v2',
      source: withoutRef,
      workflow: 'pipelines/ci.yaml',
    },
  ],
  [
    'Tekton Chains, SLSA 0.2',
    tektonProvenance('0.2'),
    { shape: 'tekton', version: '0.2', source: withoutRef, workflow: 'pipelines/ci.yaml' },
  ],
  ['GitLab', gitlabProvenance(), { shape: 'gitlab', version: '1', builder: gitlabRunner, source: gitlabSource }],
  ['GitLab, SLSA 0.2', gitlabProvenance('0.2'), { shape: 'gitlab', version: '0.2', source: gitlabSource }],
  [
    'Google Cloud Build',
    cloudBuildProvenance(),
    {
      shape: 'cloud-build',
      version: '1',
      builder: cloudBuilder,
      source,
      workflow: 'cloudbuild.yaml',
      runner: 'google-hosted',
    },
  ],
  [
    'Google Cloud Build, SLSA 0.1',
    cloudBuildProvenance('0.1'),
    { shape: 'cloud-build', version: '0.1', builder: `${cloudBuilder}@v0.3`, source, workflow: 'cloudbuild.yaml' },
  ],
  [
    'an unknown builder',
    unknownProvenance(),
    { shape: 'generic', version: '1', builder: 'https://ci.example/', source: { ...source, ref: 'refs/heads/main' } },
  ],
];

for (const [what, statement, expected] of cases) {
  test(`${what} is read into the normal form`, () => {
    const provenance = readProvenance(statement);
    if (isProvenanceRefusal(provenance)) assert.fail(provenance.message);
    const found: Readonly<Record<string, unknown>> = { ...provenance, shape: provenance.shape.name };
    for (const [field, value] of Object.entries(expected)) assert.deepEqual(found[field], value, field);
  });
}

const notes: readonly (readonly [what: string, statement: Statement, note: RegExp])[] = [
  ['an unknown builder', unknownProvenance(), /https:\/\/ci\.example\/build\/v1 are not known, and read by guess/],
  ['BuildKit in a folder', localBuildkitProvenance(), /was told the repository/],
  ['BuildKit without a builder', buildkitProvenance('0.2'), /the builder is not named/],
  ['a delegated build', delegatedProvenance(), /another commit than the one that triggered it/],
  ['Tekton Chains', tektonProvenance(), /the pipeline is that of https:\/\/github\.com\/org\/pipelines/],
  [
    'steps from elsewhere',
    changed(cloudBuildProvenance(), 'buildDefinition/externalParameters/buildConfig', { steps: [] }),
    /not those of the repository/,
  ],
  ['no time', changed(buildkitProvenance(), 'runDetails/metadata/startedOn', 'yesterday'), /times that are none/],
];

for (const [what, statement, note] of notes) {
  test(`what to know of ${what} is said`, () => {
    const provenance = readProvenance(statement);
    assert.match(isProvenanceRefusal(provenance) ? '' : provenance.notes.join('\n'), note);
  });
}

test('what BuildKit was told is marked, and steps from elsewhere make no source', () => {
  const told = readProvenance(localBuildkitProvenance());
  assert.ok(!isProvenanceRefusal(told) && told.facts.every(({ isHint }) => isHint === true));
  const inline = changed(cloudBuildProvenance(), 'buildDefinition/externalParameters/buildConfig', { steps: [] });
  const provenance = readProvenance(inline);
  assert.equal(isProvenanceRefusal(provenance) ? 'refused' : provenance.source, undefined);
});

const github = githubProvenance();
const refused: readonly (readonly [
  what: string,
  code: string,
  statement: Pick<Statement, 'predicateType' | 'predicate'>,
])[] = [
  ['an SBOM', 'provenance-type', stated('https://spdx.dev/Document', {})],
  ['a version to come', 'provenance-version', { ...github, predicateType: 'https://slsa.dev/provenance/v2' }],
  ['a draft of version 1', 'provenance-version', { ...github, predicateType: 'https://slsa.dev/provenance/v1-rc1' }],
  ['a text', 'provenance-invalid', { ...github, predicate: 'built' }],
  ['a list', 'provenance-invalid', { ...github, predicate: [] }],
  ['no type of build', 'provenance-invalid', changed(github, 'buildDefinition/buildType', '')],
  ['0.2 without a type', 'provenance-invalid', changed(generatorProvenance(), 'buildType', 7)],
  ['parameters as a list', 'provenance-invalid', changed(github, 'buildDefinition/externalParameters', [1])],
  ['a builder as a text', 'provenance-invalid', changed(github, 'runDetails/builder', 'me')],
  ['dependencies as an object', 'provenance-invalid', changed(github, 'buildDefinition/resolvedDependencies', {})],
  ['a dependency as a text', 'provenance-invalid', changed(github, 'buildDefinition/resolvedDependencies', ['git'])],
  [
    'too many dependencies',
    'provenance-too-large',
    changed(
      github,
      'buildDefinition/resolvedDependencies',
      Array.from({ length: 20_001 }, () => ({ uri: 'x' })),
    ),
  ],
  ['a name without end', 'provenance-too-large', changed(github, 'runDetails/builder/id', 'x'.repeat(10_000))],
  [
    'more sources than anyone has',
    'provenance-too-large',
    changed(
      tektonProvenance(),
      'buildDefinition/resolvedDependencies',
      Array.from({ length: 2000 }, () => ({ name: 'inputs/result', uri: 'git+https://h/p' })),
    ),
  ],
  [
    'an abyss',
    'provenance-too-large',
    changed(github, 'buildDefinition/internalParameters', {
      a: JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown,
    }),
  ],
];

for (const [what, code, statement] of refused) {
  test(`${what} is refused as ${code}`, () => {
    const read = readProvenance(statement);
    assert.equal(isProvenanceRefusal(read) ? read.refused : 'read', code);
  });
}

test('absent, null and empty fields mean the same', () => {
  const bare = readProvenance(stated('https://slsa.dev/provenance/v1', { buildDefinition: { buildType: 'urn:x' } }));
  const nulls = { buildType: 'urn:x', externalParameters: null, resolvedDependencies: null };
  const empty = readProvenance(
    stated('https://slsa.dev/provenance/v1', { buildDefinition: nulls, runDetails: { builder: null } }),
  );
  assert.ok(!isProvenanceRefusal(bare));
  assert.deepEqual(empty, bare);
});

test('any JSON gives provenance or a refusal', () => {
  const types = fc.constantFrom(...samples.map(({ predicateType }) => predicateType));
  fc.assert(
    fc.property(types, fc.jsonValue({ maxDepth: 6 }), (predicateType, predicate) => {
      assert.equal(typeof readProvenance({ predicateType, predicate }), 'object');
    }),
  );
});

test('any JSON in place of any part of real provenance gives provenance or a refusal', () => {
  const paths = samples.flatMap((statement) => pathsOf(statement.predicate).map((path) => [statement, path] as const));
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 3 }), ([statement, path], value) => {
      const read = readProvenance(changed(statement, path, value));
      if (!isProvenanceRefusal(read)) for (const fact of read.facts) assert.notEqual(fact.value, '');
    }),
    { numRuns: 1000 },
  );
});

function pathsOf(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    // A slash separates keys here, and no key of the samples that matters has one.
    const own = path === '' ? key : `${path}/${key}`;
    return key.includes('/') ? [] : [own, ...pathsOf(inner, own)];
  });
}
