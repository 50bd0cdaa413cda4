import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { readLastScan, rememberScan } from './last-scan.ts';

const cache = newFolder('last-scan');

const sources = [
  { typed: 'oci:app:1.0', elsewhere: 'oci:/work/app:1.0' },
  { typed: 'oci:../app@sha256:00', elsewhere: 'oci:/app@sha256:00' },
  { typed: 'oci-archive:a.tar', elsewhere: 'oci-archive:/work/a.tar' },
  { typed: 'docker-archive:./a.tar:team/app:1', elsewhere: 'docker-archive:/work/a.tar:team/app:1' },
  { typed: 'dir:.', elsewhere: 'dir:/work' },
  { typed: 'purls:list.txt', elsewhere: 'purls:/work/list.txt' },
  { typed: 'oci:/srv/app', elsewhere: 'oci:/srv/app' },
  { typed: 'alpine:3.20', elsewhere: 'alpine:3.20' },
  { typed: 'registry:oci:1', elsewhere: 'registry:oci:1' },
  { typed: 'docker:app', elsewhere: 'docker:app' },
  { typed: 'purl:pkg:npm/a@1', elsewhere: 'purl:pkg:npm/a@1' },
];

for (const { typed, elsewhere } of sources) {
  test(`${typed} is remembered, and is ${elsewhere} in another folder`, async () => {
    await rememberScan(cache, typed, '/work');
    assert.equal(await readLastScan(cache, '/work'), typed);
    assert.equal(await readLastScan(cache, '/home'), elsewhere);
  });
}

test('nothing, and what is damaged, is nothing', async () => {
  assert.equal(await readLastScan(join(cache, 'none'), '/'), undefined);
  writeFileSync(join(cache, 'last-scan'), '{"source":');
  assert.equal(await readLastScan(cache, '/'), undefined);
});
