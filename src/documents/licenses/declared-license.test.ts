import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declaredLicense } from './declared-license.ts';

test('what SPDX knows is said in its terms', () => {
  assert.deepEqual(declaredLicense(['mit', 'ISC OR Zlib']), { expression: 'MIT AND (ISC OR Zlib)', extracted: [] });
});

test('no statement is no assertion', () => {
  for (const statements of [[], [''], ['  ', '\n']]) {
    assert.deepEqual(declaredLicense(statements), { expression: 'NOASSERTION', extracted: [] });
  }
});

test('other licences get a reference of their own, always the same', () => {
  const { expression, extracted } = declaredLicense(['GPL-2+', 'MIT', 'The "Do What" Licence']);
  const [first, second] = extracted;
  assert.match(first?.licenseId ?? '', /^LicenseRef-GPL-2-[0-9a-f]{12}$/);
  assert.match(second?.licenseId ?? '', /^LicenseRef-The-Do-What-Licence-[0-9a-f]{12}$/);
  assert.equal(expression, `${first?.licenseId} AND MIT AND ${second?.licenseId}`);
  assert.equal(first?.name, 'GPL-2+');
  assert.match(second?.extractedText ?? '', /The "Do What" Licence$/);
  assert.notEqual(declaredLicense(['GPL-2-']).expression, declaredLicense(['GPL-2+']).expression);
  assert.deepEqual(declaredLicense(['GPL-2+']).extracted, [first]);
});

test('references that a package brings are described, so that none dangles', () => {
  const { expression, extracted } = declaredLicense(['MIT OR LicenseRef-Own']);
  assert.equal(expression, 'MIT OR LicenseRef-Own');
  assert.deepEqual(extracted, [{ licenseId: 'LicenseRef-Own', extractedText: 'NOASSERTION', name: 'Own' }]);
});
