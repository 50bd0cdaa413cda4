import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { policyOf } from '#signatures/notation/testing.ts';
import { parseTrustPolicies } from './trust-policy.ts';

const parse = (document: unknown) => parseTrustPolicies(JSON.stringify(document));
const verification = (fields: object) => policyOf({ signatureVerification: { level: 'strict', ...fields } });

test('a policy is read with all that it says', () => {
  const [policy] = parse(
    policyOf({
      name: 'all',
      registryScopes: ['Registry.example:443/team/app', 'localhost:5000/a_b.c-d'],
      signatureVerification: { level: 'permissive', override: { expiry: 'enforce', revocation: 'skip' } },
      trustStores: ['ca:one', 'tsa:two'],
    }),
  );
  assert.deepEqual(policy, {
    name: 'all',
    scopes: ['registry.example/team/app', 'localhost:5000/a_b.c-d'],
    level: 'permissive',
    actions: { authenticity: 'enforce', authenticTimestamp: 'log', expiry: 'enforce', revocation: 'skip' },
    verifyTimestamp: 'always',
    stores: [
      { type: 'ca', name: 'one' },
      { type: 'tsa', name: 'two' },
    ],
    identities: [
      [
        { type: 'C', value: 'DE' },
        { type: 'ST', value: 'Berlin' },
        { type: 'O', value: 'example.org' },
      ],
    ],
  });
});

const bad: Readonly<Record<string, unknown>> = {
  'no object': [],
  'no version': { trustPolicies: [] },
  'another version': { ...policyOf(), version: '2.0' },
  'no policies': { version: '1.0', trustPolicies: [] },
  'an unknown field of the document': { ...policyOf(), policies: [] },
  'an unknown field of a policy': policyOf({ registryScope: ['*'] }),
  'an unknown field of the verification': verification({ verifytimestamp: 'always' }),
  'an unknown validation': verification({ override: { integrity: 'log' } }),
  'an unknown action': verification({ override: { expiry: 'ignore' } }),
  'an action that only revocation has': verification({ override: { expiry: 'skip' } }),
  'an override of skip': policyOf({ signatureVerification: { level: 'skip', override: { expiry: 'log' } } }),
  'an unknown level': verification({ level: 'lax' }),
  'no level': policyOf({ signatureVerification: {} }),
  'an unknown time to look at timestamps': verification({ verifyTimestamp: 'never' }),
  'no name': policyOf({ name: '' }),
  'no scopes': policyOf({ registryScopes: [] }),
  'all scopes and another': policyOf({ registryScopes: ['*', 'registry.example/app'] }),
  'a scope with an asterisk': policyOf({ registryScopes: ['registry.example/*'] }),
  'a scope without a registry': policyOf({ registryScopes: ['app'] }),
  'a scope with a tag': policyOf({ registryScopes: ['registry.example/app:1'] }),
  'a scope twice': policyOf({ registryScopes: ['registry.example/app', 'REGISTRY.example/app'] }),
  'scopes that are no list': policyOf({ registryScopes: '*' }),
  'scopes that are no texts': policyOf({ registryScopes: [1] }),
  'no stores': policyOf({ trustStores: [] }),
  'a store of an unknown type': policyOf({ trustStores: ['root:x'] }),
  'a store elsewhere': policyOf({ trustStores: ['ca:../../x'] }),
  'a store above': policyOf({ trustStores: ['ca:..'] }),
  'no identities': policyOf({ trustedIdentities: [] }),
  'anyone and somebody': policyOf({ trustedIdentities: ['*', 'x509.subject: C=DE,ST=Berlin,O=a'] }),
  'an identity of another kind': policyOf({ trustedIdentities: ['x509.san: example.org'] }),
  'an identity without an organisation': policyOf({ trustedIdentities: ['x509.subject: C=DE,ST=Berlin'] }),
  'an identity that is a part of another': policyOf({
    trustedIdentities: ['x509.subject: C=DE,ST=Berlin,O=a', 'x509.subject: C=DE,ST=Berlin,O=a,OU=b'],
  }),
  'identities although nothing is verified': policyOf({ signatureVerification: { level: 'skip' } }),
};

for (const [what, document] of Object.entries(bad)) {
  test(`a trust policy with ${what} is refused`, () => assert.throws(() => parse(document), RangeError));
}

test('any text is a trust policy or a RangeError', () => {
  fc.assert(
    fc.property(fc.json(), fc.json(), (one, other) => {
      for (const text of [one, `{"version":"1.0","trustPolicies":[${one}]}`, JSON.stringify(policyOf({ x: other }))]) {
        assert.throws(() => parseTrustPolicies(text), RangeError);
      }
    }),
  );
});
