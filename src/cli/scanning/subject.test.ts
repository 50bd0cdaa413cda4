import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runWords } from '#cli/testing.ts';

test('a file of an SBOM is not taken for an image of Docker Hub', async () => {
  for (const verb of ['scan', 'sbom']) {
    const { code, stdout, stderr } = await runWords([verb, 'sbom:app.cdx.json']);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^bulla: error\[source-unsupported\]: sbom:app\.cdx\.json is a file of an SBOM/);
    assert.match(stderr, /purls:FILE/);
  }
  assert.match(
    (await runWords(['scan', 'registry:sbom:1'])).stderr,
    /error\[offline\]: docker\.io\/library\/sbom:1 is in a registry, and --offline asks none\n {2}try {2}save the image/,
  );
});

for (const source of ['purl:nonsense', 'purl:', 'pkg:npm', 'pkg:npm/lodash', 'purl:#']) {
  test(`${source} is no package URL, and nothing else was asked for`, async () => {
    const { code, stdout, stderr } = await runWords(['sbom', source]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(
      stderr,
      /^bulla: error\[reference-invalid\]: ".*" is not a package URL with a version\n {2}try {2}write it like/,
    );
  });
}

test('a digest is no name for an image', async () => {
  const { code, stderr } = await runWords(['sbom', 'pkg:npm/a@1', '--name', `shop@sha256:${'0'.repeat(64)}`]);
  assert.equal(code, 2);
  assert.match(stderr, /error\[usage\]: --name wants a name/);
});
