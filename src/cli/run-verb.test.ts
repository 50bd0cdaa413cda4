import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runWords } from './testing.ts';

test('help says what each flag takes', async () => {
  const { code, stdout } = await runWords(['scan', '--help']);
  assert.equal(code, 0);
  for (const [flag, takes] of [
    ['database', 'DIR'],
    ['config', 'FILE'],
    ['platform', 'OS/ARCH'],
    ['output', 'FILE'],
    ['fail-on', 'WHAT,…'],
    ['severity', 'LEVEL,…'],
  ]) {
    assert.match(stdout, new RegExp(`\\[--${flag}\\] +${takes}: `));
  }
  assert.match((await runWords(['db', 'update', '--help'])).stdout, /\[--from\]\.\.\. +DIR\|URL\|FEED=URL: /);
});

test('help says how a verb is called', async () => {
  const usages = {
    scan: 'scan <SOURCE>',
    explain: 'explain FLAW [SOURCE]',
    versions: 'versions SCHEME A B',
  };
  for (const [verb, usage] of Object.entries(usages)) {
    const { stdout } = await runWords([verb, '--help']);
    assert.ok(stdout.startsWith(`USAGE\n  bulla ${usage}\n`), stdout);
  }
});

test('a command of a verb that is not there is named', async () => {
  const { code, stderr } = await runWords(['db', 'frob']);
  assert.equal(code, 2);
  assert.match(stderr, /^bulla: .*frob/);
});
