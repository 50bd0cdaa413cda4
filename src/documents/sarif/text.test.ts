import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hostileText } from '#documents/testing.ts';
import { markdown, plain } from './text.ts';

const cases: readonly (readonly [text: string, plainText: string, code: string, prose: string])[] = [
  ['openssl', 'openssl', '`openssl`', 'openssl'],
  ['[a](http://b)', '\\[a\\](http://b)', '`[a](http://b)`', '\\[a\\]\\(http\\:\\/\\/b\\)'],
  ['<img>', '<img>', '`<img>`', '\\<img\\>'],
  ['a`b``c', 'a`b``c', '```a`b``c```', 'a\\`b\\`\\`c'],
  ['`', '`', '`` ` ``', '\\`'],
  ['{0}', '{{0}}', '`{{0}}`', '{{0}}'],
  ['a\\[', 'a\\\\\\[', '`a\\[`', 'a\\\\\\['],
  ['a\r\n# b\u202ec', 'a # b c', '`a # b c`', 'a \\# b c'],
  ['', '', '`  `', ''],
];

test('foreign text has no power in any style', () => {
  for (const [text, plainText, code, prose] of cases) {
    assert.equal(plain.name(text), plainText);
    assert.equal(plain.prose(text), plainText);
    assert.equal(markdown.name(text), code);
    assert.equal(markdown.prose(text), prose);
  }
});

test('long text is cut, also in the middle of a character', () => {
  assert.equal(plain.name('a'.repeat(1000)).length, 300);
  assert.ok(plain.name('😀'.repeat(1000)).isWellFormed());
  assert.ok(plain.name(`a${'😀'.repeat(1000)}`).isWellFormed());
});

test('any text stays on one line, well-formed and without live markup', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      for (const written of [plain.name(text), markdown.name(text), markdown.prose(text)]) {
        assert.ok(written.isWellFormed());
        assert.doesNotMatch(written, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }
      // Whatever is left without a backslash before it is no punctuation that means anything.
      assert.doesNotMatch(plain.prose(text).replaceAll(/\\./g, ''), /[[\]]/);
      assert.doesNotMatch(markdown.prose(text).replaceAll(/\\./g, ''), /[[\]()<>`*_#@:|~!]/);
      const fence = /^`+/.exec(markdown.name(text))?.[0] ?? '';
      const runs: readonly string[] = markdown.name(text).slice(fence.length, -fence.length).match(/`+/g) ?? [];
      assert.ok(fence !== '' && !runs.includes(fence), 'the code span ends where it should');
    }),
  );
});
