import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hostileText } from '#documents/testing.ts';
import { imagePathUri } from './image-path.ts';

const paths: readonly (readonly [path: string, uri: string])[] = [
  ['var/lib/dpkg/status', 'var/lib/dpkg/status'],
  ['app/shop.jar!/lib/a.jar', 'app/shop.jar!/lib/a.jar'],
  ['a b/[id]/ü%.json', 'a%20b/%5Bid%5D/%C3%BC%25.json'],
  ['C:/x', 'C%3A/x'],
  ['/etc//passwd', 'etc/passwd'],
  ['../../etc/./passwd', 'etc/passwd'],
  ['', '.'],
  ['..', '.'],
];

test('paths become relative URIs', () => {
  for (const [path, uri] of paths) assert.equal(imagePathUri(path), uri);
});

test('no path leads out of the image', () => {
  const base = 'https://example.com/image/';
  fc.assert(
    fc.property(hostileText, (path) => {
      const url = new URL(imagePathUri(path), base);
      assert.ok(url.href.startsWith(base));
      assert.equal(url.search + url.hash, '');
    }),
  );
});
