import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asList, asObject, asText } from '#kit/narrow.ts';
import { bulla, missingPrograms, succeed } from './bulla.ts';
import { startRegistry } from './registry.ts';
import { ask, done, newKeys, pushIndex, pushNewImage, type PushedImage } from './vouching.ts';

const missing = await missingPrograms('docker-registry', 'skopeo');

describe(
  'signatures that a registry has lost are named, and are not taken for none',
  { skip: missing ?? false },
  () => {
    const keys = newKeys();
    let registry: Awaited<ReturnType<typeof startRegistry>>;

    before(async () => {
      registry = await startRegistry();
    });
    after(() => registry.stop());

    const base = (image: PushedImage) => `http://${registry.host}/v2/${image.name.slice(registry.host.length + 1)}`;
    const verify = (image: PushedImage, ...more: readonly string[]) =>
      ask(image.tagged, '--key', keys.publicKey, ...more);

    async function newSigned(...formats: readonly string[]): Promise<PushedImage> {
      const image = await pushNewImage(registry.host);
      for (const format of formats) await done('sign', image.tagged, '--key', keys.key, '--formats', format);
      return image;
    }

    /** The manifest below a tag. */
    async function manifestOf(image: PushedImage, tag: string): Promise<Record<string, unknown>> {
      const accept = 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json';
      const answer = await fetch(`${base(image)}/manifests/${tag}`, { headers: { accept } });
      const body = asObject(await answer.json());
      return { ...body, digest: answer.headers.get('docker-content-digest') };
    }

    const firstDigest = (list: unknown) => asText(asObject(asList(list)[0])?.['digest']) ?? '';

    /** Takes a blob from the disk, as an eager clean-up of storage does. */
    function removeBlob(digest: string): void {
      const hex = digest.replace('sha256:', '');
      const path = join(registry.folder, 'data/docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
      assert.ok(existsSync(path), path);
      rmSync(path);
    }

    test('garbage collection of untagged manifests eats bundles, which only a tag index names', async () => {
      const image = await newSigned('bundle');
      assert.ok((await verify(image)).verified);
      await collectGarbage();
      const answer = await verify(image);
      assert.deepEqual(answer, { verified: false, codes: ['evidence-missing'], accepted: [] });
      const { stdout } = await bulla(['verify', image.tagged, '--key', keys.publicKey]);
      assert.match(stdout, /it is listed, and is not there.*\[evidence-missing\]\n.*garbage collection/s);
      // It is mended by signing again.
      await done('sign', image.tagged, '--key', keys.key);
      assert.ok((await verify(image)).verified);
    });

    test('what it leaves still counts', async () => {
      const image = await newSigned('legacy', 'bundle');
      await collectGarbage();
      const { verified, codes, accepted } = await verify(image);
      assert.deepEqual([verified, codes, accepted], [true, ['evidence-missing'], ['cosign-signature']]);
    });

    test('the blob of a signature, of a bundle or of an attestation is gone', async () => {
      const image = await newSigned('legacy', 'bundle');
      const signature = await manifestOf(image, `${image.digestTag}.sig`);
      const index = await manifestOf(image, image.digestTag);
      const bundle = await manifestOf(image, firstDigest(index['manifests']));
      await registry.restart(() => {
        removeBlob(firstDigest(signature['layers']));
        removeBlob(firstDigest(bundle['layers']));
      });
      assert.deepEqual((await verify(image)).codes, ['evidence-missing', 'evidence-missing']);
    });

    for (const [what, tag] of [
      ['signatures', '.sig'],
      ['referrers', ''],
    ] as const) {
      test(`the tag of ${what} is there, and its manifest is gone`, async () => {
        const image = await newSigned(tag === '' ? 'bundle' : 'legacy');
        const { digest } = await manifestOf(image, `${image.digestTag}${tag}`);
        await registry.restart(() => removeBlob(String(digest)));
        assert.deepEqual((await verify(image)).codes, ['evidence-missing']);
      });
    }

    test('it eats the images of an index as well, and leaves their signatures behind', async () => {
      const tagged = await pushIndex(`${registry.host}/team/index`);
      await done('sign', tagged, '--key', keys.key, '--formats', 'legacy', '--recursive');
      assert.ok((await ask(tagged, '--key', keys.publicKey, '--recursive')).verified);
      await collectGarbage();
      const { code, stdout } = await bulla(['verify', tagged, '--key', keys.publicKey, '--recursive']);
      assert.equal(code, 1);
      assert.match(stdout, /the index lists the image, and it is not there \[evidence-missing\]/);
      assert.ok((await ask(tagged, '--key', keys.publicKey)).verified);
    });

    test('an image that nobody has signed is still just that', async () => {
      assert.deepEqual((await verify(await newSigned())).codes, ['format-missing']);
    });

    /** Docker's own, while the registry is stopped, as its documentation demands. */
    function collectGarbage(): Promise<void> {
      const configuration = join(registry.folder, 'config.yml');
      return registry.restart(() =>
        succeed('docker-registry', ['garbage-collect', '--delete-untagged', configuration]),
      );
    }
  },
);
