import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '#kit/digest.ts';
import { loadSbomFormat, sbomFormatNames } from './index.ts';
import { sbomSubjectOf } from './sbom-subject.ts';
import { inventoryOf, subject, tool } from './testing.ts';

const elsewhere = { ...subject, reference: 'oci-archive:/tmp/shop.tar', indexDigest: digestOf('index') };

for (const format of sbomFormatNames) {
  test(`${format}: the same digest gives the same bytes, whatever it was asked for by`, async () => {
    const writer = await loadSbomFormat(format);
    const [here, there] = [subject, elsewhere].map((of) => writer.write(sbomSubjectOf(of), inventoryOf(), tool));
    assert.equal(here, there);
    assert.doesNotMatch(here ?? '', /registry\.example\/team|shop\.tar|bulla:image:reference/);
    const [named, alike] = [subject, elsewhere].map((of) =>
      writer.write(sbomSubjectOf(of, 'registry.example/team/shop:1.2'), inventoryOf(), tool),
    );
    assert.equal(named, alike);
    assert.match(named ?? '', /repository_url=registry\.example/);
    const other = writer.write(sbomSubjectOf(subject, 'registry.example/team/shop:1.3'), inventoryOf(), tool);
    assert.notEqual(named, other, 'the name counts');
  });
}

test('an image is called what it calls itself, a folder by its path', () => {
  const nameOf = (of: Parameters<typeof sbomSubjectOf>[0], named?: string) => sbomSubjectOf(of, named).name;
  assert.deepEqual(nameOf(subject), { name: 'image' });
  assert.deepEqual(nameOf({ ...subject, title: 'Shop' }), { name: 'Shop' });
  assert.deepEqual(nameOf({ reference: 'dir:/srv/root' }), { name: 'dir:/srv/root' });
});

test('the user may call it otherwise; with its registry, it gets a package URL', () => {
  const title = 'Shop';
  const version = `sha256:${subject.digest?.slice('sha256:'.length)}`;
  for (const [named, name, tag] of [
    ['ghcr.io/team/shop', 'ghcr.io/team/shop', ''],
    ['ghcr.io/team/shop:2', 'ghcr.io/team/shop', '&tag=2'],
  ] as const) {
    assert.deepEqual(sbomSubjectOf({ ...subject, title }, named).name, {
      name,
      purl: `pkg:oci/shop@${version}?arch=amd64&repository_url=ghcr.io%2Fteam%2Fshop${tag}`,
    });
  }
  for (const named of ['shop', 'The Shop', 'shop:2']) {
    assert.deepEqual(sbomSubjectOf({ ...subject, title }, named).name, { name: named });
  }
});
