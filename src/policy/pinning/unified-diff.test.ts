import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { applyEdits, type Edit } from './edit.ts';
import { unifiedDiff } from './unified-diff.ts';

const ten = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');

/** Puts a text behind each of these words. */
function behind(text: string, words: readonly string[], put: string): Edit[] {
  return words.map((word) => {
    const at = text.indexOf(word) + word.length;
    return { start: at, end: at, text: put };
  });
}

const cases: readonly (readonly [text: string, edits: readonly Edit[]])[] = [
  [ten, behind(ten, ['line 5'], '@x')],
  [ten, behind(ten, ['line 0', 'line 19'], '@x')],
  [ten, behind(ten, ['line 3', 'line 4', 'line 9'], '\nmore')],
  [ten, [...behind(ten, ['line 7'], 'a'), { start: ten.indexOf('line 7'), end: ten.indexOf('line 7') + 1, text: 'L' }]],
  ['a\r\nb\r\n', behind('a\r\nb\r\n', ['b'], '@x')],
  ['a\nb', behind('a\nb', ['b'], '\nc')],
  ['a', behind('a', ['a'], '@x')],
];

test('it looks as it does everywhere', () => {
  assert.equal(unifiedDiff('x.yaml', ten, []), '');
  assert.equal(
    unifiedDiff('x.yaml', 'a\nb', behind('a\nb', ['b'], '@x')),
    '--- a/x.yaml\n+++ b/x.yaml\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b@x\n\\ No newline at end of file\n',
  );
});

test('git applies it', (t) => {
  if (spawnSync('git', ['--version']).status !== 0) return t.skip('git is not installed');
  const folder = newFolder('diff');
  for (const [text, edits] of cases) {
    writeFileSync(join(folder, 'x.yaml'), text);
    const run = spawnSync('git', ['apply', '-'], { cwd: folder, input: unifiedDiff('x.yaml', text, edits) });
    assert.equal(run.status, 0, run.stderr.toString());
    assert.equal(readFileSync(join(folder, 'x.yaml'), 'utf8'), applyEdits(text, edits));
  }
});
