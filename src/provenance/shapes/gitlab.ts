import { asObject, asText } from '#kit/narrow.ts';
import { factsOf, type Found } from '#provenance/fact.ts';
import { repositoryOf } from '#provenance/git-uri.ts';
import type { Shape } from './shape.ts';
import { sourceFacts } from './source.ts';

/** GitLab's runner writes its version into the type; GitLab itself names its documentation. */
const runnerType = /^https:\/\/gitlab\.com\/gitlab-org\/gitlab-runner\/-\/blob\/[^/]+\/PROVENANCE\.md$/;
const serverType = /^https:\/\/docs\.gitlab\.com\/.*\/slsa\/(?:level_3\/)?provenance_v1\/?$/;

/** The build type of GitLab's runner in one of its versions. */
export function gitlabBuildType(runnerVersion: string): string {
  return `https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v${runnerVersion}/PROVENANCE.md`;
}

/** GitLab CI/CD jobs (gitlab-runner, PROVENANCE.md, and GitLab's "Provenance metadata format"). */
export const gitlab: Shape = {
  name: 'gitlab',
  title: 'GitLab CI/CD job',
  judgedParameters: ['/source'],
  holds: ({ buildType }) => runnerType.test(buildType) || serverType.test(buildType),
  read(build, { config, external, internal, materials, builder, invocation }) {
    const found: Found[] = [];
    if (build.config !== undefined) found.push(...sourceFacts(build.config.uri, build.config.digests, config));
    const source = asText(build.external['source']) ?? '';
    if (source !== '') found.push(['repository', repositoryOf(source), `${external}.source`]);
    const [material] = build.materials;
    if (material !== undefined) found.push(...sourceFacts(material.uri, material.digests, `${materials}[0]`));
    // The runner is called by the project whose job it runs.
    const project = /^(https:\/\/.+)\/-\/runners\/\d+$/.exec(build.builder)?.[1];
    if (project !== undefined) found.push(['repository', repositoryOf(project), builder]);
    const { job } = build.internal;
    found.push(
      ['run', build.invocation, invocation],
      ['run', asObject(job)?.['id'] ?? job, `${internal}.job`],
      ['trigger', build.internal['pipelineSource'], `${internal}.pipelineSource`],
    );
    return { facts: factsOf(found), notes: [] };
  },
};
