import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameVendors } from './vendors.ts';

/** The vendors that come out for packages written as `name: stated vendor`. */
function vendors(...packages: readonly string[]): (string | undefined)[] {
  const list = packages.map((text) => {
    const [name = '', statedVendor = ''] = text.split(': ');
    return { name, version: '1-1', statedVendor, licenses: [], files: [] };
  });
  return nameVendors(list).map(({ vendor }) => vendor);
}

const homes: readonly string[] = [
  'Red Hat, Inc.',
  'Fedora Project',
  'CentOS',
  'Rocky Enterprise Software Foundation',
  'AlmaLinux',
  'Oracle America',
  'Amazon Linux',
  'Amazon.com',
  'SUSE LLC <https://www.suse.com/>',
  'openSUSE',
  'VMware, Inc.',
  'Microsoft Corporation',
  'Mageia.Org',
  'http://openeuler.org',
];

for (const home of homes) {
  test(`rpm: packages of ${home} are at home there, others are not`, () => {
    assert.deepEqual(vendors(`glibc: ${home}`, `curl: ${home}`, 'kubectl: Acme Corp', 'hand-made'), [
      undefined,
      undefined,
      'Acme Corp',
      'unknown',
    ]);
  });
}

test('rpm: Fedora’s packages are third-party outside of Fedora', () => {
  const [glibc, htop] = vendors('glibc: Red Hat, Inc.', 'htop: Fedora Project');
  assert.equal(glibc, undefined);
  assert.equal(htop, 'Fedora Project');
});

test('rpm: what every system has decides, not what is most', () => {
  assert.deepEqual(vendors('a: Fedora Project', 'b: Fedora Project', 'c: Fedora Project', 'glibc: CentOS'), [
    'Fedora Project',
    'Fedora Project',
    'Fedora Project',
    undefined,
  ]);
});

test('rpm: openSUSE and SUSE are one distribution', () => {
  assert.deepEqual(vendors('glibc: SUSE LLC <https://www.suse.com/>', 'htop: openSUSE'), [undefined, undefined]);
});

test('rpm: known vendors go by their own names', () => {
  assert.deepEqual(vendors('glibc: CentOS', 'docker-ce: Docker <support@docker.com>', 'vault: HashiCorp'), [
    undefined,
    'Docker',
    'HashiCorp',
  ]);
});

test('rpm: in a distribution that is not known only known vendors are third parties', () => {
  assert.deepEqual(vendors('glibc: Acme Linux', 'curl', 'vault: HashiCorp'), [undefined, undefined, 'HashiCorp']);
});
