import { gitlabBuildType } from '#provenance/shapes/gitlab.ts';
import { filled, need, type BuildEnvironment, type Variables } from './environment.ts';

/** GitLab CI/CD, as GitLab's runner describes it ("Provenance metadata format"), with the ref, and the commit under its right name. */
export const gitlabJob: BuildEnvironment = {
  name: 'GitLab CI/CD',
  variables: [
    'CI_COMMIT_BRANCH',
    'CI_COMMIT_SHA',
    'CI_COMMIT_TAG',
    'CI_JOB_ID',
    'CI_JOB_NAME',
    'CI_JOB_STARTED_AT',
    'CI_JOB_URL',
    'CI_MERGE_REQUEST_REF_PATH',
    'CI_PIPELINE_SOURCE',
    'CI_PROJECT_URL',
    'CI_RUNNER_DESCRIPTION',
    'CI_RUNNER_EXECUTABLE_ARCH',
    'CI_RUNNER_ID',
    'CI_RUNNER_VERSION',
    'GITLAB_CI',
  ],
  isHere: (variables) => variables['GITLAB_CI'] === 'true',
  describe(variables, { parameters, builder }) {
    const project = need(variables, 'CI_PROJECT_URL');
    const ref = refOf(variables);
    const started = new Date(variables['CI_JOB_STARTED_AT'] ?? '');
    return {
      buildType: gitlabBuildType(variables['CI_RUNNER_VERSION'] || '0'),
      externalParameters: {
        source: project,
        entryPoint: need(variables, 'CI_JOB_NAME'),
        ...(parameters === undefined ? {} : { variables: parameters }),
      },
      internalParameters: filled({
        name: variables['CI_RUNNER_DESCRIPTION'],
        architecture: variables['CI_RUNNER_EXECUTABLE_ARCH'],
        job: variables['CI_JOB_ID'],
        pipelineSource: variables['CI_PIPELINE_SOURCE'],
      }),
      source: {
        uri: `git+${project}${ref === undefined ? '' : `@${ref}`}`,
        digests: { gitCommit: need(variables, 'CI_COMMIT_SHA') },
      },
      builder: builder ?? `${project}/-/runners/${need(variables, 'CI_RUNNER_ID')}`,
      invocation: variables['CI_JOB_URL'],
      startedOn: Number.isNaN(started.getTime()) ? undefined : started,
    };
  },
};

function refOf(variables: Variables): string | undefined {
  const { CI_COMMIT_TAG: tag, CI_COMMIT_BRANCH: branch, CI_MERGE_REQUEST_REF_PATH: request } = variables;
  if (tag !== undefined && tag !== '') return `refs/tags/${tag}`;
  if (branch !== undefined && branch !== '') return `refs/heads/${branch}`;
  return request === '' ? undefined : request;
}
