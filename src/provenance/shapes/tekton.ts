import { asObject, asText } from '#kit/narrow.ts';
import { factsOf, type Found } from '#provenance/fact.ts';
import { isGitUri, repositoryOf } from '#provenance/git-uri.ts';
import type { Build, Material } from '#provenance/predicates/build.ts';
import type { Shape } from './shape.ts';
import { sourceFacts } from './source.ts';

/** Tekton Chains: SLSA 1 as `slsa/v2alpha3` and `v2alpha4`, 0.2 as `slsa/v1` (chains, docs/predicate/slsa/v2.md). */
export const tekton: Shape = {
  name: 'tekton',
  title: 'Tekton Chains',
  // Which pipeline runs is a parameter, too, and says more than the source does.
  judgedParameters: [],
  hasManySources: true,
  holds: ({ buildType }) =>
    buildType.startsWith('https://tekton.dev/') || /^tekton\.dev\/v1(?:beta1)?\/(?:Pipeline|Task)Run$/.test(buildType),
  read(build, { materials, external, config }) {
    const found: Found[] = [];
    for (const [index, { uri, digests }] of inputsOf(build)) {
      found.push(...sourceFacts(uri, digests, `${materials}[${index}]`));
    }
    const remote = asObject(build.external['buildConfigSource']);
    found.push(['workflow', remote?.['path'], `${external}.buildConfigSource.path`]);
    found.push(['workflow', build.config?.entryPoint, `${config}.entryPoint`]);
    const pipeline = asText(remote?.['repository']) ?? build.config?.uri ?? '';
    const notes = [
      pipeline === ''
        ? 'the pipeline was not taken from a repository'
        : `the pipeline is that of ${repositoryOf(pipeline)}`,
    ];
    return { facts: factsOf(found), notes };
  },
};

/** What tasks have named as their input; before version 1 any repository but the pipeline's own. */
function inputsOf({ version, materials, config }: Build): readonly (readonly [index: number, material: Material])[] {
  const sources = [...materials.entries()].filter(([, { uri }]) => isGitUri(uri));
  if (version === '1') return sources.filter(([, { name = '' }]) => /^inputs?\/result/.test(name));
  return sources.filter(([, { uri }]) => uri !== config?.uri);
}
