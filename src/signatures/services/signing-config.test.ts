import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSigningConfig, type SigningConfig } from './signing-config.ts';

const now = new Date('2026-06-01T00:00:00Z');

function service(url: string, changes: object = {}): object {
  return { url, majorApiVersion: 1, validFor: { start: '2025-01-01T00:00:00Z' }, operator: 'sigstore.dev', ...changes };
}

const config = {
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  caUrls: [service('https://ca.example')],
  oidcUrls: [service('https://oidc.example/auth')],
  rekorTlogUrls: [service('https://log.example')],
  rekorTlogConfig: { selector: 'ANY' },
  tsaUrls: [service('https://tsa.example/api/v1/timestamp')],
  tsaConfig: { selector: 'ANY' },
};

const read = (changes: object = {}): SigningConfig =>
  readSigningConfig(JSON.stringify({ ...config, ...changes }), 'the configuration', now);

test('it says whom to ask', () => {
  assert.deepEqual(read(), {
    authority: 'https://ca.example',
    issuer: 'https://oidc.example/auth',
    log: { log: 'https://log.example', version: 'v1' },
    timestamp: 'https://tsa.example/api/v1/timestamp',
  });
});

test('what it does not name is not there', () => {
  const { log, timestamp } = read({ rekorTlogUrls: [], tsaUrls: undefined });
  assert.deepEqual([log, timestamp], [undefined, undefined]);
});

const ended = { validFor: { start: '2025-01-01T00:00:00Z', end: '2026-01-01T00:00:00Z' } };
const future = { validFor: { start: '2027-01-01T00:00:00Z' } };
const later = { validFor: { start: '2026-01-01T00:00:00Z' } };

const choices: readonly (readonly [what: string, services: readonly object[], log: string, version: string])[] = [
  [
    'what is in use',
    [service('https://old', ended), service('https://next', future), service('https://now')],
    'now',
    'v1',
  ],
  ['the newest version', [service('https://one'), service('https://two', { majorApiVersion: 2 })], 'two', 'v2'],
  ['a version that is spoken', [service('https://nine', { majorApiVersion: 9 }), service('https://one')], 'one', 'v1'],
  ['what is in use since last', [service('https://early'), service('https://late', later)], 'late', 'v1'],
  ['what has a time', [service('https://timeless', { validFor: {} }), service('https://now')], 'now', 'v1'],
  ['what has an address', [service('file:///etc/passwd', later), service('https://now')], 'now', 'v1'],
];

for (const [what, rekorTlogUrls, log, version] of choices) {
  test(`of several it takes ${what}`, () => {
    assert.deepEqual(read({ rekorTlogUrls }).log, { log: `https://${log}`, version });
  });
}

const invalid: readonly (readonly [what: string, changes: object])[] = [
  ['another version', { mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.3+json' }],
  ['services that are over', { caUrls: [service('https://old', ended)] }],
  ['services of versions to come', { tsaUrls: [service('https://x', { majorApiVersion: 2 })] }],
  ['an end that is none', { caUrls: [service('https://x', { validFor: { start: '2025-01-01', end: 'never' } })] }],
  ['a demand for all logs', { rekorTlogConfig: { selector: 'ALL' } }],
  ['a demand for two timestamps', { tsaConfig: { selector: 'EXACT', count: 2 } }],
  ['more services than there are', { caUrls: Array.from({ length: 1001 }, () => service('https://x')) }],
];

for (const [what, changes] of invalid) {
  test(`${what} is an error`, () => {
    assert.throws(() => read(changes), { code: 'signing-config-invalid' });
  });
}

test('any JSON gives a configuration or an error', () => {
  const fields = fc.constantFrom('caUrls', 'rekorTlogUrls', 'rekorTlogConfig', 'mediaType', 'tsaConfig');
  fc.assert(
    fc.property(fields, fc.jsonValue(), (field, value) => {
      try {
        read({ [field]: value });
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'signing-config-invalid');
      }
    }),
  );
});
