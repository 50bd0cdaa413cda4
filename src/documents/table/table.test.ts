import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '#findings/finding.ts';
import { findingOf, packageOf, reportOf } from '#documents/testing.ts';
import type { Report } from '#documents/report.ts';
import { table } from './table.ts';

function found(findings: readonly Finding[], allFindings?: readonly Finding[], all = false): string {
  const { matched, ...rest } = reportOf();
  const report: Report = { ...rest, matched: { ...matched, findings }, allFindings };
  return table.write(report, { colour: false, all });
}

const ejs = packageOf('npm', 'ejs', '3.1.6');
const early = findingOf(ejs, { id: 'CVE-2022-1', fix: { state: 'fixed', versions: ['3.1.7'] } });
const late = findingOf(ejs, { id: 'CVE-2024-1', fix: { state: 'fixed', versions: ['3.1.10'] } });
const [first, ...more] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10'].map((name) =>
  findingOf(packageOf('npm', name, '1.0.0')),
);

test('a filter does not change where an upgrade leads, and the head says that there is one', () => {
  const text = found([early], [early, late]);
  assert.match(text, /^ {2}ejs +3\.1\.6 +3\.1\.10 +2 /m);
  assert.match(text, /^ {2}findings {4}shown 1 of 2: 1 high; 1 can be fixed$/m);
  assert.doesNotMatch(text, /CVE-2024-1/);
  assert.match(found([], [early, late]), /^ {2}findings {4}shown 0 of 2$/m);
});

test('without a filter, or where it leaves nothing out, the head counts what there is', () => {
  for (const text of [found([early, late]), found([early, late], [early, late])]) {
    assert.match(text, /^ {2}findings {4}2: 2 high; 2 can be fixed$/m);
  }
  assert.match(found([]), /^ {2}findings {4}none$/m);
});

test('what is left out for its length is counted', () => {
  assert.ok(first !== undefined);
  assert.match(found([first, ...more]), / … and 1 more upgrade: --all shows them/);
  assert.match(found([first, early, ...more]), / … and 2 more upgrades: --all shows them/);
  assert.doesNotMatch(found([first, ...more], undefined, true), / … and /);
});
