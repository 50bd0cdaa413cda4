import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFlawWords, type FlawQuestion } from './flaw-words.ts';

const questions: readonly (readonly [words: string, question: Partial<FlawQuestion>])[] = [
  ['CVE-2021-44228', { flaw: 'CVE-2021-44228' }],
  ['cve-2021-44228 app:1', { flaw: 'cve-2021-44228', source: 'app:1' }],
  ['app:1 CVE-2021-1', { flaw: 'CVE-2021-1', source: 'app:1' }],
  ['my-app:1.0 CVE-2021-1', { flaw: 'CVE-2021-1', source: 'my-app:1.0' }],
  ['debian-12 dsa-5417-1', { flaw: 'dsa-5417-1', source: 'debian-12' }],
  ['go-1.22 GO-2024-2687', { flaw: 'GO-2024-2687', source: 'go-1.22' }],
  ['suse-15.5 openSUSE-SU-2024:0001-1', { flaw: 'openSUSE-SU-2024:0001-1', source: 'suse-15.5' }],
  [
    'GHSA-p6mc-m468-83gw@@babel/core oci:x-1',
    { flaw: 'GHSA-p6mc-m468-83gw', packageName: '@babel/core', source: 'oci:x-1' },
  ],
  ['CVE-2020-8203@lodash', { flaw: 'CVE-2020-8203', packageName: 'lodash' }],
  [
    'RHSA-2024:1234 registry.example:5000/team-1/app',
    { flaw: 'RHSA-2024:1234', source: 'registry.example:5000/team-1/app' },
  ],
  ['UBUNTU-CVE-2024-1 ubuntu', { flaw: 'UBUNTU-CVE-2024-1', source: 'ubuntu' }],
  ['XSA-300 xen-4:1', { flaw: 'XSA-300', source: 'xen-4:1' }],
  ['xen-4:1 TEMP-0841856-B18BAF', { flaw: 'TEMP-0841856-B18BAF', source: 'xen-4:1' }],
  ['BIT-nginx-2024-1 CVE-2024-1', { flaw: 'CVE-2024-1', source: 'BIT-nginx-2024-1' }],
  ['CVE-2024-1 CVE-2024-2', { flaw: 'CVE-2024-1', source: 'CVE-2024-2' }],
];

for (const [words, expected] of questions) {
  test(`explain ${words}`, () => {
    assert.deepEqual(readFlawWords(words.split(' ')), { packageName: undefined, source: undefined, ...expected });
  });
}

for (const words of [[], ['my-app:1.0'], ['a-1', 'b-2'], ['CVE-2021-1', 'a', 'b'], ['oci:CVE-x']]) {
  test(`explain ${words.join(' ')} is no question`, () => {
    assert.throws(() => readFlawWords(words), { code: 'usage' });
  });
}
