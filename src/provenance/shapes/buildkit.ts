import { asObject, asText, asTextMap } from '#kit/narrow.ts';
import { factsOf, type Found } from '#provenance/fact.ts';
import { isGitUri } from '#provenance/git-uri.ts';
import type { Build } from '#provenance/predicates/build.ts';
import type { Shape } from './shape.ts';
import { sourceFacts } from './source.ts';

const types: readonly string[] = [
  'https://mobyproject.org/buildkit@v1',
  'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
];

/** BuildKit and docker buildx (buildkit, docs/attestations/slsa-definitions.md). */
export const buildkit: Shape = {
  name: 'buildkit',
  title: 'BuildKit',
  judgedParameters: ['/configSource/uri', '/configSource/digest/sha1'],
  holds: ({ buildType }) => types.includes(buildType),
  read(build, fields) {
    const found: Found[] = [['run', runOf(build.builder), fields.builder]];
    const notes = build.builder === '' ? ['the builder is not named'] : [];
    const inParameters = asObject(build.external['configSource']);
    const uri = build.config?.uri ?? asText(inParameters?.['uri']) ?? '';
    const digests = build.config?.digests ?? asTextMap(inParameters?.['digest']);
    if (isGitUri(uri)) {
      const at = build.config === undefined ? `${fields.external}.configSource` : fields.config;
      return { facts: factsOf([...sourceFacts(uri, digests, at), ...found]), notes };
    }
    const hints = hintsOf(build, fields.metadata);
    if (hints.length > 0) notes.push('BuildKit was told the repository and commit, and has not seen them');
    return { facts: [...factsOf(found), ...factsOf(hints).map((fact) => ({ ...fact, isHint: true }))], notes };
  },
};

/** What the client says of a build from a folder, which BuildKit does not check ("vcs"). */
function hintsOf({ metadata }: Build, at: string): readonly Found[] {
  for (const key of ['buildkit_metadata', 'https://mobyproject.org/buildkit@v1#metadata']) {
    const vcs = asObject(asObject(metadata[key])?.['vcs']);
    if (vcs === undefined) continue;
    const place = `${at}.${key}.vcs`;
    const source = sourceFacts(asText(vcs['source']) ?? '', {}, `${place}.source`);
    return [...source, ['commit', asText(vcs['revision'])?.replace(/-dirty$/, ''), `${place}.revision`]];
  }
  return [];
}

/** In GitHub Actions the builder is called by the address of the run. */
function runOf(builder: string): string | undefined {
  return /^https:\/\/[^/]+\/[^/]+\/[^/]+\/actions\/runs\/\d+(?:\/attempts\/\d+)?$/.test(builder) ? builder : undefined;
}
