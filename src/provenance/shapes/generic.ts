import { asText } from '#kit/narrow.ts';
import { factsOf, type Found } from '#provenance/fact.ts';
import { isGitUri, repositoryOf } from '#provenance/git-uri.ts';
import type { Shape } from './shape.ts';
import { sourceFacts } from './source.ts';

/** Any other builder: what the fields mean by the specification alone, and by the names that its examples use. */
export const generic: Shape = {
  name: 'generic',
  title: 'unknown kind of builder',
  judgedParameters: [],
  holds: () => true,
  read(build, { config, external, materials }) {
    const found: Found[] = [];
    if (build.config !== undefined) {
      found.push(...sourceFacts(build.config.uri, build.config.digests, config));
      found.push(['workflow', build.config.entryPoint, `${config}.entryPoint`]);
    }
    for (const key of ['repository', 'source']) {
      const value = asText(build.external[key]) ?? '';
      if (value !== '') found.push(['repository', repositoryOf(value), `${external}.${key}`]);
    }
    found.push(['ref', build.external['ref'], `${external}.ref`]);
    const sources = [...build.materials.entries()].filter(([, { uri }]) => isGitUri(uri));
    const [only] = sources;
    // Without the documentation of the type nobody can tell which of several is the source.
    if (only !== undefined && sources.length === 1) {
      const [index, { uri, digests }] = only;
      found.push(...sourceFacts(uri, digests, `${materials}[${index}]`));
    }
    return { facts: factsOf(found), notes: [`builds of type ${build.buildType} are not known, and read by guess`] };
  },
};
