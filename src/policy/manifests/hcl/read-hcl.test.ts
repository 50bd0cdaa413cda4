import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readHcl } from './read-hcl.ts';

const files: readonly (readonly [text: string, attributes: readonly string[]])[] = [
  ['a = "x"', ['/a=x']],
  ['a "b" c {\n d = "x"\n}', ['a b c/d=x']],
  ['a { b = "x" }', ['a/b=x']],
  ['a = { b = "x", c: "y" }', ['a/b=x', 'a/c=y']],
  ['a = "x" + "y"\nb = "z"', ['/a', '/b=z']],
  ['a = [\n "x",\n { b = "c" }\n]\nd = "e"', ['/a', '/d=e']],
  ['a = f("x",\n "y")\nb = "z"', ['/a', '/b=z']],
  ['a = "x ${f("y")} z"\nb = "c"', ['/a=x ${f("y")} z', '/b=c']],
  ['a = "x\\"y" # c\n/* b = "c"\n*/ // d = "e"\nf = "g"', ['/a=x\\"y', '/f=g']],
  ['a = <<-E\n b = "c"\n  E\nd = "e"', ['/a', '/d=e']],
];

test('attributes with the blocks around them', () => {
  for (const [text, expected] of files) {
    const read = readHcl(text);
    assert.ok(!('problem' in read), text);
    const shown = read.map(
      ({ blocks, name, text: value }) => `${blocks.join('/')}/${name}${value === undefined ? '' : `=${value}`}`,
    );
    assert.deepEqual(shown, expected, text);
    for (const { text: value, start, end } of read) {
      if (value !== undefined) assert.equal(text.slice(start, end), value);
    }
  }
});

const broken: readonly (readonly [text: string, problem: RegExp])[] = [
  ['a {', /no end/],
  ['}', /not begun/],
  ['a = "x', /no end/],
  ['a = <<E\nb', /no end/],
  ['/* a', /no end/],
  ['a {'.repeat(100), /too deep/],
  ['a="b"\n'.repeat(100_001), /too many/],
];

test('what is broken is said', () => {
  for (const [text, problem] of broken) {
    const read = readHcl(text);
    assert.match('problem' in read ? read.problem : '', problem, text.slice(0, 20));
  }
});

test('any text gives an answer', () => {
  const signs = ['a', '=', '{', '}', '"', '\n', '<<E\n', 'E', '${', '[', ']', '/*', '*/', '#', '\\', ',', ' ', '('];
  const pieces = fc.array(fc.constantFrom(...signs), { maxLength: 60 });
  fc.assert(fc.property(pieces, (text) => void readHcl(text.join(''))));
});
