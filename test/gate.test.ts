import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#kit/narrow.ts';
import { podOf, reviewOf, workloadOf } from '#gates/admission/attack/reviews.ts';
import { startServer } from '#image/registry/testing.ts';
import { newFolder } from '#kit/testing.ts';
import { createBox } from '#signatures/box/box.ts';
import { listen } from '#signatures/box/http/listen.ts';
import { createBoxServer } from '#signatures/box/http/server.ts';
import { createToken } from '#signatures/box/http/token.ts';
import { createTufRepository } from '#signatures/trust/tuf/testing.ts';
import { missingPrograms } from './bulla.ts';
import { optionsOf, until } from './cluster.ts';
import { newGateFolders, startGate, type GateFolders, type RunningGate } from './gate.ts';
import { startRegistry, type Registry } from './registry.ts';
import { done, newKeys, pushNewImage, type KeyFiles } from './vouching.ts';

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
    file(policies, 'policy.yaml', { ...named('signed'), spec });
  });
  after(() => registry.stop());

  const start = (folders?: GateFolders, host = registry.host): Promise<RunningGate> =>
    startGate(optionsOf({ policy: policies, 'trusted-root': 'none', 'internal-registry': host }), folders);

  test('what is signed after it was denied is let in soon', async () => {
    const gate = await start();
    try {
      const image = await pushNewImage(registry.host);
      const isAllowed = async () =>
        (await gate.ask('validate', reviewOf({ object: podOf([image.pinned]) })))['allowed'] === true;
      assert.equal(await isAllowed(), false);
      await done('sign', '--key', keys.key, image.pinned);
      await until(isAllowed);
    } finally {
      await gate.stop();
    }
  });

  test('10,000 reviews in an outage, with the process killed in between: no wrong verdict', async () => {
    const own = await startRegistry();
    const folders = newGateFolders();
    let gate = await start(folders, own.host).catch((error: unknown) => {
      own.stop();
      throw error;
    });
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

  test('registry, transparency log and TUF are gone, and the process starts anew: what was known is decided as before', async () => {
    const ends: (() => unknown)[] = [];
    const stopAll = async () => {
      for (const end of ends.splice(0)) await end();
    };
    const own = await startRegistry();
    ends.push(own.stop);
    const box = createBox();
    const sigstore = await listen(createBoxServer(box, () => new Date()));
    ends.push(() => sigstore.close());
    const repository = createTufRepository();
    const soon = new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+/, '');
    Object.assign(repository.expires, { root: soon, targets: soon, snapshot: soon, timestamp: soon });
    repository.targets.set('trusted_root.json', JSON.stringify(box.trustedRoot));
    const folder = newFolder('keyless');
    const anchor = join(folder, 'root.json');
    writeFileSync(anchor, repository.rotate());
    repository.publish();
    const mirror = await startServer({ after: (end) => void ends.push(end) }, ({ url }) => {
      const content = repository.files.get(url.replace('/repository/', ''));
      return content === undefined ? { status: 404 } : { body: content };
    });
    const env = { TUF_MIRROR: `http://${mirror.host}/repository`, TUF_ROOT_JSON: anchor };
    const rules = { pinned: true, signatures: { signedBy: [{ repository: 'team/shop', ref: 'refs/tags/v*' }] } };
    const policy = file(folder, 'policy.yaml', { ...named('keyless'), spec: { mode: 'enforce', rules } });
    const folders = newGateFolders();
    const begin = () => startGate(optionsOf({ policy, 'internal-registry': own.host }), folders, undefined, env);

    const images: { readonly image: string; readonly isGood: boolean }[] = [];
    let gate: RunningGate | undefined;
    const replay = async (count: number) => {
      for (let index = 0; index < count; index++) {
        const { image, isGood } = images[index % images.length] ?? { image: '', isGood: false };
        const { allowed } = (await gate?.ask('validate', reviewOf({ object: podOf([image]) }))) ?? {};
        assert.equal(allowed, isGood, `${image} ${index}`);
      }
    };
    try {
      const { origin } = sigstore;
      for (const ref of ['refs/tags/v1', 'refs/heads/main', 'refs/tags/v2', undefined]) {
        const { pinned } = await pushNewImage(own.host);
        if (ref !== undefined) {
          const services = optionsOf({ fulcio: origin, rekor: origin, timestamp: `${origin}/api/v1/timestamp` });
          await done('sign', pinned, '--identity-token', tokenOf(ref), ...services);
        }
        images.push({ image: pinned, isGood: ref?.startsWith('refs/tags/') === true });
      }
      gate = await begin();
      await replay(images.length);
      await gate.stop('SIGKILL');
      await stopAll();
      gate = await begin();
      await replay(400);
    } finally {
      await gate?.stop();
      await stopAll();
    }
  });
});

function named(name: string): JsonObject {
  return { apiVersion: 'policy.bulla/v1', kind: 'TrustPolicy', metadata: { name } };
}

function file(folder: string, name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

/** A token of a job of team/shop. */
function tokenOf(ref: string): string {
  const workflow = `team/shop/.github/workflows/release.yml@${ref}`;
  return createToken({
    iss: 'https://token.actions.githubusercontent.com',
    sub: `repo:team/shop:ref:${ref}`,
    aud: 'sigstore',
    repository: 'team/shop',
    repository_owner: 'team',
    repository_id: '4711',
    repository_owner_id: '42',
    repository_visibility: 'public',
    ref,
    sha: '0123456789abcdef0123456789abcdef01234567',
    event_name: 'push',
    workflow: 'release',
    workflow_ref: workflow,
    workflow_sha: '0123456789abcdef0123456789abcdef01234567',
    job_workflow_ref: workflow,
    job_workflow_sha: '0123456789abcdef0123456789abcdef01234567',
    runner_environment: 'github-hosted',
    run_id: '99',
    run_attempt: '1',
    exp: Math.floor(Date.now() / 1000) + 600,
  });
}
