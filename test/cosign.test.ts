import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { packTar, writeLayout } from '#image/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { bulla, missingPrograms, succeed, type Run } from './bulla.ts';
import { missingPeers, peer } from './peers.ts';
import { registryKinds } from './registry.ts';

/** Both generations of cosign: the first writes tags, the second bundles as referrers. */
const generations = [
  { name: 'cosign-2', offline: ['--tlog-upload=false'], blob: ['--tlog-upload=false', '--new-bundle-format'] },
  { name: 'cosign-3', offline: ['--signing-config'], blob: ['--signing-config'] },
] as const;

const pairs = generations.flatMap((generation) => registryKinds.map((kind) => ({ ...generation, kind })));

for (const { name, offline, blob, kind } of pairs) {
  const skip = missingPeers(name) ?? (await missingPrograms('skopeo')) ?? kind.missing ?? false;

  describe(`${name} and bulla read what the other writes, in ${kind.name}`, { skip, concurrency: false }, () => {
    const folder = skip === false ? newFolder(name) : '';
    const key = join(folder, 'pair.key');
    const publicKey = join(folder, 'pair.pub');
    const predicate = join(folder, 'predicate.json');
    const nowhere = join(folder, 'signing-config.json');
    const nobody = join(folder, 'trusted-root.json');
    const insecure = ['--insecure-ignore-tlog', '--allow-http-registry'];
    // It has no log and no authority in it.
    const noLog = (flags: readonly string[]) =>
      flags.flatMap((flag) => (flag === '--signing-config' ? [flag, nowhere] : [flag]));
    let host = '';
    let stop: (() => void) | undefined;
    let count = 0;

    const cosign = (...args: readonly string[]): Promise<Run> =>
      succeed(peer(name), args, { cwd: folder, env: { HOME: folder, COSIGN_PASSWORD: 'password' } });

    async function ours(...args: readonly string[]): Promise<string> {
      const { code, stdout, stderr } = await bulla(args, { env: { COSIGN_PASSWORD: 'password' } });
      assert.equal(code, 0, stdout + stderr);
      return stdout;
    }

    async function newImage(): Promise<string> {
      const layout = newFolder('image');
      writeLayout(layout, [{ tag: '1', layers: [packTar([{ path: 'content', content: `${name} ${++count}` }])] }]);
      const image = `${host}/team/app${count}:1`;
      await succeed('skopeo', ['copy', '-q', '--dest-tls-verify=false', `oci:${layout}:1`, `docker://${image}`]);
      return image;
    }

    before(async () => {
      ({ host, stop } = await kind.start());
      writeFileSync(nobody, '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}');
      writeFileSync(predicate, '{"a":"<&>"}');
      await cosign('generate-key-pair', '--output-key-prefix', 'pair');
      if (name === 'cosign-3') writeFileSync(nowhere, (await cosign('signing-config', 'create')).stdout);
    });
    after(() => stop?.());

    test('a signature that it makes is verified here', async () => {
      const image = await newImage();
      await cosign('sign', '-y', '--key', key, '--allow-http-registry', ...noLog(offline), image);
      assert.match(await ours('verify', image, '--key', publicKey), /^VERIFIED: 1 of 1/m);
    });

    test('an attestation that it makes is verified here, and is no signature', async () => {
      const image = await newImage();
      const args = [
        '--key',
        key,
        '--allow-http-registry',
        ...noLog(offline),
        '--type',
        'custom',
        '--predicate',
        predicate,
      ];
      await cosign('attest', '-y', ...args, image);
      assert.match(await ours('verify', image, '--key', publicKey, '--type', 'custom'), /^VERIFIED: 1 of 1/m);
      assert.equal((await bulla(['verify', image, '--key', publicKey])).code, 1);
    });

    test('a bundle of a file that it makes is verified here', async () => {
      const bundle = join(folder, 'theirs.sigstore.json');
      await cosign('sign-blob', '-y', '--key', key, ...noLog(blob), '--bundle', bundle, predicate);
      assert.match(await ours('verify', '--bundle', bundle, '--key', publicKey, `file:${predicate}`), /^VERIFIED/m);
    });

    test('what is signed here is verified by it, in the formats that it knows', async () => {
      for (const format of name === 'cosign-2' ? ['legacy'] : ['legacy', 'bundle']) {
        const image = await newImage();
        await ours('sign', image, '--key', key, '--formats', format, '--annotation', 'who=<us>');
        const { stdout } = await cosign('verify', '--key', publicKey, ...insecure, ...formatOf(format), image);
        assert.match(stdout, /docker-manifest-digest/, format);
      }
    });

    test('what is attested here is verified by it, in both formats', async () => {
      for (const format of ['legacy', 'bundle']) {
        const image = await newImage();
        await ours('attest', image, '--key', key, '--formats', format, '--type', 'custom', '--predicate', predicate);
        const args = ['--type', 'custom', '--key', publicKey, ...insecure, ...formatOf(format)];
        const { stdout } = await cosign('verify-attestation', ...args, image);
        assert.match(stdout, /"payload":/, format);
      }
    });

    test('a file that is signed here is verified by it', async () => {
      const bundle = join(folder, 'ours.sigstore.json');
      await ours('sign', `file:${predicate}`, '--key', key, '--output', bundle);
      const args = name === 'cosign-2' ? ['--new-bundle-format', '--trusted-root', nobody] : [];
      await cosign('verify-blob', '--key', publicKey, '--insecure-ignore-tlog', ...args, '--bundle', bundle, predicate);
      assert.equal(readFileSync(predicate, 'utf8'), '{"a":"<&>"}');
    });

    test('both may sign the same image, and neither loses what the other wrote', async () => {
      const image = await newImage();
      await ours('sign', image, '--key', key);
      await cosign('sign', '-y', '--key', key, '--allow-http-registry', ...noLog(offline), image);
      const { stdout } = await bulla(['verify', image, '--key', publicKey, '--json']);
      // The older one finds that its key has signed already, and adds nothing.
      assert.equal(stdout.match(/"accepted": true/g)?.length, name === 'cosign-2' ? 2 : 3);
    });

    function formatOf(format: string): readonly string[] {
      if (name === 'cosign-2') return format === 'bundle' ? ['--new-bundle-format', '--trusted-root', nobody] : [];
      return [`--new-bundle-format=${format === 'bundle'}`];
    }
  });
}
