import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFlaws } from './findings.ts';
import { inventoryOf, knowledgeOf, type Told } from './testing.ts';
import { upgradesFor } from './upgrades.ts';

const told: readonly Told[] = [
  ['CVE-2022-1', 'ejs', '..3.1.7'],
  ['CVE-2024-1', 'ejs', '..3.1.10'],
  ['CVE-2024-2', 'ejs', '..'],
  ['CVE-2020-1', 'minimist', '..1.2.2'],
].map(([id = '', name = '', range]): Told => ({ id, ecosystem: 'npm', name, range }));
const { findings } = findFlaws(inventoryOf(['pkg:npm/ejs@3.1.6', 'pkg:npm/minimist@1.2.0']), knowledgeOf(told), {
  now: '2026-06-01T12:00:00Z',
  staleAfter: 120,
});

const lines = (...[all, wanted]: Parameters<typeof upgradesFor>) =>
  upgradesFor(all, wanted).map(({ name, installed, to, findings: mended }) =>
    [name, installed, to, mended.map(({ id }) => id).toSorted()].join(' '),
  );

test('an upgrade leads to the lowest version that mends all that can be mended', () => {
  assert.deepEqual(lines(findings), ['ejs 3.1.6 3.1.10 CVE-2022-1,CVE-2024-1', 'minimist 1.2.0 1.2.2 CVE-2020-1']);
});

test('what is wanted chooses among the upgrades, and does not change where they lead', () => {
  const only = (...ids: readonly string[]) =>
    lines(
      findings,
      findings.filter(({ id }) => ids.includes(id)),
    );
  assert.deepEqual(only('CVE-2022-1'), ['ejs 3.1.6 3.1.10 CVE-2022-1,CVE-2024-1']);
  assert.deepEqual(only('CVE-2020-1'), ['minimist 1.2.0 1.2.2 CVE-2020-1']);
  assert.deepEqual(only('CVE-2024-2'), []);
});
