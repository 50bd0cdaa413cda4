import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { digestOf } from '#kit/digest.ts';
import { artifactOfDigest } from './artifact.ts';
import { createBox } from './box/box.ts';
import type { SignRequest } from './box/request.ts';
import { readBundle } from './bundle/read-bundle.ts';
import { expressionPattern, globPattern } from './identity/pattern.ts';
import type { ExpectedIdentity } from './identity/expected-identity.ts';
import { judgeSigned, type Demand } from './judge.ts';
import type { VerificationKey } from './keys/verification-key.ts';
import { isRefusal, type RefusalCode } from './refusal.ts';
import { readSimpleSigning, checkSimpleSigning } from './subject.ts';
import { readTrustRoot } from './trust/trust-root.ts';

/**
 * What is honest in itself, and taken for something else: each must be refused, by its own name. The list only grows.
 */
const box = createBox();
const trust = readTrustRoot(JSON.stringify(box.trustedRoot), 'the box');
const at = new Date('2025-06-01T12:00:00Z');
const now = new Date('2026-01-01T00:00:00Z');
const image = digestOf('the image');
const github = 'https://token.actions.githubusercontent.com';
const workflow = 'https://github.com/org/app/.github/workflows/release.yml@refs/tags/v1';
const claims = {
  sourceRepositoryUri: 'https://github.com/org/app',
  sourceRepositoryRef: 'refs/tags/v1',
  sourceRepositoryIdentifier: '4711',
  buildConfigUri: workflow,
  buildTrigger: 'push',
  runnerEnvironment: 'github-hosted',
};
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const key = newKey();

function statement(predicateType = 'https://sigstore.dev/cosign/sign/v1', digest = image, rest: object = {}) {
  const subject = [{ name: 'app', digest: { sha256: digest.slice('sha256:'.length) } }];
  return { _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate: {}, ...rest };
}

const release = {
  identity: { kind: 'uri', value: workflow },
  issuer: github,
  claims,
  statement: statement(),
  at,
  log: 'v1',
} as const satisfies SignRequest;
const byKey = { key, statement: statement(), at } as const satisfies SignRequest;

function trusted(one: KeyObject, rest: Partial<VerificationKey> = {}): VerificationKey {
  return { key: createPublicKey(one), name: 'key.pub', ...rest };
}

function expected(written: Readonly<Record<string, string>>, rest: Partial<ExpectedIdentity> = {}): ExpectedIdentity {
  const patterns = Object.entries(written).map(([name, pattern]) => [name, globPattern(pattern, false)]);
  return { issuer: globPattern(github, false), claims: Object.fromEntries(patterns), ...rest };
}

const demand: Demand = {
  verifier: { trust, keys: [trusted(key)], now },
  identities: [expected({ repository: 'org/app' })],
  wanted: { kind: 'signature' },
};

function judge(request: SignRequest, rest: Partial<Demand> = {}): RefusalCode | 'accepted' {
  const signed = readBundle(JSON.stringify(box.sign(request).bundle));
  const outcome = isRefusal(signed)
    ? signed
    : judgeSigned(signed, artifactOfDigest(image), { ...demand, ...rest }, { image });
  return isRefusal(outcome) ? outcome.refused : 'accepted';
}

const verifier = (rest: Partial<Demand['verifier']>) => ({ verifier: { ...demand.verifier, ...rest } });
const only = (identity: ExpectedIdentity) => ({ identities: [identity] });
const attestation = (...types: readonly string[]) => ({ wanted: { kind: 'attestation', types } as const });
const spdx = 'https://spdx.dev/Document';

test('what is honest is accepted', () => {
  assert.equal(judge(release), 'accepted');
  assert.equal(judge(byKey), 'accepted');
  assert.equal(judge({ ...byKey, statement: statement(spdx) }, attestation(spdx)), 'accepted');
});

const confusions: readonly [what: string, code: RefusalCode, outcome: () => RefusalCode | 'accepted'][] = [
  ['an SBOM that is signed, as a signature', 'claim-type', () => judge({ ...byKey, statement: statement(spdx) })],
  ['a signature, as an SBOM', 'claim-type', () => judge(byKey, attestation(spdx))],
  [
    'a bare signature of the manifest, as an SBOM',
    'claim-type',
    () => judge({ key, at, artifact: Buffer.from('the image') }, attestation(spdx)),
  ],
  [
    'provenance, as an SBOM',
    'predicate-type',
    () => judge({ ...byKey, statement: statement('https://slsa.dev/provenance/v1') }, attestation(spdx)),
  ],
  [
    'the signature of another image',
    'subject-mismatch',
    () => judge({ ...byKey, statement: statement(undefined, digestOf('another')) }),
  ],
  [
    'a statement about a name, and no digest',
    'subject-mismatch',
    () => judge({ ...byKey, statement: statement(undefined, image, { subject: [{ name: image }] }) }),
  ],
  [
    'a statement about the SHA-1 of the image',
    'subject-mismatch',
    () =>
      judge({
        ...byKey,
        statement: statement(undefined, image, { subject: [{ digest: { sha1: image.slice(7, 47) } }] }),
      }),
  ],
  [
    'a payload that is no statement, signed',
    'claim-type',
    () => judge({ ...byKey, payloadType: 'application/vnd.other+json' }),
  ],
  [
    'a statement of an unknown version',
    'claim-invalid',
    () => judge({ ...byKey, statement: statement(undefined, image, { _type: 'https://in-toto.io/Statement/v9' }) }),
  ],
  ['another key', 'signature-invalid', () => judge({ ...byKey, key: newKey() })],
  [
    'a key that counts no more',
    'key-out-of-time',
    () =>
      judge(
        { ...byKey, log: 'v1' },
        verifier({ keys: [trusted(key, { validFor: { start: new Date(0), end: new Date('2025-01-01') } })] }),
      ),
  ],
  [
    'a key that counts for a time, at an unknown time',
    'time-missing',
    () =>
      judge(
        byKey,
        verifier({ keys: [trusted(key, { validFor: { start: new Date(0), end: new Date('2025-12-31') } })] }),
      ),
  ],
  [
    'another organisation with the same beginning',
    'repository-mismatch',
    () =>
      judge(
        { ...release, claims: { ...claims, sourceRepositoryUri: 'https://github.com/org-evil/app' } },
        only(expected({ repository: 'org/*' })),
      ),
  ],
  [
    'another repository by a regular expression without an end',
    'identity-mismatch',
    () =>
      judge(
        {
          ...release,
          identity: { kind: 'uri', value: 'https://github.com/org-evil/app/.github/workflows/x.yml@refs/heads/main' },
        },
        only(expected({}, { name: expressionPattern('https://github.com/org', false) })),
      ),
  ],
  [
    'a workflow of the same repository that anyone may start',
    'trigger-mismatch',
    () =>
      judge(
        { ...release, claims: { ...claims, buildTrigger: 'pull_request' } },
        only(expected({ repository: 'org/app', trigger: 'push' })),
      ),
  ],
  [
    'a branch of the same repository',
    'ref-mismatch',
    () =>
      judge(
        { ...release, claims: { ...claims, sourceRepositoryRef: 'refs/heads/feature' } },
        only(expected({ repository: 'org/app', ref: 'refs/tags/*' })),
      ),
  ],
  [
    'another workflow of the same repository',
    'workflow-mismatch',
    () =>
      judge(
        {
          ...release,
          claims: { ...claims, buildConfigUri: 'https://github.com/org/app/.github/workflows/test.yml@refs/tags/v1' },
        },
        only(expected({ workflow: '.github/workflows/release.yml' })),
      ),
  ],
  [
    "somebody's own runner",
    'runner-mismatch',
    () =>
      judge(
        { ...release, claims: { ...claims, runnerEnvironment: 'self-hosted' } },
        only(expected({ repository: 'org/app', runner: 'github-hosted' })),
      ),
  ],
  [
    'a repository of the same name, after a take-over',
    'claim-mismatch',
    () =>
      judge(
        { ...release, claims: { ...claims, sourceRepositoryIdentifier: '9' } },
        only(expected({ repository: 'org/app', repositoryId: '4711' })),
      ),
  ],
  [
    'the same name, certified by somebody else',
    'issuer-mismatch',
    () => judge({ ...release, issuer: 'https://evil.example' }),
  ],
  [
    'an e-mail that is certified where a workflow is expected',
    'repository-mismatch',
    () => judge({ ...release, identity: { kind: 'email', value: 'a@example.org' }, claims: {} }),
  ],
  ['a certificate for nobody', 'identity-missing', () => judge({ ...release, identity: [] })],
  [
    'a certificate of another Sigstore',
    'log-untrusted',
    () => judge(release, verifier({ trust: readTrustRoot(JSON.stringify(createBox().trustedRoot), 'another') })),
  ],
  ['a certificate, where only keys were named', 'identity-mismatch', () => judge(release, { identities: [] })],
  [
    'a certificate, where nobody certifies',
    'certificate-authority-untrusted',
    () => judge(release, verifier({ trust: undefined })),
  ],
  ['a certificate that is in no log', 'log-entry-missing', () => judge({ ...release, log: 'none', timestamp: true })],
  ["another's entry in the log, beside it", 'log-entry-mismatch', () => judge({ ...release, fault: 'other-entry' })],
  [
    'a signature from after the end of its certificate',
    'certificate-expired',
    () => judge({ ...release, fault: 'expired' }),
  ],
  [
    'a timestamp of another signature',
    'timestamp-mismatch',
    () => judge({ ...release, timestamp: true, fault: 'wrong-imprint' }),
  ],
];

for (const [what, code, outcome] of confusions) {
  test(`${what}: ${code}`, () => assert.equal(outcome(), code));
}

test('a simple signing payload of another kind, and one of another image', () => {
  const payload = (type: string, digest: string) =>
    readSimpleSigning(
      Buffer.from(JSON.stringify({ critical: { type, image: { 'docker-manifest-digest': digest }, identity: {} } })),
    );
  const other = payload('attestation of something', image);
  assert.equal(isRefusal(other) && other.refused, 'claim-type');
  const moved = payload('cosign container image signature', digestOf('another'));
  assert.ok(!isRefusal(moved));
  assert.equal(checkSimpleSigning(moved, image)?.refused, 'subject-mismatch');
});
