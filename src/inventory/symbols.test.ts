import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addByte, hashPath, hasSymbol, packSymbols, startSymbol } from './symbols.ts';

/** Packs symbols as `import/path Type.Method`; the package alone stands for itself. */
function pack(...symbols: readonly string[]): string {
  return packSymbols(
    new Set(
      symbols.map((text) => {
        const [path = '', symbol] = text.split(' ');
        return symbol === undefined ? hashPath(path) : Buffer.from(symbol).reduce(addByte, startSymbol(hashPath(path)));
      }),
    ),
  );
}

test('symbols: what was packed is found, and nothing else', () => {
  const packed = pack('net/http', 'net/http Server.Serve', 'übung Ärger');
  assert.equal(hasSymbol(packed, 'net/http'), 'yes');
  assert.equal(hasSymbol(packed, 'net/http', 'Server.Serve'), 'yes');
  assert.equal(hasSymbol(packed, 'übung', 'Ärger'), 'yes');
  assert.equal(hasSymbol(packed, 'net/http', 'Server'), 'no');
  assert.equal(hasSymbol(packed, 'net', 'http.Server.Serve'), 'no');
  assert.equal(hasSymbol(packed, 'net/smtp'), 'no');
});

test('symbols: a module that has none of its functions in the program is known not to', () => {
  assert.equal(hasSymbol(pack(), 'net/http', 'Server.Serve'), 'no');
});

test('symbols: without a table, or with one that cannot be read, nothing is known', () => {
  for (const packed of [undefined, '', '2.AAAA', '1.\u0000\u0000\u0000\u0000'])
    assert.equal(hasSymbol(packed, 'net/http', 'Server.Serve'), 'unknown');
});

test('symbols: the packed form stays as it is, since it is kept and written into documents', () => {
  assert.equal(pack('net/http', 'net/http Server.Serve'), '1.SYeOezGw');
});

test('symbols: one wrong yes in ten thousand questions at most', () => {
  const packed = pack(...Array.from({ length: 5000 }, (_, index) => `p F${index}`));
  const wrong = Array.from({ length: 50_000 }, (_, index) => hasSymbol(packed, 'p', `G${index}`)).filter(
    (is) => is === 'yes',
  );
  assert.ok(wrong.length <= 10, `${wrong.length} wrong answers`);
});

test('symbols: no packed symbol is ever missed', () => {
  const names = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1 }).filter((name) => !name.includes(' ')));
  fc.assert(
    fc.property(names, (list) => {
      const packed = pack(...list.map((name) => `p ${name}`));
      for (const name of list) assert.equal(hasSymbol(packed, 'p', name), 'yes');
    }),
  );
});
