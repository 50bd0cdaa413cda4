import { asText } from '#kit/narrow.ts';
import { factsOf, type Found } from '#provenance/fact.ts';
import { repositoryOf } from '#provenance/git-uri.ts';
import type { Shape } from './shape.ts';
import { sourceFacts } from './source.ts';

/** The build type that we write where no other fits: a command that was run on a commit (docs/provenance.md, "What is written"). */
export const gitBuildType = 'urn:bulla:buildtypes:git:v1';

/** Builds of a commit anywhere, as we write them. */
export const git: Shape = {
  name: 'git',
  title: 'build of a Git commit',
  judgedParameters: ['/repository', '/ref'],
  holds: ({ buildType }) => buildType === gitBuildType,
  read({ external, materials: [material], invocation }, fields) {
    const repository = asText(external['repository']) ?? '';
    const found: Found[] = [
      ['repository', repository === '' ? '' : repositoryOf(repository), `${fields.external}.repository`],
      ['ref', external['ref'], `${fields.external}.ref`],
      ...(material === undefined ? [] : sourceFacts(material.uri, material.digests, `${fields.materials}[0]`)),
      ['run', invocation, fields.invocation],
    ];
    return { facts: factsOf(found), notes: [] };
  },
};
