import { repositoryOf } from '#provenance/git-uri.ts';
import { gitBuildType } from '#provenance/shapes/git.ts';
import { signatureError } from '#signatures/errors.ts';
import { filled, type BuildEnvironment } from './environment.ts';

/** Any other place: everything must be said by whoever builds. */
export const anywhere: BuildEnvironment = {
  name: 'anywhere',
  variables: [],
  isHere: () => true,
  describe(_variables, { source, builder, parameters, invocation }) {
    if (source === undefined) throw missing('from which repository and commit it is built');
    if (builder === undefined) throw missing('who builds');
    const { commit, ref } = source;
    const repository = repositoryOf(source.repository);
    return {
      buildType: gitBuildType,
      externalParameters: filled({ repository, ref, parameters }),
      source: { uri: `git+${repository}${ref === undefined ? '' : `@${ref}`}`, digests: { gitCommit: commit } },
      builder,
      invocation,
    };
  },
};

function missing(what: string) {
  return signatureError('predicate-invalid', `provenance cannot be written here: nobody says ${what}`, {
    hint: 'name the repository, the commit and the builder, or run it in GitHub Actions or GitLab CI/CD',
  });
}
