import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asList, asObject, asText, parseJson } from '#kit/narrow.ts';
import { packTar, writeLayout } from '#image/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, missingPrograms, succeed } from './bulla.ts';
import { missingPeers, peer } from './peers.ts';
import { registryKinds } from './registry.ts';

/** What is left of the signatures when an image is copied, by tool: which formats it takes along. */
const tools: readonly {
  readonly name: string;
  readonly copy: (from: string, to: string) => readonly string[];
  readonly left: readonly string[];
}[] = [
  {
    name: 'skopeo',
    copy: (from, to) => [
      'copy',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      `docker://${from}`,
      `docker://${to}`,
    ],
    left: [],
  },
  { name: 'crane', copy: (from, to) => ['copy', '--insecure', from, to], left: [] },
  {
    name: 'oras',
    copy: (from, to) => ['cp', '--from-plain-http', '--to-plain-http', '-r', from, to],
    left: ['sigstore-bundle'],
  },
  { name: 'cosign-2', copy: (from, to) => ['copy', '--allow-http-registry', from, to], left: ['cosign-signature'] },
  { name: 'cosign-3', copy: (from, to) => ['copy', '--allow-http-registry', from, to], left: ['cosign-signature'] },
];

const noSkopeo = await missingPrograms('skopeo');

for (const kind of registryKinds) {
  const skip = noSkopeo ?? kind.missing ?? false;

  describe(`a copy in ${kind.name}, is verified by what the tool has taken along`, { skip }, () => {
    const folder = skip === false ? newFolder('copies') : '';
    const env = { BULLA_PASSWORD: 'secret', HOME: folder };
    let host = '';
    let image = '';
    let stop: (() => void) | undefined;

    before(async () => {
      ({ host, stop } = await kind.start());
      image = `${host}/team/app:1`;
      const layout = newFolder('image');
      writeLayout(layout, [{ tag: '1', layers: [packTar([{ path: 'content', content: 'copied' }])] }]);
      await succeed('skopeo', ['copy', '-q', '--dest-tls-verify=false', `oci:${layout}:1`, `docker://${image}`]);
      await bulla(['key', 'generate', '--output', join(folder, 'demo')], { env });
      const { code, stderr } = await bulla(['sign', image, '--key', join(folder, 'demo.key')], { env });
      assert.equal(code, 0, stderr);
    });
    after(() => stop?.());

    for (const { name, copy, left } of tools) {
      test(
        `${name}: ${left.length === 0 ? 'nothing' : left.join(', ')}`,
        { skip: (name === 'skopeo' ? noSkopeo : missingPeers(name)) ?? false },
        async () => {
          const to = `${host}/mirror/${name}:1`;
          await succeed(name === 'skopeo' ? name : peer(name), copy(image, to), { env });
          const { code, stdout } = await bulla(['verify', to, '--key', join(folder, 'demo.pub'), '--json'], { env });
          const entries = asList(asObject(parseJson(stdout))?.['entries']).map((entry) => asObject(entry));
          assert.deepEqual(
            entries.filter((entry) => entry?.['accepted'] === true).map((entry) => asText(entry?.['format'])),
            left,
          );
          assert.equal(code, left.length > 0 ? 0 : 1);
        },
      );
    }
  });
}
