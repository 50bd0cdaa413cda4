import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runWords } from './testing.ts';

test('a file of an SBOM is not taken for an image of Docker Hub', async () => {
  for (const verb of ['scan', 'sbom']) {
    const { code, stdout, stderr } = await runWords([verb, 'sbom:app.cdx.json']);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^bulla: error\[source-unsupported\]: sbom:app\.cdx\.json is a file of an SBOM/);
    assert.match(stderr, /purls:FILE/);
  }
  assert.match((await runWords(['scan', 'registry:sbom:1'])).stderr, /docker\.io\/library\/sbom:1 is in a registry/);
});
