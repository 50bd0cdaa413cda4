import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { runWords } from '#cli/testing.ts';
import { packTar } from '#image/testing.ts';
import { newFolder } from '#kit/testing.ts';

const folder = newFolder('import');

const tar = packTar([{ path: 'manifest.json', content: '[]' }]);
const files = {
  'a text': 'not an archive, although it is long enough to be one'.repeat(20),
  'a file of no bytes': '',
  'the archive of an image': tar,
  'half an archive': gzipSync(tar).subarray(0, 60),
};

for (const [what, content] of Object.entries(files)) {
  test(`${what} is no exported database`, async () => {
    const file = join(folder, 'file');
    writeFileSync(file, content);
    const { code, stderr } = await runWords(['db', 'import', file], { BULLA_DATABASE: join(folder, 'database') });
    assert.equal(code, 2);
    assert.match(stderr, /error\[database-archive-invalid\]: .*\n {2}try {2}bulla db export writes one/);
  });
}

test('a file that is not there is said to be so', async () => {
  const { stderr } = await runWords(['db', 'import', join(folder, 'none')]);
  assert.match(stderr, /error\[source-not-found\]/);
});
