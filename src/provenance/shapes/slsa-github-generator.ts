import { asObject, asText, asTextMap, type JsonObject } from '#kit/narrow.ts';
import { factsOf, type Found } from '#provenance/fact.ts';
import { readGitUri } from '#provenance/git-uri.ts';
import type { Build, BuildFields } from '#provenance/predicates/build.ts';
import type { Shape } from './shape.ts';
import { sourceFacts } from './source.ts';

const project = 'https://github.com/slsa-framework/slsa-github-generator';
const containerBased = 'https://slsa.dev/container-based-build/';

/** The reusable workflows of slsa-github-generator: SLSA 0.2, and 1 for container-based and delegated builds (its PROVENANCE_FORMAT.md). */
export const slsaGithubGenerator: Shape = {
  name: 'slsa-github-generator',
  title: 'slsa-github-generator',
  judgedParameters: ['/source/uri', '/source/digest/sha1', '/source/digest/gitCommit'],
  holds: ({ buildType }) => buildType.startsWith(project) || buildType.startsWith(containerBased),
  read(build, fields) {
    const notes: string[] = [];
    const found: Found[] = [];
    const { config } = build;
    if (config !== undefined) {
      found.push(...sourceFacts(config.uri, config.digests, fields.config));
      found.push(['workflow', config.entryPoint, `${fields.config}.entryPoint`]);
    }
    const source = asObject(build.external['source']);
    if (source !== undefined) {
      found.push(...sourceFacts(asText(source['uri']) ?? '', asTextMap(source['digest']), `${fields.external}.source`));
    }
    const [material] = build.materials;
    if (material !== undefined) {
      const facts = sourceFacts(material.uri, material.digests, `${fields.materials}[0]`);
      if (buildsAnotherCommit(build)) {
        // A delegated build may make a commit of its own, of which the certificate knows nothing (its issue 2043).
        found.push(...facts.filter(([name]) => name !== 'commit'));
        notes.push('the builder may have built another commit than the one that triggered it');
      } else {
        found.push(...facts);
      }
    }
    found.push(...contextFacts(build.internal, fields));
    found.push(['run', build.invocation, fields.invocation]);
    return { facts: factsOf(found), notes };
  },
};

function buildsAnotherCommit({ buildType, materials: [material] }: Build): boolean {
  return buildType.startsWith(`${project}/delegator`) && readGitUri(material?.uri ?? '')?.ref === undefined;
}

/** The context of the run: `github_ref` in 0.2, `GITHUB_REF` in 1 and in delegated builds. */
const context = {
  ref: 'ref',
  sha1: 'commit',
  sha: 'commit',
  event_name: 'trigger',
  repository_id: 'repositoryId',
  repository_owner_id: 'ownerId',
  workflow_sha: 'workflowCommit',
} as const;

function contextFacts(internal: JsonObject, { internal: at }: BuildFields): readonly Found[] {
  const variable = (name: string) => {
    const lower = `github_${name}`;
    const key = internal[lower] === undefined ? lower.toUpperCase() : lower;
    return [internal[key], `${at}.${key}`] as const;
  };
  const found = Object.entries(context).map(([name, fact]): Found => [fact, ...variable(name)]);
  const [repository, repositoryAt] = variable('repository');
  const [workflow, workflowAt] = variable('workflow_ref');
  const [run, runAt] = variable('run_id');
  const [attempt] = variable('run_attempt');
  return [
    ...found,
    ['repository', onGithub(repository), repositoryAt],
    ['workflowUri', onGithub(workflow), workflowAt],
    ['run', isId(run) && isId(attempt) ? `${run}-${attempt}` : run, runAt],
  ];
}

function isId(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || Number.isSafeInteger(value);
}

function onGithub(name: unknown): string | undefined {
  const text = asText(name) ?? '';
  return text === '' ? undefined : `https://github.com/${text}`;
}
