import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BullaError } from '#kit/error.ts';
import { newPolicyKey } from '#policy/testing.ts';
import { pemOf } from '#signatures/box/certificate.ts';
import { box } from '#policy/testing.ts';
import { compile, policyWith } from './testing.ts';

const { pem } = newPolicyKey();
const byKey = { key: { data: pem } };
const identities = [{ issuer: 'https://issuer.example', subject: 'anna@example.org' }];
const keyless = (rest: object = {}) => ({ keyless: { url: 'https://fulcio.sigstore.dev', identities, ...rest } });
const authority = (one: object) => policyWith({ authorities: [one] });

const refused: readonly [what: string, spec: object, code: string, path: RegExp][] = [
  [
    'an address and an authority',
    { authorities: [keyless({ 'ca-cert': { data: 'x' } })] },
    'policy-invalid',
    /keyless: only one/,
  ],
  ['an unknown field', { authorities: [byKey], image: [] }, 'policy-invalid', /spec\.image: .*not known/],
  [
    'an unknown field deep inside',
    { authorities: [keyless({ identities: [{ ...identities[0], subjectRegex: 'x' }] })] },
    'policy-invalid',
    /spec\.authorities\[0\]\.keyless\.identities\[0\]\.subjectRegex: .*not known/,
  ],
  ['no authorities', {}, 'policy-invalid', /spec\.authorities/],
  ['an empty list of authorities', { authorities: [] }, 'policy-invalid', /spec\.authorities/],
  ['no images', { images: [], authorities: [byKey] }, 'policy-invalid', /spec\.images/],
  [
    'a glob that is an expression',
    { images: [{ glob: '^a$' }], authorities: [byKey] },
    'policy-invalid',
    /images\[0\]\.glob/,
  ],
  [
    'an authority of two kinds',
    { authorities: [{ ...byKey, ...keyless() }] },
    'policy-invalid',
    /authorities\[0\]: exactly one/,
  ],
  ['an authority of no kind', { authorities: [{ name: 'a' }] }, 'policy-invalid', /authorities\[0\]: exactly one/],
  ['a key that is nowhere', { authorities: [{ key: {} }] }, 'policy-invalid', /key: exactly one/],
  ['a key that is none', { authorities: [{ key: { data: 'cosign.pub' } }] }, 'policy-invalid', /key\.data/],
  [
    'a key service that is none',
    { authorities: [{ key: { kms: 'https://evil.example/key' } }] },
    'policy-invalid',
    /key\.kms/,
  ],
  [
    'a weak hash',
    { authorities: [{ key: { data: pem, hashAlgorithm: 'sha224' } }] },
    'policy-unsupported',
    /hashAlgorithm/,
  ],
  [
    'a hash that is none',
    { authorities: [{ key: { data: pem, hashAlgorithm: 'md5' } }] },
    'policy-invalid',
    /hashAlgorithm/,
  ],
  ['anyone by leaving out', { authorities: [keyless({ identities: [] })] }, 'policy-invalid', /identities/],
  [
    'no issuer',
    { authorities: [keyless({ identities: [{ subject: 'a' }] })] },
    'policy-invalid',
    /identities\[0\]\.issuer/,
  ],
  [
    'a subject twice',
    { authorities: [keyless({ identities: [{ ...identities[0], subjectRegExp: 'a' }] })] },
    'policy-invalid',
    /identities\[0\]\.subject/,
  ],
  [
    'an expression of RE2 alone',
    { authorities: [keyless({ identities: [{ issuer: 'a', subjectRegExp: '\\Aa\\z' }] })] },
    'policy-invalid',
    /subjectRegExp/,
  ],
  [
    'a trust root that is not there',
    { authorities: [keyless({ trustRootRef: 'mine' })] },
    'policy-invalid',
    /trustRootRef/,
  ],
  [
    'attestations of what is static',
    { authorities: [{ static: { action: 'pass' }, ctlog: {} }] },
    'policy-invalid',
    /ctlog/,
  ],
  ['an action that is none', { authorities: [{ static: { action: 'allow' } }] }, 'policy-invalid', /static\.action/],
  ['a mode that is none', { authorities: [byKey], mode: 'audit' }, 'policy-invalid', /spec\.mode/],
  [
    'conditions in CUE',
    {
      authorities: [
        { ...byKey, attestations: [{ name: 'a', predicateType: 'vuln', policy: { type: 'cue', data: 'a: 1' } }] },
      ],
    },
    'policy-unsupported',
    /attestations\[0\]\.policy: .*CUE/,
  ],
  [
    'conditions on everything',
    { authorities: [byKey], policy: { type: 'rego', data: '' } },
    'policy-unsupported',
    /spec\.policy/,
  ],
  ['other tags', { authorities: [{ ...byKey, source: [{ tagPrefix: 'x-' }] }] }, 'policy-unsupported', /tagPrefix/],
  ['two sources', { authorities: [{ ...byKey, source: [{}, {}] }] }, 'policy-invalid', /source/],
  [
    'a source without a repository',
    { authorities: [{ ...byKey, source: [{ oci: 'ghcr.io' }] }] },
    'policy-unsupported',
    /oci/,
  ],
  ['a source with a tag', { authorities: [{ ...byKey, source: [{ oci: 'ghcr.io/a:1' }] }] }, 'policy-invalid', /oci/],
  [
    'a selector of nothing',
    { authorities: [byKey], match: [{ selector: {} }] },
    'policy-invalid',
    /match\[0\]\.resource/,
  ],
  [
    'a selector without values',
    {
      authorities: [byKey],
      match: [{ resource: 'pods', selector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }],
    },
    'policy-invalid',
    /values/,
  ],
];

for (const [what, spec, code, path] of refused) {
  test(`not loaded: ${what}`, () => {
    assert.throws(
      () => compile(policyWith(spec)),
      (error) => error instanceof BullaError && error.code === code && path.test(error.message),
    );
  });
}

const root = (spec: object) => ({
  apiVersion: 'policy.sigstore.dev/v1alpha1',
  kind: 'TrustRoot',
  metadata: { name: 'mine' },
  spec,
});

test('trust roots of TUF on the network are refused by name', () => {
  assert.throws(() => compile(authority(byKey), root({ remote: { root: '' } })), /spec\.remote/);
  assert.throws(() => compile(authority(byKey), root({ sigstoreKeys: { tlogs: [] } })), /spec\.sigstoreKeys\.tlogs/);
  assert.throws(() => compile(authority(byKey), root({})), /exactly one of/);
});

test('what is written is loaded as it is', () => {
  const chain = Buffer.from(box.chain.map(({ der }) => pemOf('CERTIFICATE', der)).join('')).toString('base64');
  const certificateAuthorities = [
    { subject: { organization: 'o', commonName: 'c' }, uri: 'https://a', certChain: chain },
  ];
  const policy = compile(
    policyWith({
      mode: 'warn',
      match: [{ group: 'apps', version: '*', resource: 'deployments', selector: { matchLabels: { a: 'b' } } }],
      authorities: [
        {
          name: 'key',
          key: { data: `${pem}\n${newPolicyKey().pem}`, hashAlgorithm: 'SHA256' },
          ctlog: { url: 'https://rekor' },
        },
        { key: { secretRef: { name: 'keys' } }, source: [{ oci: 'ghcr.io/org/signatures', tagPrefix: '' }] },
        { key: { kms: 'awskms:///alias/key' }, rfc3161timestamp: { trustRootRef: 'mine' } },
        keyless({ trustRootRef: 'mine', insecureIgnoreSCT: true }),
        {
          keyless: { 'ca-cert': { data: Buffer.from(chain, 'base64').toString() }, identities },
          signatureFormat: 'bundle',
        },
        { static: { action: 'fail', message: 'no' } },
      ],
    }),
    root({ sigstoreKeys: { certificateAuthorities, timestampAuthorities: certificateAuthorities } }),
  );
  assert.equal(policy.name, 'p');
  assert.deepEqual(
    policy.remarks.map(({ en }) => en),
    ['spec.authorities[3].keyless.insecureIgnoreSCT: certificates need not be published'],
  );
});

test('whoever lets anyone sign is told', () => {
  const open = keyless({ identities: [{ issuer: 'https://issuer.example', subjectRegExp: '.*' }] });
  const [remark] = compile(authority(open)).remarks;
  assert.match(remark?.en ?? '', /authorities\[0\]\.keyless\.identities\[0\]\.subjectRegExp: anyone/);
});

test('any document is a policy, or refused with a code', () => {
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom(pem, 'pass', '**', [byKey], [keyless()], [{ glob: '**' }]),
  );
  const keys = fc.constantFrom('images', 'authorities', 'mode', 'match', 'policy', 'status');
  fc.assert(
    fc.property(fc.dictionary(keys, values), (spec) => {
      try {
        compile(policyWith(spec));
      } catch (error) {
        assert.ok(error instanceof BullaError, String(error));
      }
    }),
  );
});
