import { asObject, asText } from '#kit/narrow.ts';
import { factsOf, type Found } from '#provenance/fact.ts';
import { isGitUri, readGitUri, repositoryOf } from '#provenance/git-uri.ts';
import type { Build, Material } from '#provenance/predicates/build.ts';
import type { Shape } from './shape.ts';
import { sourceFacts } from './source.ts';

/** The type of GitHub's artifact attestations. */
export const githubBuildType = 'https://actions.github.io/buildtypes/workflow/v1';
/** The same with `inputs` and `vars` among its parameters. */
export const githubInputsBuildType = 'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1';

/** GitHub's artifact attestations (actions/buildtypes, workflow/v1), and the community's type that came before. */
export const github: Shape = {
  name: 'github',
  title: 'GitHub Actions workflow',
  judgedParameters: ['/workflow/ref', '/workflow/repository', '/workflow/path'],
  holds: ({ buildType }) => buildType === githubBuildType || buildType === githubInputsBuildType,
  read(build, { external, internal, materials, invocation }) {
    const workflow = asObject(build.external['workflow']);
    const context = asObject(build.internal['github']);
    const repository = asText(workflow?.['repository']);
    const found: Found[] = [
      [
        'repository',
        repository === undefined ? undefined : repositoryOf(repository),
        `${external}.workflow.repository`,
      ],
      ['ref', workflow?.['ref'], `${external}.workflow.ref`],
      ['workflow', workflow?.['path'], `${external}.workflow.path`],
      ['trigger', context?.['event_name'], `${internal}.github.event_name`],
      ['runner', context?.['runner_environment'], `${internal}.github.runner_environment`],
      ['repositoryId', context?.['repository_id'], `${internal}.github.repository_id`],
      ['ownerId', context?.['repository_owner_id'], `${internal}.github.repository_owner_id`],
      ['run', build.invocation, invocation],
    ];
    for (const [index, material] of sourcesOf(build)) {
      found.push(...sourceFacts(material.uri, material.digests, `${materials}[${index}]`));
    }
    return { facts: factsOf(found), notes: [] };
  },
};

/**
 * The dependencies that resolve the workflow's own repository and ref; others are what else went in. Without any, the first one
 * stands for them, and will be found to say something else.
 */
function sourcesOf({ external, materials }: Build): readonly (readonly [index: number, material: Material])[] {
  const workflow = asObject(external['workflow']);
  const repository = repositoryOf(asText(workflow?.['repository']) ?? '');
  const ref = asText(workflow?.['ref']);
  const sources = [...materials.entries()].filter(([, { uri }]) => isGitUri(uri));
  const own = sources.filter(([, { uri }]) => {
    const place = readGitUri(uri);
    return place?.repository === repository && (place.ref === undefined || place.ref === ref);
  });
  return own.length > 0 ? own : sources.slice(0, 1);
}
