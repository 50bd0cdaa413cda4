import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { about, joined, listed, named, ofFirst, quoted, sentence, shortened, spoken, type Said } from './said.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

test('texts are in one line, and cut where a reader would give up', () => {
  const cases: readonly (readonly [text: string, wanted: string])[] = [
    ['  two\n  lines\t', 'two lines'],
    ['a'.repeat(200), 'a'.repeat(200)],
    ['a'.repeat(201), `${'a'.repeat(199)}…`],
    ['', ''],
    // No half of a character is left.
    [`${'a'.repeat(198)}😀😀`, `${'a'.repeat(198)}…`],
  ];
  for (const [text, wanted] of cases) assert.equal(shortened(text), wanted);
});

test('of many the first are named, and the rest is counted', () => {
  assert.deepEqual(listed(names(2)), { en: 'n0, n1', de: 'n0, n1' });
  assert.deepEqual(listed([]), { en: '', de: '' });
  assert.equal(listed(names(10)).en, names(10).join(', '));
  assert.equal(listed(names(12)).en, `${names(10).join(', ')} and 2 more`);
  assert.equal(listed(names(12)).de, `${names(10).join(', ')} und 2 weitere`);
  assert.equal(joined(['a', 'b'].map(named), { en: ' or ', de: ' oder ' }).de, 'a oder b');
  const more = (count: number) => named(`and ${count}`);
  const said = ofFirst(names(53), (name) => [named(name)], more).map(({ en }) => en);
  assert.deepEqual([said.length, said.at(-2), said.at(-1)], [51, 'n49', 'and 3']);
});

test('sentences in each language', () => {
  assert.deepEqual(sentence({ en: 'it is', de: 'es ist' }), { en: 'It is.', de: 'Es ist.' });
  assert.deepEqual(about({ en: 'rule', de: 'Regel' }, { en: 'it is', de: 'es ist' }), {
    en: 'Rule: it is.',
    de: 'Regel: Es ist.',
  });
  assert.deepEqual(quoted('as it is'), { en: '"as it is"', de: '„as it is“' });
});

test('whatever a policy says, it does not flood', () => {
  const long: Said = named('x');
  const many = spoken(
    Array.from({ length: 1000 }, () => long),
    'de',
  );
  assert.deepEqual([many.length, many.at(-1)], [301, 'Und 700 weitere Sätze.']);
  assert.equal(spoken([{ en: 'a'.repeat(100_000), de: '' }], 'en')[0]?.length, 2000);
});

test('whatever a text is, it stays one short line of whole characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.constantFrom('', '\n', '😀'), (text, more) => {
      const short = shortened(text.repeat(2) + more);
      assert.ok(short.length <= 200 && short.isWellFormed() && !/\s\s|[\n\t\r]/.test(short));
    }),
  );
});
