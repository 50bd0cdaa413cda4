import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ASN1Obj } from '@sigstore/core';
import fc from 'fast-check';
import { der } from '#signatures/certificate/der.ts';
import { formatName, matchesName, nameOf, parseName, type DistinguishedName } from './distinguished-name.ts';

function read(text: string): DistinguishedName {
  const name = parseName(text);
  assert.ok(!('problem' in name), 'problem' in name ? name.problem : '');
  return name;
}

const country = { type: 'C', value: 'US' };
const base = [country, { type: 'ST', value: 'WA' }];

const table: readonly [text: string, name: DistinguishedName][] = [
  ['C=US, ST=WA, O=example.org', [...base, { type: 'O', value: 'example.org' }]],
  [' c=US,S=WA,  o = example.org  ', [...base, { type: 'O', value: 'example.org' }]],
  [String.raw`C=US,ST=WA,O=one\, two\; three`, [...base, { type: 'O', value: 'one, two; three' }]],
  [String.raw`C=US,ST=WA,O=\ a \ `, [...base, { type: 'O', value: ' a  ' }]],
  [String.raw`C=US,ST=WA,O=back\\slash\=`, [...base, { type: 'O', value: String.raw`back\slash=` }]],
  [String.raw`C=US,ST=WA,O=L\c3\bcbeck`, [...base, { type: 'O', value: 'Lübeck' }]],
  ['C=US,ST=WA,O=a=b', [...base, { type: 'O', value: 'a=b' }]],
];

for (const [text, name] of table) test(`name: ${text}`, () => assert.deepEqual(read(text), name));

const bad = [
  '',
  'C=US',
  'C=US,ST=WA',
  'C=US,ST=WA,O=',
  'C=US,ST=WA,O=a,',
  'C=US,ST=WA,O=a,O=b',
  'C=US,ST=WA,S=WA,O=a',
  'C=US,ST=WA,O=a,X=b',
  'C=US,ST=WA,O=a+OU=b',
  'C=US,ST=WA,O=a;OU=b',
  'C=US,ST=WA,O=#0c0161',
  'C=US,ST=WA,O="a"',
  String.raw`C=US,ST=WA,O=a\x`,
  'C=US,ST=WA,O=a\\',
  'C=US,ST=WA,O=a,__proto__=b',
];

for (const text of bad) test(`name: "${text}" is none`, () => assert.ok('problem' in parseName(text)));

test('a name matches one that has all of it, each attribute once', () => {
  const expected = read('C=US,ST=WA,O=example.org');
  const name = read('C=US,ST=WA,O=example.org,OU=release,CN=builder');
  assert.ok(matchesName(expected, name));
  assert.ok(!matchesName(name, expected));
  assert.ok(!matchesName(expected, read('C=US,ST=WA,O=Example.org')));
  assert.ok(!matchesName(expected, [...name, { type: 'O', value: 'example.org' }]));
  assert.ok(!matchesName(expected, [...name, { type: 'O', value: 'evil.example' }]));
});

test('what is written is read again', () => {
  const value = fc.string({ minLength: 1, unit: 'binary' });
  fc.assert(
    fc.property(value, value, value, (...values) => {
      const name = ['C', 'ST', 'O'].map((type, index) => ({ type, value: values[index] ?? '' }));
      assert.deepEqual(read(formatName(name)), name.toReversed());
    }),
  );
});

test('any text is a name or has a problem', () => {
  fc.assert(fc.property(fc.string(), (text) => typeof parseName(`C=US,ST=WA,O=${text}`) === 'object'));
});

test('names of certificates are read in all their encodings', () => {
  const attribute = (type: string, value: Buffer) => der.sequence(der.oid(type), value);
  const bmp = Buffer.concat([Buffer.of(0x1e, 4), Buffer.from([0, 0x41, 0, 0xfc])]);
  const name = der.sequence(
    der.set(attribute('2.5.4.6', der.printable('US'))),
    der.set(attribute('2.5.4.10', der.utf8('Lübeck')), attribute('2.5.4.11', bmp)),
    der.set(attribute('1.2.3', der.integer(5))),
  );
  assert.deepEqual(nameOf(ASN1Obj.parseBuffer(Buffer.from(name))), [
    country,
    // In the order that DER demands of sets.
    { type: 'OU', value: 'Aü' },
    { type: 'O', value: 'Lübeck' },
    { type: '1.2.3', value: '#05' },
  ]);
});
