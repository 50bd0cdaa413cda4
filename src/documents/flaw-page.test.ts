import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flawPage, webLink } from './flaw-page.ts';

test('every id leads to its database', () => {
  assert.deepEqual(flawPage('CVE-2024-1'), { name: 'NVD', url: 'https://nvd.nist.gov/vuln/detail/CVE-2024-1' });
  assert.deepEqual(flawPage('GHSA-a-b-c'), { name: 'GitHub', url: 'https://github.com/advisories/GHSA-a-b-c' });
  assert.deepEqual(flawPage('DSA-5000-1'), { name: 'OSV', url: 'https://osv.dev/vulnerability/DSA-5000-1' });
  assert.deepEqual(flawPage('SUSE-SU-2024:1-1').url, 'https://osv.dev/vulnerability/SUSE-SU-2024%3A1-1');
});

test('an id that is none leads nowhere', () => {
  for (const id of ['', '../x', 'a b', 'CVE-1#', 'CVE-2024-1/../..', 'x'.repeat(200)])
    assert.equal(flawPage(id).url, undefined, id);
});

test('links are those of the web, in ASCII', () => {
  assert.equal(webLink('https://example.com/a b?<c>'), 'https://example.com/a%20b?%3Cc%3E');
  for (const text of ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', '//example.com', '', 'x']) {
    assert.equal(webLink(text), undefined, text);
  }
});
