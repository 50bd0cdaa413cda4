import { trustBuilder, type TrustedBuilder, type WrittenBuilder } from './trusted-builder.ts';

const githubActions = 'https://token.actions.githubusercontent.com';
const generator = 'https://github.com/slsa-framework/slsa-github-generator/.github/workflows';
const release = 'refs/tags/v*.*.*';

/** The reusable workflows of slsa-github-generator that sign for themselves. */
const generators = [
  'generator_container_slsa3',
  'generator_generic_slsa3',
  'builder_go_slsa3',
  'builder_container-based_slsa3',
] as const;
/** Those that sign for builders that are built upon them. */
const delegators = ['delegator_generic_slsa3', 'delegator_lowperms-generic_slsa3'] as const;

const written: readonly WrittenBuilder[] = [
  ...generators.map((name) => ({
    name: `slsa-github-generator ${name}`,
    issuer: githubActions,
    signer: `${generator}/${name}.yml@${release}`,
    builder: 'signer',
    level: 3 as const,
    isolation: 'workflow' as const,
    why: 'released reusable workflows of the SLSA project, whose signing job users cannot reach',
  })),
  ...delegators.map((name) => ({
    name: `slsa-github-generator ${name}`,
    issuer: githubActions,
    signer: `${generator}/${name}.yml@${release}`,
    builder: `${generator}/builder_*_slsa3.yml@${release}`,
    level: 3 as const,
    isolation: 'workflow' as const,
    why: 'the SLSA project signs in a workflow of its own for builders of its own',
  })),
  {
    name: 'GitHub Actions',
    issuer: githubActions,
    signer: 'https://github.com/**',
    builder: 'signer',
    level: 2,
    isolation: 'none',
    why: 'GitHub certifies which workflow signs, but a workflow signs what its author likes',
  },
  {
    name: 'GitLab.com CI/CD',
    issuer: 'https://gitlab.com',
    signer: 'https://gitlab.com/**',
    builder: 'https://gitlab.com/**/-/runners/*',
    level: 2,
    isolation: 'none',
    why: 'GitLab certifies which job signs, but a job signs what its author likes',
  },
  // The keys "google-hosted-worker" and "provenanceSigner" of Google's project "verified-builder".
  {
    name: 'Google Cloud Build',
    key: 'P+bfraIJYGeY6XYyLItprK5YCmcItxEvD3oFOluW1nU=',
    builder: 'https://cloudbuild.googleapis.com/GoogleHostedWorker',
    level: 3,
    isolation: 'platform',
    why: 'Google signs with a key that no build can reach, for its own hosted workers',
  },
  {
    name: 'Google Cloud Build, SLSA 0.1',
    key: 'fr2KlASk51aUd7F4zGKnkJwR+yGlcVw6lpaQR/o7Tgk=',
    builder: 'https://cloudbuild.googleapis.com/GoogleHostedWorker@v*',
    level: 3,
    isolation: 'platform',
    why: 'Google signs with a key that no build can reach, for its own hosted workers',
  },
];

/** Builders that are trusted unless somebody says otherwise, each with the highest level that it may claim, and why. */
export const wellKnownBuilders: readonly TrustedBuilder[] = written.map(trustBuilder);
