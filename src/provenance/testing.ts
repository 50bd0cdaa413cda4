import { digestOf, hexOf } from '#kit/digest.ts';
import { artifactOfDigest } from '#signatures/artifact.ts';
import type { ClaimName } from '#signatures/identity/certificate-identity.ts';
import type { Statement } from '#signatures/statement.ts';
import type { ProvenanceSigner } from './signer.ts';

/** What everything in these tests is about. */
const image = digestOf('an image');
export const artifact = artifactOfDigest(image);

export const commit = 'c27d339ee6075c1f744c5d4b200f7901aad2c369';
export const githubIssuer = 'https://token.actions.githubusercontent.com';

/** A statement about the image of these tests. */
export function stated(predicateType: string, predicate: unknown): Statement {
  return { predicateType, predicate, subjects: [{ name: 'image', digests: { sha256: hexOf(image) } }] };
}

/** The name of the workflow that releases org/app, and of a reusable one elsewhere. */
export const releaseWorkflow = 'https://github.com/org/app/.github/workflows/release.yml@refs/tags/v1.2.3';
export const reusableWorkflow = 'https://github.com/org/builders/.github/workflows/build.yml@refs/tags/v1.0.0';
export const containerGenerator =
  'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v2.1.0';

/** Somebody whom GitHub has certified as a workflow of org/app, by default the one that releases. */
export function githubSigner(
  workflow = releaseWorkflow,
  claims: Readonly<Partial<Record<ClaimName, string>>> = {},
): Extract<ProvenanceSigner, { kind: 'certificate' }> {
  return {
    kind: 'certificate',
    identity: {
      names: [{ kind: 'uri', value: workflow }],
      claims: {
        issuer: githubIssuer,
        buildSignerUri: workflow,
        runner: 'github-hosted',
        repositoryUri: 'https://github.com/org/app',
        commit,
        ref: 'refs/tags/v1.2.3',
        repositoryId: '1296269',
        ownerId: '583231',
        workflowUri: releaseWorkflow,
        workflowDigest: commit,
        trigger: 'push',
        runUri: 'https://github.com/org/app/actions/runs/1536140711/attempts/1',
        ...claims,
      },
    },
  };
}

/** The key of a platform. */
export const platformKey: ProvenanceSigner = { kind: 'key', id: 'cGxhdGZvcm0=', name: 'platform.pub' };

/** The same statement with another value at a path of its predicate: `buildDefinition/resolvedDependencies/0/uri`. */
export function changed(statement: Statement, path: string, value: unknown): Statement {
  const predicate: unknown = structuredClone(statement.predicate);
  const keys = path.split('/');
  const last = keys.pop() ?? '';
  // Fixtures are objects all the way down; a path that is none fails the test that names it.
  const owner = keys.reduce<Record<string, unknown>>(
    (inner, key) => inner[key] as Record<string, unknown>,
    predicate as Record<string, unknown>,
  );
  owner[last] = value;
  return { ...statement, predicate };
}
