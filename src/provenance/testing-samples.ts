import type { Statement } from '#signatures/statement.ts';
import { commit, containerGenerator, releaseWorkflow, stated } from './testing.ts';

const otherCommit = '0123456789abcdef0123456789abcdef01234567';
const imageDigest = '28ff94e63e4058afc3f15b4c11c08cf3b54fa91faa646a4bbac90380cd7158df';
const v1 = 'https://slsa.dev/provenance/v1';
const v02 = 'https://slsa.dev/provenance/v0.2';

/** What GitHub's artifact attestations state (actions/buildtypes, workflow/v1). */
export function githubProvenance(builder = releaseWorkflow): Statement {
  return stated(v1, {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: {
        workflow: {
          ref: 'refs/tags/v1.2.3',
          repository: 'https://github.com/org/app',
          path: '.github/workflows/release.yml',
        },
      },
      internalParameters: {
        github: {
          event_name: 'push',
          repository_id: '1296269',
          repository_owner_id: '583231',
          runner_environment: 'github-hosted',
        },
      },
      resolvedDependencies: [{ uri: 'git+https://github.com/org/app@refs/tags/v1.2.3', digest: { gitCommit: commit } }],
    },
    runDetails: {
      builder: { id: builder },
      metadata: { invocationId: 'https://github.com/org/app/actions/runs/1536140711/attempts/1' },
    },
  });
}

/** What the container generator of slsa-github-generator states (its PROVENANCE_FORMAT.md). */
export function generatorProvenance(builder = containerGenerator): Statement {
  const source = { uri: 'git+https://github.com/org/app@refs/tags/v1.2.3', digest: { sha1: commit } };
  return stated(v02, {
    builder: { id: builder },
    buildType: 'https://github.com/slsa-framework/slsa-github-generator/container@v1',
    invocation: {
      configSource: { ...source, entryPoint: '.github/workflows/release.yml' },
      parameters: { event_inputs: { version: '1.2.3' } },
      environment: {
        github_event_name: 'push',
        github_event_payload: { ref: 'refs/tags/v1.2.3' },
        github_ref: 'refs/tags/v1.2.3',
        github_ref_type: 'tag',
        github_repository_id: '1296269',
        github_repository_owner_id: '583231',
        github_run_attempt: '1',
        github_run_id: '1536140711',
        github_sha1: commit,
      },
    },
    metadata: { buildInvocationID: '1536140711-1', completeness: { parameters: true }, reproducible: false },
    materials: [source],
  });
}

/** What builders that delegate to slsa-github-generator state: SLSA 1, with the whole context. */
export function delegatedProvenance(): Statement {
  return stated(v1, {
    buildDefinition: {
      buildType: 'https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0',
      externalParameters: { inputs: { rekor: false }, vars: {} },
      internalParameters: {
        GITHUB_EVENT_NAME: 'push',
        GITHUB_REF: 'refs/tags/v1.2.3',
        GITHUB_REPOSITORY: 'org/app',
        GITHUB_REPOSITORY_ID: '1296269',
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_RUN_ID: 1_536_140_711,
        GITHUB_SHA: commit,
        GITHUB_WORKFLOW_REF: 'org/app/.github/workflows/release.yml@refs/tags/v1.2.3',
        GITHUB_WORKFLOW_SHA: commit,
      },
      // The builder has made a commit of its own, and then there is no ref.
      resolvedDependencies: [{ uri: 'git+https://github.com/org/app', digest: { gitCommit: otherCommit } }],
    },
    runDetails: {
      builder: {
        id: 'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/builder_maven_slsa3.yml@refs/tags/v2.1.0',
      },
      metadata: { invocationId: 'https://github.com/org/app/actions/runs/1536140711/attempts/1' },
    },
  });
}

/** What BuildKit states of a build from a repository, in its two versions (buildkit, docs/attestations). */
export function buildkitProvenance(version: '0.2' | '1' = '1'): Statement {
  const uri = 'https://github.com/org/app.git#refs/tags/v1.2.3';
  const base = { uri: 'pkg:docker/alpine@3.17?platform=linux%2Famd64', digest: { sha256: imageDigest } };
  const times = ['2026-03-01T11:48:59.466513707Z', '2026-03-01T11:49:01.256820297Z'];
  if (version === '0.2') {
    return stated(v02, {
      builder: { id: '' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: {
        configSource: { uri, digest: { sha1: commit }, entryPoint: 'Dockerfile' },
        parameters: { frontend: 'dockerfile.v0' },
        environment: { platform: 'linux/amd64' },
      },
      metadata: { buildInvocationID: 'yirbp1aosi', buildStartedOn: times[0], buildFinishedOn: times[1] },
      materials: [base],
    });
  }
  return stated(v1, {
    buildDefinition: {
      buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
      externalParameters: {
        configSource: { uri, digest: { sha1: commit }, path: 'Dockerfile' },
        request: { frontend: 'dockerfile.v0', args: { 'build-arg:VERSION': '1.2.3' } },
      },
      internalParameters: { builderPlatform: 'linux/amd64' },
      resolvedDependencies: [base],
    },
    runDetails: {
      builder: { id: 'https://github.com/org/app/actions/runs/1536140711/attempts/1' },
      metadata: { invocationID: 'yirbp1aosi', startedOn: times[0], finishedOn: times[1] },
    },
  });
}

/** The same from a folder, where BuildKit is only told what is in it. */
export function localBuildkitProvenance(): Statement {
  return stated(v1, {
    buildDefinition: {
      buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
      externalParameters: { configSource: { path: 'Dockerfile' }, request: { locals: [{ name: 'context' }] } },
    },
    runDetails: {
      builder: { id: '' },
      metadata: { buildkit_metadata: { vcs: { source: 'git@github.com:org/app.git', revision: `${commit}-dirty` } } },
    },
  });
}

/** What Tekton Chains states of a pipeline (chains, docs/predicate/slsa/v2.md). */
export function tektonProvenance(version: '0.2' | '1' = '1'): Statement {
  const pipeline = { uri: 'git+https://github.com/org/pipelines.git', digest: { sha1: otherCommit } };
  const source = { uri: 'git+https://github.com/org/app.git', digest: { sha1: commit } };
  const step = { uri: 'oci://gcr.io/tekton-releases/git-init', digest: { sha256: imageDigest } };
  if (version === '0.2') {
    return stated(v02, {
      builder: { id: 'https://tekton.dev/chains/v2' },
      buildType: 'tekton.dev/v1/PipelineRun',
      invocation: {
        configSource: { ...pipeline, entryPoint: 'pipelines/ci.yaml' },
        parameters: { DOCKERFILE: 'Dockerfile' },
        environment: { labels: { app: 'shop' } },
      },
      metadata: { buildStartedOn: '2026-01-01T12:34:56Z', buildFinishedOn: '2026-01-01T12:44:56Z' },
      materials: [pipeline, step, source],
    });
  }
  return stated(v1, {
    buildDefinition: {
      buildType: 'https://tekton.dev/chains/v2/slsa',
      externalParameters: {
        runSpec: { params: [{ name: 'DOCKERFILE', value: 'Dockerfile' }] },
        buildConfigSource: { ref: `sha1:${otherCommit}`, repository: pipeline.uri, path: 'pipelines/ci.yaml' },
      },
      resolvedDependencies: [{ name: 'pipeline', ...pipeline }, step, { name: 'inputs/result', ...source }],
    },
    runDetails: {
      builder: { id: 'https://tekton.dev/chains/v2' },
      metadata: { invocationId: '1aa04ff2', startedOn: '2026-01-01T12:34:56Z', finishedOn: '2026-01-01T12:44:56Z' },
    },
  });
}

/** What GitLab's runner states of a job; the commit is below `sha256` there. */
export function gitlabProvenance(version: '0.2' | '1' = '1'): Statement {
  const project = 'https://gitlab.com/group/sub/app';
  const environment = { name: 'blue-2', executor: 'docker+machine', architecture: 'amd64' };
  if (version === '0.2') {
    return stated(v02, {
      buildType: 'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v15.1.0/PROVENANCE.md',
      builder: { id: `${project}/-/runners/12270831` },
      invocation: {
        configSource: { uri: project, digest: { sha256: commit }, entryPoint: 'build-job' },
        environment: { ...environment, job: { id: 4_089_072_540 } },
        parameters: { CI: '', CI_COMMIT_SHA: '' },
      },
      metadata: { buildStartedOn: '2026-01-01T12:34:56Z', buildFinishedOn: '2026-01-01T12:44:56Z' },
      materials: [],
    });
  }
  return stated(v1, {
    buildDefinition: {
      buildType: 'https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v17.4.0/PROVENANCE.md',
      externalParameters: { CI_COMMIT_SHA: '', entryPoint: 'build-job', source: project },
      internalParameters: { ...environment, job: '4089072540' },
      resolvedDependencies: [{ uri: project, digest: { sha256: commit } }],
    },
    runDetails: {
      builder: { id: `${project}/-/runners/12270831` },
      metadata: {
        invocationId: '4089072540',
        startedOn: '2026-01-01T12:34:56Z',
        finishedOn: '2026-01-01T12:44:56Z',
      },
    },
  });
}

/** What Google Cloud Build states: SLSA 0.1 for all builds, 1 for triggered ones. */
export function cloudBuildProvenance(version: '0.1' | '1' = '1'): Statement {
  const repository = 'git+https://github.com/org/app';
  if (version === '0.1') {
    return stated('https://slsa.dev/provenance/v0.1', {
      builder: { id: 'https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3' },
      recipe: {
        type: 'https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1',
        definedInMaterial: '-1',
        entryPoint: 'cloudbuild.yaml',
        arguments: {
          '@type': 'type.googleapis.com/google.devtools.cloudbuild.v1.Build',
          substitutions: { COMMIT_SHA: commit, REF_NAME: 'v1.2.3', TAG_NAME: 'v1.2.3' },
        },
      },
      metadata: {
        buildInvocationId: '40edaaed',
        buildStartedOn: '2026-03-15T03:14:09.188170704Z',
        buildFinishedOn: '2026-03-15T03:14:35.163724Z',
      },
      materials: [{ uri: repository, digest: { sha1: commit } }],
    });
  }
  return stated(v1, {
    buildDefinition: {
      buildType: 'https://cloud.google.com/build/gcb-buildtypes/google-worker/v1',
      externalParameters: {
        buildConfigSource: { path: 'cloudbuild.yaml', ref: 'refs/tags/v1.2.3', repository },
        substitutions: {},
      },
      internalParameters: { systemSubstitutions: { COMMIT_SHA: commit, TAG_NAME: 'v1.2.3' }, triggerUri: 'projects/0' },
      resolvedDependencies: [
        { uri: `${repository}@refs/tags/v1.2.3`, digest: { gitCommit: commit } },
        { uri: 'gcr.io/cloud-builders/docker', digest: { sha256: imageDigest } },
      ],
    },
    runDetails: {
      builder: { id: 'https://cloudbuild.googleapis.com/GoogleHostedWorker' },
      metadata: { invocationId: 'https://cloudbuild.googleapis.com/v1/projects/p/builds/9c11d255' },
    },
  });
}

/** What a builder that nobody knows states, as the examples of the specification do. */
export function unknownProvenance(): Statement {
  return stated(v1, {
    buildDefinition: {
      buildType: 'https://ci.example/build/v1',
      externalParameters: { repository: 'https://github.com/org/app', ref: 'refs/heads/main' },
      resolvedDependencies: [{ uri: 'git+https://github.com/org/app@refs/heads/main', digest: { gitCommit: commit } }],
    },
    runDetails: { builder: { id: 'https://ci.example/' } },
  });
}

/** One of each. */
export const samples: readonly Statement[] = [
  githubProvenance(),
  generatorProvenance(),
  delegatedProvenance(),
  buildkitProvenance(),
  buildkitProvenance('0.2'),
  localBuildkitProvenance(),
  tektonProvenance(),
  tektonProvenance('0.2'),
  gitlabProvenance(),
  gitlabProvenance('0.2'),
  cloudBuildProvenance(),
  cloudBuildProvenance('0.1'),
  unknownProvenance(),
];
