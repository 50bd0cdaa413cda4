import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wellKnownBuilders } from '#provenance/builders/well-known.ts';
import { judgeProvenance } from '#provenance/judge/judge.ts';
import { readProvenance } from '#provenance/provenance.ts';
import { isProvenanceRefusal } from '#provenance/refusal.ts';
import { artifact, commit, githubSigner, releaseWorkflow, reusableWorkflow, stated } from '#provenance/testing.ts';
import type { BuildFacts, Variables } from './environment.ts';
import { buildEnvironments } from './index.ts';
import { writeProvenance } from './write.ts';

const now = new Date('2026-03-01T12:00:00Z');
const clock = () => now;

const githubActions: Variables = {
  GITHUB_ACTIONS: 'true',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/tags/v1.2.3',
  GITHUB_REPOSITORY: 'org/app',
  GITHUB_REPOSITORY_ID: '1296269',
  GITHUB_REPOSITORY_OWNER_ID: '583231',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_RUN_ID: '1536140711',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_SHA: commit,
  GITHUB_WORKFLOW_REF: 'org/app/.github/workflows/release.yml@refs/tags/v1.2.3',
  RUNNER_ENVIRONMENT: 'github-hosted',
};

const gitlabJob: Variables = {
  GITLAB_CI: 'true',
  CI_COMMIT_BRANCH: 'main',
  CI_COMMIT_SHA: commit,
  CI_JOB_ID: '4089072540',
  CI_JOB_NAME: 'build-job',
  CI_JOB_STARTED_AT: '2026-03-01T11:50:00Z',
  CI_JOB_URL: 'https://gitlab.com/group/sub/app/-/jobs/4089072540',
  CI_PIPELINE_SOURCE: 'push',
  CI_PROJECT_URL: 'https://gitlab.com/group/sub/app',
  CI_RUNNER_DESCRIPTION: 'blue-2',
  CI_RUNNER_EXECUTABLE_ARCH: 'linux/amd64',
  CI_RUNNER_ID: '12270831',
  CI_RUNNER_VERSION: '17.4.0',
};

const source = { repository: 'https://github.com/org/app', commit, ref: 'refs/heads/main' };
const byHand: BuildFacts = { source, builder: 'https://ci.example/', parameters: { target: 'release' } };

function read(environment: Variables, facts: BuildFacts = {}) {
  const { type, content } = writeProvenance(environment, facts, clock);
  const provenance = readProvenance(stated(type, content));
  if (isProvenanceRefusal(provenance)) assert.fail(provenance.message);
  return provenance;
}

test('what is written in GitHub Actions is what GitHub itself would write', () => {
  const provenance = read(githubActions);
  assert.equal(provenance.shape.name, 'github');
  assert.equal(provenance.builder, releaseWorkflow);
  assert.deepEqual(provenance.source, { repository: source.repository, commit, ref: 'refs/tags/v1.2.3' });
  assert.equal(provenance.workflow, '.github/workflows/release.yml');
  assert.equal(provenance.trigger, 'push');
  assert.equal(provenance.runner, 'github-hosted');
  assert.deepEqual(provenance.finishedOn, now);
});

test('signed there, it is level 2; by a reusable workflow that says so, no contradiction', () => {
  const demand = { trustedBuilders: wellKnownBuilders, level: 2, parameters: [] } as const;
  const { type, content } = writeProvenance(githubActions, {}, clock);
  const verdict = judgeProvenance(stated(type, content), artifact, githubSigner(), demand);
  assert.deepEqual([verdict.level, verdict.refusals], [2, []]);
  assert.ok(verdict.facts.every(({ certified }) => certified !== undefined));
  const reused = writeProvenance(githubActions, { builder: reusableWorkflow }, clock);
  const other = judgeProvenance(stated(reused.type, reused.content), artifact, githubSigner(reusableWorkflow), demand);
  assert.deepEqual(other.refusals, []);
});

test('a path and a ref may have an @', () => {
  const ref = 'refs/heads/a@b';
  const workflow = `org/app/.github/workflows/x@y.yml@${ref}`;
  const provenance = read({ ...githubActions, GITHUB_REF: ref, GITHUB_WORKFLOW_REF: workflow });
  assert.equal(provenance.workflow, '.github/workflows/x@y.yml');
  assert.equal(provenance.source?.ref, ref);
});

test('what is written in GitLab is read back', () => {
  const provenance = read(gitlabJob);
  assert.equal(provenance.shape.name, 'gitlab');
  assert.equal(provenance.builder, 'https://gitlab.com/group/sub/app/-/runners/12270831');
  assert.deepEqual(provenance.source, {
    repository: 'https://gitlab.com/group/sub/app',
    commit,
    ref: 'refs/heads/main',
  });
  assert.equal(provenance.trigger, 'push');
  assert.deepEqual(provenance.startedOn, new Date('2026-03-01T11:50:00Z'));
  assert.equal(read({ ...gitlabJob, CI_COMMIT_TAG: 'v1' }).source?.ref, 'refs/tags/v1');
  const request = { ...gitlabJob, CI_COMMIT_BRANCH: '', CI_MERGE_REQUEST_REF_PATH: 'refs/merge-requests/1/head' };
  assert.equal(read(request).source?.ref, 'refs/merge-requests/1/head');
});

test('a start that is yet to come is left out, because clocks differ', () => {
  assert.equal(read({ ...gitlabJob, CI_JOB_STARTED_AT: '2026-03-01T12:00:09Z' }).startedOn, undefined);
});

test('what is written anywhere else is read back', () => {
  const provenance = read({}, byHand);
  assert.equal(provenance.shape.name, 'git');
  assert.deepEqual(provenance.source, source);
  assert.deepEqual(provenance.parameters['parameters'], { target: 'release' });
  assert.deepEqual(provenance.notes, []);
});

test('parameters and materials are written with the rest', () => {
  const materials = [{ name: 'base', uri: 'pkg:docker/alpine@3.22', digests: { sha256: 'a'.repeat(64) } }];
  for (const environment of [githubActions, gitlabJob]) {
    const provenance = read(environment, { parameters: { target: 'release' }, materials });
    assert.match(JSON.stringify(provenance.parameters), /"target":"release"/);
    assert.deepEqual(provenance.materials.at(-1), materials[0]);
  }
});

test('where something is missing, it is said', () => {
  const wrong: readonly (readonly [Variables, BuildFacts, RegExp])[] = [
    [{ ...githubActions, GITHUB_SHA: undefined }, {}, /GITHUB_SHA is not set/],
    [{ ...gitlabJob, CI_PROJECT_URL: '' }, {}, /CI_PROJECT_URL is not set/],
    [{}, {}, /from which repository/],
    [{}, { source }, /who builds/],
  ];
  for (const [environment, facts, message] of wrong) {
    assert.throws(() => writeProvenance(environment, facts, clock), { code: 'predicate-invalid', message });
  }
});

test('nothing of the environment gets in but what is named', () => {
  const secret = 'hunter2hunter2';
  const known = new Set(buildEnvironments.flatMap(({ variables }) => variables));
  const names = fc.stringMatching(/^[A-Z][A-Z_]{2,30}$/).filter((name) => !known.has(name));
  const real = fc.constantFrom('CI_JOB_TOKEN', 'CI_REPOSITORY_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'GITHUB_TOKEN');
  fc.assert(
    fc.property(
      fc.array(fc.oneof(names, real)),
      fc.constantFrom(githubActions, gitlabJob, {}),
      (extra, environment) => {
        const variables = { ...environment, ...Object.fromEntries(extra.map((name) => [name, secret])) };
        const { content } = writeProvenance(variables, byHand, clock);
        assert.ok(!JSON.stringify(content).includes(secret));
      },
    ),
  );
});

test('the environment is asked for named variables only', () => {
  const known = new Set(buildEnvironments.flatMap(({ variables }) => variables));
  const asked = new Set<string>();
  const environment = new Proxy<Record<string, string | undefined>>(
    { ...gitlabJob, CI_JOB_TOKEN: 'hunter2' },
    {
      get(variables, name) {
        asked.add(String(name));
        return variables[String(name)];
      },
    },
  );
  writeProvenance(environment, {}, clock);
  assert.ok(asked.has('CI_COMMIT_SHA'));
  assert.deepEqual(
    [...asked].filter((name) => !known.has(name)),
    [],
  );
});

test('addresses lose their credentials', () => {
  const address = 'https://user:hunter2@gitlab.com/group/sub/app';
  const materials = [{ uri: 'git+https://token:hunter2@github.com/org/lib@refs/heads/main', digests: {} }];
  for (const environment of [
    { ...gitlabJob, CI_PROJECT_URL: address },
    { ...githubActions, GITHUB_SERVER_URL: 'https://a:hunter2@github.com' },
    {},
  ]) {
    const facts = { ...byHand, source: { ...source, repository: address }, materials };
    const written = JSON.stringify(writeProvenance(environment, facts, clock).content);
    assert.ok(!written.includes('hunter2'), written);
    assert.ok(written.includes('git+https://github.com/org/lib@refs/heads/main'));
  }
});
