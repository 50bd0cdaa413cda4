import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { packEntry, packPax } from '#image/testing.ts';
import { askForImages, box, newImageWorld, signedAt as at, statementOf, surroundingsOf } from '#policy/testing.ts';
import { createTufRepository, type TestRepository } from '#signatures/trust/tuf/testing.ts';
import { compile, policyWith } from './testing.ts';

const issuer = 'https://issuer.example';
const world = newImageWorld();
const name = 'registry.example/team/app:1';
const digest = world.put(name);
const identity = { kind: 'email', value: 'anna@example.org' } as const;
world.attach(name, box.sign({ identity, issuer, statement: statementOf(digest), at, log: 'v1' }).bundle);

/** A repository that publishes the trusted root of the box. */
function newRepository(target = 'trusted_root.json'): TestRepository {
  const repository = createTufRepository();
  repository.targets.set(target, JSON.stringify(box.trustedRoot));
  repository.publish();
  return repository;
}

function packedRoot({ files }: TestRepository, rest: object = {}, folder = 'repository/', targets = 'targets') {
  // Names of targets are longer than a header of tar has room for.
  const entries = [...files].map(([path, content]) => {
    const named = folder + path.replace(/^targets\//, `${targets}/`);
    return Buffer.concat([packPax({ path: named }), packEntry({ path: 'file', content })]);
  });
  const root = Buffer.from(files.get('1.root.json') ?? '').toString('base64');
  const mirrorFS = gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)])).toString('base64');
  return {
    apiVersion: 'policy.sigstore.dev/v1alpha1',
    kind: 'TrustRoot',
    metadata: { name: 'packed' },
    spec: { repository: { root, mirrorFS, ...rest } },
  };
}

const reference = { trustRootRef: 'packed' };
const keyless = { ...reference, identities: [{ issuer, subject: 'anna@example.org' }] };
const policy = policyWith({ authorities: [{ keyless, ctlog: reference }] });

async function decide(root: ReturnType<typeof packedRoot>, now = new Date('2026-01-01T00:00:00Z')): Promise<string> {
  const surroundings = surroundingsOf(world, { now, trustRoot: () => Promise.reject(new Error('not asked')) });
  const [outcome] = await compile(policy, root).decide(askForImages([name]), surroundings);
  return `${outcome?.outcome} ${outcome?.reason.code} ${outcome?.reason.words['code'] ?? ''}`.trim();
}

describe('a TUF repository in a TrustRoot', () => {
  test('is verified, and its root believed', async () => {
    assert.equal(await decide(packedRoot(newRepository())), 'passed passed');
    assert.equal(await decide(packedRoot(newRepository(), {}, '')), 'passed passed');
  });

  test('may name its folder and its target', async () => {
    const root = packedRoot(
      newRepository('mine.json'),
      { targets: 'files', trustedRootTarget: 'mine.json' },
      '',
      'files',
    );
    assert.equal(await decide(root), 'passed passed');
  });

  test('counts until it expires', async () => {
    const expired = await decide(packedRoot(newRepository()), new Date('2026-06-01T00:00:00Z'));
    assert.equal(expired, 'unknown evidence-unavailable tuf-expired');
  });

  test('of another root is not believed', async () => {
    const other = Buffer.from(createTufRepository().files.get('1.root.json') ?? '').toString('base64');
    assert.match(await decide(packedRoot(newRepository(), { root: other })), /^unknown evidence-unavailable tuf-/);
  });

  test('without the target, or broken, is not believed', async () => {
    const without = createTufRepository();
    assert.match(await decide(packedRoot(without)), /^unknown evidence-unavailable/);
    const broken = packedRoot(newRepository(), { mirrorFS: Buffer.from('x').toString('base64') });
    assert.equal(await decide(broken), 'unknown evidence-unavailable trust-root-invalid');
  });

  test('that unpacks to more than any is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20)).toString('base64');
    assert.equal(
      await decide(packedRoot(newRepository(), { mirrorFS: bomb })),
      'unknown evidence-unavailable trust-root-invalid',
    );
  });
});
