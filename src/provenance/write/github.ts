import { githubBuildType, githubInputsBuildType } from '#provenance/shapes/github.ts';
import { filled, need, type BuildEnvironment } from './environment.ts';

/** GitHub Actions, as GitHub's own artifact attestations describe it (actions/buildtypes, workflow/v1). */
export const githubActions: BuildEnvironment = {
  name: 'GitHub Actions',
  variables: [
    'GITHUB_ACTIONS',
    'GITHUB_EVENT_NAME',
    'GITHUB_REF',
    'GITHUB_REPOSITORY',
    'GITHUB_REPOSITORY_ID',
    'GITHUB_REPOSITORY_OWNER_ID',
    'GITHUB_RUN_ATTEMPT',
    'GITHUB_RUN_ID',
    'GITHUB_SERVER_URL',
    'GITHUB_SHA',
    'GITHUB_WORKFLOW_REF',
    'RUNNER_ENVIRONMENT',
  ],
  isHere: (variables) => variables['GITHUB_ACTIONS'] === 'true',
  describe(variables, facts) {
    const server = need(variables, 'GITHUB_SERVER_URL');
    const name = need(variables, 'GITHUB_REPOSITORY');
    const ref = need(variables, 'GITHUB_REF');
    const workflow = need(variables, 'GITHUB_WORKFLOW_REF');
    const repository = `${server}/${name}`;
    const run = `${repository}/actions/runs/${need(variables, 'GITHUB_RUN_ID')}`;
    const { parameters } = facts;
    return {
      // GitHub's own type has no other parameters than the workflow.
      buildType: parameters === undefined ? githubBuildType : githubInputsBuildType,
      externalParameters: {
        workflow: { ref, repository, path: pathIn(workflow, name, ref) },
        ...(parameters === undefined ? {} : { inputs: parameters }),
      },
      internalParameters: {
        github: filled({
          event_name: variables['GITHUB_EVENT_NAME'],
          repository_id: variables['GITHUB_REPOSITORY_ID'],
          repository_owner_id: variables['GITHUB_REPOSITORY_OWNER_ID'],
          runner_environment: variables['RUNNER_ENVIRONMENT'],
        }),
      },
      source: { uri: `git+${repository}@${ref}`, digests: { gitCommit: need(variables, 'GITHUB_SHA') } },
      builder: facts.builder ?? `${server}/${workflow}`,
      invocation: `${run}/attempts/${variables['GITHUB_RUN_ATTEMPT'] ?? '1'}`,
    };
  },
};

/** The file in `OWNER/NAME/PATH@REF`, of which path and ref may have an @ themselves. */
function pathIn(workflow: string, repository: string, ref: string): string {
  const path = workflow.startsWith(`${repository}/`) ? workflow.slice(repository.length + 1) : workflow;
  return path.endsWith(`@${ref}`) ? path.slice(0, -ref.length - 1) : (path.split('@refs/', 1)[0] ?? path);
}
