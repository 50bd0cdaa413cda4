import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BullaError } from '#kit/error.ts';
import { readPkcs11Uri, type Pkcs11Uri } from './pkcs11-uri.ts';

const nothing = {
  token: undefined,
  slot: undefined,
  object: undefined,
  id: undefined,
  module: undefined,
  pin: undefined,
};

const right: Readonly<Record<string, Partial<Pkcs11Uri>>> = {
  'token=my%20token;object=k1': { token: 'my token', object: 'k1' },
  'slot-id=12;id=%01%aB': { slot: '12', id: '01ab' },
  'token=a;id=01': { token: 'a', id: '3031' },
  'model=m;manufacturer=x%3By;serial=1;token=a;object=b;type=private': { token: 'a', object: 'b' },
  'token=a;object=b?module-path=/lib/a.so&pin-value=1%2634': {
    token: 'a',
    object: 'b',
    module: '/lib/a.so',
    pin: '1&34',
  },
  'token=a;object=b=c': { token: 'a', object: 'b=c' },
  'token=a;object=%C3%BC?': { token: 'a', object: 'ü' },
};

for (const [uri, parts] of Object.entries(right)) {
  test(`"${uri}" is read`, () => assert.deepEqual(readPkcs11Uri(uri, 'x'), { ...nothing, ...parts }));
}

for (const [uri, message] of [
  ['', /no token/],
  ['object=b', /no token/],
  ['token=a', /no object/],
  ['token=;object=b', /no token/],
  ['slot-id=-1;object=b', /no number/],
  ['token=a;object=b;object=c', /twice/],
  ['token=a;object=%0', /% in it/],
  ['token=a;object=%zz', /% in it/],
  ['token=a;object=b%00', /control characters/],
  ['token=a;object=b;__proto__=c', /not understood/],
  ['token=a;object=b?pin-source=file:/etc/passwd', /pin-source/],
  [`token=a;object=${'b'.repeat(5000)}`, /too long/],
] as const) {
  test(`"${uri.slice(0, 60)}" is refused`, () =>
    assert.throws(() => readPkcs11Uri(uri, 'x'), { code: 'key-not-found', message }));
}

test('whatever it is, it is read or refused, and its PIN is not told', () => {
  const part = fc.constantFrom('token=a', 'object=b', ';', '?', '&', '=', '%', '%41', 'pin-value=geheim', 'id', '\n');
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 4 })), { maxLength: 12 }), (parts) => {
      try {
        readPkcs11Uri(parts.join(''), 'x');
      } catch (error) {
        assert.ok(error instanceof BullaError && !error.message.includes('geheim'));
      }
    }),
  );
});
