import { trustBuilder, type TrustedBuilder } from '#provenance/builders/trusted-builder.ts';
import { wellKnownBuilders } from '#provenance/builders/well-known.ts';
import type { ProvenanceSigner } from '#provenance/signer.ts';
import { githubIssuer } from '#provenance/testing.ts';

export const delegator =
  'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/delegator_generic_slsa3.yml@refs/tags/v2.1.0';

/** A reusable workflow of the organisation, and two platforms with keys. */
const own: readonly TrustedBuilder[] = [
  trustBuilder({
    name: 'our builders',
    issuer: githubIssuer,
    signer: 'https://github.com/org/builders/.github/workflows/build.yml@refs/tags/v*',
    builder: 'signer',
    level: 3,
    isolation: 'workflow',
    why: 'the platform team owns it',
  }),
  trustBuilder({
    name: 'our Tekton',
    key: 'cGxhdGZvcm0=',
    builder: 'https://tekton.dev/chains/v2',
    level: 3,
    isolation: 'platform',
    why: 'Chains has the key',
  }),
  trustBuilder({
    name: 'our old CI',
    key: 'cGxhdGZvcm0=',
    builder: 'https://ci.example/',
    level: 1,
    isolation: 'none',
    why: 'every job has the key',
  }),
];
export const trustedBuilders = [...wellKnownBuilders, ...own];
export const googleKey: ProvenanceSigner = {
  kind: 'key',
  id: 'P+bfraIJYGeY6XYyLItprK5YCmcItxEvD3oFOluW1nU=',
  name: 'google.pub',
};
export const gitlabSigner: ProvenanceSigner = {
  kind: 'certificate',
  identity: {
    names: [{ kind: 'uri', value: 'https://gitlab.com/group/sub/app//.gitlab-ci.yml@refs/heads/main' }],
    claims: {
      issuer: 'https://gitlab.com',
      repositoryUri: 'https://gitlab.com/group/sub/app',
      workflowUri: 'https://gitlab.com/group/sub/app//.gitlab-ci.yml@refs/heads/main',
      runUri: 'https://gitlab.com/group/sub/app/-/jobs/4089072540',
      runner: 'gitlab-hosted',
    },
  },
};
