import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CertificateIdentity } from './certificate-identity.ts';
import { checkIdentity, issuerOfRepository, type ExpectedIdentity } from './expected-identity.ts';
import { globPattern } from './pattern.ts';

const github = 'https://token.actions.githubusercontent.com';

/** What GitHub certifies of a release of org/app. */
const release: CertificateIdentity = {
  names: [{ kind: 'uri', value: 'https://github.com/org/app/.github/workflows/release.yml@refs/tags/v1.2.3' }],
  claims: {
    issuer: github,
    repositoryUri: 'https://github.com/org/app',
    workflowUri: 'https://github.com/org/app/.github/workflows/release.yml@refs/tags/v1.2.3',
    ref: 'refs/tags/v1.2.3',
    trigger: 'push',
    runner: 'github-hosted',
    repositoryId: '4711',
    ownerId: '42',
  },
};

function expect(claims: Readonly<Record<string, string>>, rest: Partial<ExpectedIdentity> = {}): ExpectedIdentity {
  const patterns = Object.entries(claims).map(([name, pattern]) => [name, globPattern(pattern, false)]);
  return { issuer: globPattern(github, false), claims: Object.fromEntries(patterns), ...rest };
}

test('who is expected is accepted', () => {
  const accepted: readonly Record<string, string>[] = [
    { repository: 'org/app' },
    { repository: 'org/*' },
    { repository: 'org/app', workflow: '.github/workflows/release.yml', ref: 'refs/tags/v*', trigger: 'push' },
    { repositoryId: '4711', ownerId: '42', runner: 'github-hosted' },
  ];
  for (const claims of accepted) {
    assert.equal(checkIdentity(release, expect(claims)), undefined, JSON.stringify(claims));
  }
});

for (const [what, refused, expected] of [
  ['another repository', 'repository-mismatch', expect({ repository: 'org/other' })],
  ['an organisation with the same beginning', 'repository-mismatch', expect({ repository: 'or/*' })],
  ['another workflow', 'workflow-mismatch', expect({ workflow: '.github/workflows/test.yml' })],
  ['another branch', 'ref-mismatch', expect({ ref: 'refs/heads/main' })],
  ['another event', 'trigger-mismatch', expect({ trigger: 'workflow_dispatch' })],
  ['another runner', 'runner-mismatch', expect({ runner: 'self-hosted' })],
  ['another repository of the same name', 'claim-mismatch', expect({ repository: 'org/app', repositoryId: '1' })],
  ['a claim that is not certified', 'claim-mismatch', expect({ environment: 'production' })],
  [
    'another issuer',
    'issuer-mismatch',
    expect({ repository: 'org/app' }, { issuer: globPattern('https://gitlab.com', false) }),
  ],
  ['another name', 'identity-mismatch', expect({}, { name: globPattern('someone@example.com', false) })],
] as const) {
  test(`${what} is refused as ${refused}`, () => {
    assert.equal(checkIdentity(release, expected)?.refused, refused);
  });
}

test('a certificate for nobody is refused, whatever its claims', () => {
  const nobody = { ...release, names: [] };
  assert.equal(checkIdentity(nobody, expect({ repository: 'org/app' }))?.refused, 'identity-missing');
});

test('a certificate without an issuer is refused', () => {
  const { issuer: _, ...claims } = release.claims;
  assert.equal(checkIdentity({ ...release, claims }, expect({}))?.refused, 'issuer-mismatch');
});

test('the workflow is the file, whichever forge', () => {
  const gitlab: CertificateIdentity = {
    names: [{ kind: 'uri', value: 'https://gitlab.com/group/sub/app//.gitlab-ci.yml@refs/heads/main' }],
    claims: { issuer: 'https://gitlab.com', repositoryUri: 'https://gitlab.com/group/sub/app' },
  };
  const issuer = globPattern('https://gitlab.com', false);
  const expected = expect({ repository: 'gitlab.com/group/sub/app', workflow: '.gitlab-ci.yml' }, { issuer });
  assert.equal(checkIdentity(gitlab, expected), undefined);
});

test('who certifies builds of a repository is known for the public forges', () => {
  assert.equal(issuerOfRepository('org/app'), github);
  assert.equal(issuerOfRepository('https://github.com/org/app'), github);
  assert.equal(issuerOfRepository('gitlab.com/group/app'), 'https://gitlab.com');
  assert.throws(() => issuerOfRepository('git.example.org/group/app'), { code: 'identity-invalid' });
});
