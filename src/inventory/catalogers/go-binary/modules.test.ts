import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModules } from './modules.ts';

const lines: readonly { line: string; path: string; version: string }[] = [
  { line: 'dep a.b/c v1.2.3 h1:x', path: 'a.b/c', version: 'v1.2.3' },
  { line: 'dep a.b/c v1.2.3+incompatible', path: 'a.b/c', version: 'v1.2.3+incompatible' },
  {
    line: 'mod a.b/c v0.0.0-20240101000000-0123456789ab+dirty',
    path: 'a.b/c',
    version: 'v0.0.0-20240101000000-0123456789ab+dirty',
  },
  { line: 'mod a.b/c (devel)', path: 'a.b/c', version: '(devel)' },
  { line: 'mod a.b/c', path: 'a.b/c', version: '(devel)' },
  { line: 'dep a.b/c v1\n=> d.e/f v2', path: 'd.e/f', version: 'v2' },
  { line: 'dep a.b/c v1\n=> ./c (devel)', path: 'a.b/c', version: '(devel)' },
  { line: 'dep a.b/c v1\n=> ../../c (devel)', path: 'a.b/c', version: '(devel)' },
  { line: 'dep a.b/c v1\n=> /src/c (devel)', path: 'a.b/c', version: '(devel)' },
  { line: 'dep a.b/c v1\n=> C:\\src\\c', path: 'a.b/c', version: '(devel)' },
];

for (const { line, path, version } of lines) {
  test(`modules: ${JSON.stringify(line)} is ${path} ${version}`, () => {
    const { modules, damaged } = readModules(line.replaceAll(' ', '\t'));
    assert.equal(damaged, 0);
    assert.deepEqual([...modules.values()], [{ importPath: 'a.b/c', path, version }]);
  });
}

test('modules: the main module is known even if it was replaced', () => {
  const { mainModule, mainPackage } = readModules('path\ta/cmd\nmod\ta\tv1\n=>\tb\tv2\ndep\tc\tv3\n');
  assert.deepEqual(mainModule, { importPath: 'a', path: 'b', version: 'v2' });
  assert.equal(mainPackage, 'a/cmd');
});
