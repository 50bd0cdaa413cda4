import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Explanation } from '#findings/explanation.ts';
import { writeExplanation } from './explanation.ts';
import type { ExplainedImage } from './json/explanation.ts';
import { findingOf, gaps, inventoryOf, packageOf, subject } from './testing.ts';

const about: ExplainedImage = { subject, inventory: inventoryOf(), gaps: [] };
const nothing: Explanation = { flaw: 'CVE-2024-1234', reported: [], notReported: [], silent: [] };
const why = findingOf(packageOf('npm', 'a', '1')).why;

function explain(facts: Partial<Explanation>, image: Partial<ExplainedImage> = {}): string {
  return writeExplanation({ ...nothing, ...facts }, { ...about, ...image }, false);
}

test('a location is a path in the image, or the list that names the package', () => {
  for (const [location, shown] of [
    ['app/a/package.json', '/app/a/package.json'],
    ['purls:list.txt', 'purls:list.txt'],
    ['purl:pkg:npm/a@1', 'purl:pkg:npm/a@1'],
  ] as const) {
    const pkg = packageOf('npm', 'a', '1', { location });
    const texts = {
      reported: explain({ reported: [findingOf(pkg)] }),
      'not reported': explain({ notReported: [{ package: pkg, why }] }),
    };
    for (const [outcome, text] of Object.entries(texts)) {
      assert.equal(text.split('\n', 1)[0], `CVE-2024-1234 in a 1: ${outcome}  ${shown}`);
    }
  }
});

test('the reason that a distribution gives stands below the fix', () => {
  const fix = { state: 'not-fixed', versions: [], note: 'Minor issue\u001b[2J' } as const;
  const text = explain({ reported: [findingOf(packageOf('deb', 'curl', '1'), { fix })] });
  assert.match(text, /^ {2}fix {10}there is none yet\n {15}the distribution says: Minor issue\uFFFD\[2J$/m);
});

test('silence names what was looked at, and is no proof where there are gaps', () => {
  const [one] = inventoryOf().packages;
  assert.ok(one !== undefined);
  assert.equal(
    explain({}, { inventory: inventoryOf({ packages: [one] }) }),
    `CVE-2024-1234 is not reported: no advisory about the 1 package of ${subject.reference} names it.\n`,
  );
  assert.match(explain({}), /no advisory about the 7 packages of /);
  assert.match(explain({}, { gaps }), /This is no proof that it is not there/);
});
