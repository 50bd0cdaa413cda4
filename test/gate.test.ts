import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { podOf, reviewOf, workloadOf } from '#gates/admission/attack/reviews.ts';
import { bulla, missingPrograms, newFolder } from './bulla.ts';
import { optionsOf } from './cluster.ts';
import { newGateFolders, startGate, type GateFolders, type RunningGate } from './gate.ts';
import { startRegistry, type Registry } from './registry.ts';
import { copyAlone, done, newKeys, pushNewImage, type KeyFiles, type PushedImage } from './vouching.ts';

const missing = await missingPrograms('docker-registry', 'skopeo');

describe('the gate', { skip: missing ?? false }, () => {
  let registry: Registry;
  let keys: KeyFiles;
  const policies = newFolder('policies');

  before(async () => {
    registry = await startRegistry();
    keys = newKeys();
    const spec = {
      mode: 'enforce',
      rules: { signatures: { signedBy: [{ key: readFileSync(keys.publicKey, 'utf8') }] } },
    };
    const policy = { apiVersion: 'policy.bulla/v1', kind: 'TrustPolicy', metadata: { name: 'signed' }, spec };
    writeFileSync(join(policies, 'policy.yaml'), JSON.stringify(policy));
  });
  after(() => registry.stop());

  const start = (folders?: GateFolders, host = registry.host): Promise<RunningGate> =>
    startGate(optionsOf({ policy: policies, 'trusted-root': 'none', 'internal-registry': host }), folders);

  async function signedImage(): Promise<PushedImage> {
    const image = await pushNewImage(registry.host);
    await done('sign', '--key', keys.key, image.pinned);
    return image;
  }

  test('bulla policy attack finds it closed', async () => {
    const folders = newGateFolders();
    const gate = await start(folders);
    try {
      const signed = await signedImage();
      const unsigned = await pushNewImage(registry.host);
      // Both in one repository, so that a tag can be moved between them.
      const bad = `${signed.name}@${unsigned.pinned.slice(unsigned.pinned.indexOf('@') + 1)}`;
      await copyAlone(unsigned.pinned, `${signed.name}:unsigned`);
      const authorities = join(folders.ca, 'ca.pem');
      writeFileSync(authorities, gate.authorities());
      const options = optionsOf({ good: signed.pinned, bad, movable: `${signed.name}:moved`, ca: authorities });
      const run = await bulla(['policy', 'attack', gate.url, ...options, '--json']);
      const tried = asList(asObject(parseJson(run.stdout))?.['ways']).map((one) => asObject(one) ?? {});
      assert.deepEqual(
        tried.filter(({ state }) => state === 'open'),
        [],
        run.stderr,
      );
      assert.equal(run.code, 0, run.stderr);
      assert.equal(tried.length, 30);
      const untested = tried.filter(({ state }) => state === 'untested').map(({ name }) => asText(name));
      assert.deepEqual(untested, [
        'certificate-without-name',
        'attestation-of-anybody',
        'other-subject',
        'index-or-platform',
        'exception',
        'oversized-answer',
        'old-image',
        'preloaded-image',
        'static-pod',
        'edited-configuration',
      ]);
    } finally {
      await gate.stop();
    }
  });

  test('10,000 reviews in an outage, with the process killed in between: no wrong verdict', async () => {
    const own = await startRegistry();
    const folders = newGateFolders();
    let gate = await start(folders, own.host);
    const images: { readonly image: string; readonly isGood: boolean }[] = [];
    for (let index = 0; index < 6; index++) {
      const { pinned } = await pushNewImage(own.host);
      const isGood = index % 2 === 0;
      if (isGood) await done('sign', '--key', keys.key, pinned);
      images.push({ image: pinned, isGood });
    }
    const unknown = await pushNewImage(own.host);
    await done('sign', '--key', keys.key, unknown.pinned);
    const kinds: readonly ((image: string) => JsonObject)[] = [
      (image) => podOf([image]),
      (image) => workloadOf('apps/v1', 'Deployment', [image]),
      (image) => workloadOf('batch/v1', 'CronJob', [image]),
    ];
    const replay = async (count: number, known: typeof images) => {
      let wrong = 0;
      const one = async (index: number) => {
        const { image, isGood } = known[index % known.length] ?? { image: '', isGood: false };
        const object = kinds[index % kinds.length]?.(image) ?? {};
        const response = await gate.ask('validate', reviewOf({ object, uid: `u${index}`, namespace: `n${index % 2}` }));
        if (response['allowed'] !== isGood || response['uid'] !== `u${index}`) wrong++;
      };
      const lanes = Array.from({ length: 16 }, async (_, lane) => {
        for (let index = lane; index < count; index += 16) await one(index);
      });
      await Promise.all(lanes);
      assert.equal(wrong, 0);
    };
    try {
      await replay(images.length, images);
      own.stop();
      await replay(4000, images);
      // Not asked to end: as when the machine fails.
      await gate.stop('SIGKILL');
      gate = await start(folders, own.host);
      await replay(6000, [
        ...images,
        { image: unknown.pinned, isGood: false },
        { image: unknown.tagged, isGood: false },
      ]);
    } finally {
      await gate.stop();
    }
  });
});
