import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPlatform, hostPlatform, parsePlatform, platformMatches } from './platform.ts';

test('platform: names of kernels and of Go are one', () => {
  const table = [
    ['linux/amd64', 'linux/amd64'],
    ['linux/x86_64', 'linux/amd64'],
    ['arm64', 'linux/arm64'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm/v7', 'linux/arm/v7'],
    ['Windows/AMD64', 'windows/amd64'],
  ] as const;
  for (const [text, expected] of table) assert.equal(formatPlatform(parsePlatform(text)), expected);
});

test('platform: what is not one is refused', () => {
  for (const text of ['', 'linux/', 'a/b/c/d', 'linux/amd 64']) {
    assert.throws(() => parsePlatform(text), { code: 'platform-invalid' }, text);
  }
});

test('platform: a variant that is not written is the usual one', () => {
  const matches = (offered: string, wanted: string) => platformMatches(parsePlatform(offered), parsePlatform(wanted));
  assert.ok(matches('linux/arm64/v8', 'linux/arm64'));
  assert.ok(matches('linux/arm', 'linux/arm/v7'));
  assert.ok(!matches('linux/arm/v6', 'linux/arm'));
  assert.ok(!matches('windows/amd64', 'linux/amd64'));
});

test('platform: containers are Linux on every host', () => {
  assert.equal(formatPlatform(hostPlatform('x64')), 'linux/amd64');
  assert.equal(formatPlatform(hostPlatform('arm64')), 'linux/arm64');
});
