import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readYaml } from './read-yaml.ts';

/** The documents of a text that can be read. */
function documentsOf(text: string) {
  const read = readYaml(text);
  assert.ok(!('problem' in read), 'problem' in read ? read.problem : '');
  return read;
}

function problemOf(text: string): string {
  const read = readYaml(text);
  return 'problem' in read ? read.problem : '';
}

const values: readonly (readonly [text: string, value: unknown])[] = [
  ['a: yes\nb: off\nc: "yes"', { a: true, b: false, c: 'yes' }],
  ['on: push', { on: 'push' }],
  ['a: 2026-01-01\nb: 1:30\nc: 0777\nd: ~\ne: .nan', { a: '2026-01-01', b: '1:30', c: 511, d: null, e: '.nan' }],
  ['a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}', { a: { k: 1, l: 2 }, b: { k: 3, l: 2 } }],
  ['a: &x {k: 1}\nb: &y {k: 2, m: 3}\nc: {<<: [*x, *y]}', { a: { k: 1 }, b: { k: 2, m: 3 }, c: { k: 1, m: 3 } }],
  ['{"a":\t"x\\/y\\ud83d\\ude00"}', { a: 'x/y😀' }],
  ['a: !Ref thing', { a: 'thing' }],
  ['a: &x 1\nb: *x\nc: &x 2\nd: *x', { a: 1, b: 1, c: 2, d: 2 }],
];

test('many documents may be more than one', () => {
  const text = `${'- a\n'.repeat(50_000)}---\n`.repeat(5);
  assert.equal(documentsOf(text).length, 5);
});

test('a document is what Kubernetes makes of it', () => {
  for (const [text, value] of values) assert.deepEqual(documentsOf(text)[0]?.value, value, text);
  assert.ok(Object.hasOwn(documentsOf('__proto__: {a: 1}')[0]?.value ?? {}, '__proto__'));
  assert.equal(documentsOf('---\na: 1\n---\n# nothing\n---\nb: 2\n').length, 2);
});

const places: readonly (readonly [text: string, written: string])[] = [
  ['a: nginx:1 # why', 'nginx:1'],
  ['\uFEFFa: nginx:1\r\nb: c\r\n', 'nginx:1'],
  ['x: "😀"\na: "nginx:1"', 'nginx:1'],
  ["a: 'nginx:1'\n", 'nginx:1'],
  ['a: >-\r\n  nginx:1\r\n\r\nb: c', 'nginx:1'],
  ['a: |\n  nginx:1', 'nginx:1'],
  ['a: &k !!str nginx:1', 'nginx:1'],
  ['x: &k nginx:1\na: *k', 'nginx:1'],
  ['x: &k {a: nginx:1}\n<<: *k', 'nginx:1'],
  ['{"a": "nginx:1"}', 'nginx:1'],
  ['a: "nginx:\\x31"', 'nginx:\\x31'],
  ['a:', ''],
];

test('a value is located without its quotes, where its anchor stands', () => {
  for (const [text, written] of places) {
    const located = documentsOf(text)[0]?.locate(['a']);
    assert.equal(text.slice(located?.start, located?.end), written, text);
  }
  assert.equal(documentsOf('a: [1]')[0]?.locate(['a', 1]), undefined);
  assert.equal(documentsOf('a: 1')[0]?.locate(['a', 'b']), undefined);
  assert.equal(documentsOf('a: 1')[0]?.locate(['constructor']), undefined);
});

const laughs = ['x: &a [1,1,1,1,1,1,1,1,1,1]'];
for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef']) {
  laughs.push(`${to}: &${to} [${Array.from({ length: 10 }, () => `*${from}`).join(',')}]`);
}

const refused: readonly (readonly [text: string, problem: RegExp])[] = [
  ['a: 1\na: 2', /stands twice/],
  ['{"a": 1, "a": 2}', /stands twice/],
  ['a: &x [*x]', /within what it stands for/],
  ['a: *x', /stands for nothing|Unresolved alias/],
  ['? [a]\n: 1', /not a text/],
  ['%YAML 1.2\n---\na: yes', /YAML 1\.2/],
  ['a: {', /flow/i],
  [laughs.join('\n'), /too many values/],
  ['a: '.padEnd(8 << 20, 'x') + 'x', /too large/],
  ['['.repeat(50) + ']'.repeat(50), /^$/],
  ['['.repeat(101) + ']'.repeat(101), /too deeply/],
  ['['.repeat(100_000), /./],
  ['--- a\n'.repeat(20_001), /too many documents/],
  ['- a\n'.repeat(200_000), /too many parts/],
  [`${'- a\n'.repeat(20_000)}---\n`.repeat(60), /too many parts/],
  ['"'.repeat(1 << 20), /./],
];

test('what cannot be read, or grows beyond bounds, is said', () => {
  for (const [text, problem] of refused) assert.match(problemOf(text), problem, text.slice(0, 40));
});

test('an alias within depth, of what is too deep with it, is refused', () => {
  const deep = `a: &x ${'['.repeat(60)}1${']'.repeat(60)}\nb: ${'['.repeat(60)}*x${']'.repeat(60)}`;
  assert.match(problemOf(deep), /too deeply/);
});

test('any text gives an answer', () => {
  const pieces = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '*a',
    '&a ',
    '<<',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    '|',
    '\r',
    '? ',
    '!x ',
  );
  fc.assert(
    fc.property(fc.array(pieces), (written) => {
      const read = readYaml(written.join(''));
      if ('problem' in read) return;
      for (const document of read) document.locate(['a', 0, '<<']);
    }),
  );
});
