import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hostileText } from '#documents/testing.ts';
import { allOf, parseLicense } from './license-expression.ts';
import { exceptionIds, licenseIds } from './license-ids.ts';

const readable: readonly (readonly [text: string, expression: string])[] = [
  ['MIT', 'MIT'],
  ['mit', 'MIT'],
  ['apache-2.0', 'Apache-2.0'],
  ['GPL-2.0+', 'GPL-2.0+'],
  ['EPL-1.0+', 'EPL-1.0+'],
  ['(MIT)', '(MIT)'],
  ['( mit or apache-2.0 )', '(MIT OR Apache-2.0)'],
  ['MIT AND (BSD-3-Clause OR ISC) and Zlib', 'MIT AND (BSD-3-Clause OR ISC) AND Zlib'],
  ['GPL-2.0-only WITH Classpath-exception-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['Apache-2.0 with llvm-exception OR MIT', 'Apache-2.0 WITH LLVM-exception OR MIT'],
  ['LicenseRef-Own.1 OR MIT', 'LicenseRef-Own.1 OR MIT'],
];

test('expressions are read, in any case, and written as the list has them', () => {
  for (const [text, expression] of readable) assert.equal(parseLicense(text)?.expression, expression, text);
});

const unreadable: readonly string[] = [
  '',
  'GPL-2+',
  'Expat',
  'MIT Apache-2.0',
  'MIT/Apache-2.0',
  'MIT, ISC',
  'MIT OR',
  'AND MIT',
  '(MIT',
  'MIT)',
  '()',
  'MIT ()',
  'MIT++',
  'MIT WITH',
  'MIT WITH MIT',
  'Classpath-exception-2.0',
  '(MIT OR ISC) WITH LLVM-exception',
  'MIT WITH LLVM-exception WITH LLVM-exception',
  'LicenseRef-',
  'LicenseRef-a_b',
  'MIT\0',
  `MIT${' OR MIT'.repeat(1000)}`,
];

test('whatever else packages say is no expression', () => {
  for (const text of unreadable) assert.equal(parseLicense(text), undefined, text.slice(0, 100));
});

test('a single id is known as one, and references are listed', () => {
  assert.equal(parseLicense('mit')?.isId, true);
  assert.equal(parseLicense('GPL-2.0+')?.isId, true);
  assert.equal(parseLicense('(MIT)')?.isId, false);
  assert.equal(parseLicense('ISC+')?.isId, false);
  assert.equal(parseLicense('LicenseRef-a')?.isId, false);
  assert.deepEqual(parseLicense('LicenseRef-a OR (MIT AND LicenseRef-b)')?.references, [
    'LicenseRef-a',
    'LicenseRef-b',
  ]);
});

test('joining keeps the meaning of each part', () => {
  const parts = ['MIT', 'ISC OR Zlib', 'GPL-2.0-only WITH Linux-syscall-note'].map(parseLicense);
  const joined = allOf(parts.filter((part) => part !== undefined));
  assert.equal(joined, 'MIT AND (ISC OR Zlib) AND GPL-2.0-only WITH Linux-syscall-note');
  assert.equal(allOf([]), '');
});

const operand = fc.oneof(
  fc.constantFrom(...licenseIds, 'LicenseRef-x'),
  fc.tuple(fc.constantFrom(...licenseIds), fc.constantFrom(...exceptionIds)).map((pair) => pair.join(' WITH ')),
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    operand,
    fc.tuple(tie('expression'), fc.constantFrom('AND', 'OR'), tie('expression')).map((parts) => parts.join(' ')),
    tie('expression').map((inner) => `(${inner})`),
  ),
}));

test('every expression of the grammar is read and written unchanged', () => {
  fc.assert(
    fc.property(expression, (text) => {
      if (text.length <= 1000) assert.equal(parseLicense(text)?.expression, text);
    }),
  );
});

test('any text is read or refused, and what is read stays as it is', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const written = parseLicense(text)?.expression;
      if (written !== undefined) assert.equal(parseLicense(written)?.expression, written);
    }),
  );
});
