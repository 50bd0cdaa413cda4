import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { compareVersions, findScheme, schemes } from './index.ts';

test('every scheme in this folder is listed once', async () => {
  const files = globSync('*.ts', { cwd: import.meta.dirname, exclude: ['*.test.ts'] });
  const modules = await Promise.all(files.map((file) => import(`./${file}`) as Promise<Record<string, unknown>>));
  const found = files.flatMap((file, index) => {
    const scheme = modules[index]?.[file.slice(0, -'.ts'.length)];
    return typeof scheme === 'object' && scheme !== null && 'parse' in scheme ? [scheme] : [];
  });
  assert.deepEqual(new Set(schemes), new Set(found));
  assert.equal(schemes.length, found.length);
  assert.equal(new Set(schemes.map((scheme) => scheme.name)).size, schemes.length);
});

test('a scheme is found by its name', () => {
  for (const scheme of schemes) assert.equal(findScheme(scheme.name), scheme);
  for (const name of ['', 'npm', 'DPKG', 'constructor', '__proto__']) assert.equal(findScheme(name), undefined);
});

test('two versions are compared by the name of the scheme', () => {
  assert.ok(Number(compareVersions('dpkg', '1.0~rc1', '1.0')) < 0);
  assert.ok(Number(compareVersions('semver', '1.10.0', '1.9.0')) > 0);
  assert.equal(compareVersions('pep440', '1.0', '1'), 0);
  assert.equal(compareVersions('semver', '1.0.0', 'latest'), undefined);
});

test('every scheme takes any text, and takes none and an endless one for no version', () => {
  const hostile = [
    '\u0000',
    '\uffff',
    '\ud800',
    '-',
    '.'.repeat(1024),
    '1'.repeat(1024),
    '1.'.repeat(512),
    '1-'.repeat(512),
  ];
  for (const scheme of schemes) {
    for (const text of ['', ' \t\n', '1'.repeat(1025)]) assert.equal(scheme.parse(text), undefined, scheme.name);
    const versions = [...hostile, 'a1'.repeat(512), '1a'.repeat(512), '~'.repeat(1024), '1.0']
      .map((text) => scheme.parse(text))
      .filter((version) => version !== undefined);
    for (const a of versions) for (const b of versions) assert.ok(!Number.isNaN(scheme.compare(a, b)));
  }
});
