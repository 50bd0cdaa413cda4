import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPredicate } from './predicate.ts';

const now = new Date('2026-01-02T03:04:05Z');
const read = (name: string, document: object) => readPredicate(name, Buffer.from(JSON.stringify(document)), now).type;

/** A short name, the least that a document of its type has, and that type. */
const honest: readonly (readonly [string, object, string])[] = [
  ['slsa', { buildDefinition: {} }, 'https://slsa.dev/provenance/v1'],
  ['slsa', { builder: {} }, 'https://slsa.dev/provenance/v0.2'],
  ['sbom', { bomFormat: 'CycloneDX' }, 'https://cyclonedx.org/bom'],
  ['sbom', { spdxVersion: 'SPDX-2.3' }, 'https://spdx.dev/Document'],
  ['cyclonedx', { bomFormat: 'CycloneDX' }, 'https://cyclonedx.org/bom'],
  ['spdx', { spdxVersion: 'SPDX-2.3' }, 'https://spdx.dev/Document'],
  ['vuln', { scanner: {} }, 'https://cosign.sigstore.dev/attestation/vuln/v1'],
  ['vex', { '@context': 'https://openvex.dev/ns/v0.2.0' }, 'https://openvex.dev/ns'],
  ['vsa', { verificationResult: 'PASSED' }, 'https://slsa.dev/verification_summary/v1'],
  ['https://example.com/any', {}, 'https://example.com/any'],
];

test('a document has the type that it is, and no other document will do', () => {
  for (const [name, document, type] of honest) {
    assert.equal(read(name, document), type);
    if (type.startsWith('https://example.com')) continue;
    assert.throws(() => read(name, { other: true }), { code: 'predicate-invalid' }, name);
  }
});

test('what is no JSON object is refused, but as text', () => {
  for (const text of ['', '[]', '"text"', '{"a":', 'null']) {
    assert.throws(() => readPredicate('vuln', Buffer.from(text), now), { code: 'predicate-invalid' });
    assert.deepEqual(readPredicate('custom', Buffer.from(text), now).content, {
      Data: text,
      Timestamp: now.toISOString(),
    });
  }
});

test('a name that is no type is refused', () => {
  assert.throws(() => read('nonsense', {}), { code: 'predicate-invalid' });
});
