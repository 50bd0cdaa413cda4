import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { newFolder } from '#kit/testing.ts';
import { loadTrustedRoot, type TrustedRootOptions } from './load-trusted-root.ts';
import { createTestKey, createTufRepository, tufMirror, type TestRepository } from './testing.ts';

const folder = newFolder('tuf');
let folders = 0;

const now = new Date('2026-02-01T12:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const hasty = { timeout: 1000, pauses: [] };

/** A client with an empty cache, which knows the first root. */
function clientOf(repository: TestRepository): TrustedRootOptions {
  const cache = join(folder, String(folders++));
  const root = String(repository.files.get('1.root.json'));
  return { mirror: tufMirror, root, cache, now, refreshAfter: 0, fetch: repository.fetch, patience: hasty };
}

/** A mirror that cannot be reached, and notes that it was asked. */
function createOutage(answer?: number) {
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = (url) => {
    // Only texts are asked for.
    asked.push(url as string);
    if (answer === undefined) return Promise.reject(new TypeError('fetch failed', { cause: new Error('ENOTFOUND') }));
    return Promise.resolve(new Response('', { status: answer }));
  };
  return { asked, fetch };
}

test('a trusted root comes with the time at which it was confirmed', async () => {
  const repository = createTufRepository();
  repository.targets.set('signing_config.v0.2.json', 'how to sign');
  repository.publish();
  const loaded = await loadTrustedRoot(clientOf(repository));
  assert.deepEqual(loaded, {
    text: 'the first',
    signingConfig: 'how to sign',
    fetchedAt: now,
    isStale: false,
    problems: [],
  });
});

test('three rotations of the root are followed, whatever the keys', async () => {
  const repository = createTufRepository();
  const client = clientOf(repository);
  await loadTrustedRoot(client);
  for (const kind of ['ed25519', 'rsa', 'ecdsa'] as const) {
    repository.rotate(() => {
      const own = [createTestKey(kind), createTestKey('ecdsa')];
      const online = createTestKey(kind);
      Object.assign(repository.keys, { root: own, targets: own, snapshot: [online], timestamp: [online] });
    });
  }
  repository.targets.set('trusted_root.json', 'the second');
  repository.publish();
  // One that was there before, and one that begins with the first root.
  for (const each of [client, clientOf(repository)]) {
    assert.equal((await loadTrustedRoot(each)).text, 'the second');
    assert.equal((await loadTrustedRoot({ ...each, offline: true })).text, 'the second');
  }
});

test('after thieves have made versions as high as can be, new keys begin anew', async () => {
  const repository = createTufRepository();
  const client = clientOf(repository);
  Object.assign(repository.versions, { timestamp: 1e15, snapshot: 1e15, targets: 1e15 });
  repository.publish();
  await loadTrustedRoot(client);
  repository.rotate(() => (repository.keys.timestamp = [createTestKey()]));
  Object.assign(repository.versions, { timestamp: 1, snapshot: 1, targets: 1 });
  repository.targets.set('trusted_root.json', 'the second');
  repository.publish();
  assert.equal((await loadTrustedRoot(client)).text, 'the second');
  assert.equal((await loadTrustedRoot({ ...client, offline: true })).text, 'the second');
});

for (const [isConsistent, hasHashes] of [
  [false, true],
  [true, false],
  [false, false],
] as const) {
  test(`a repository ${isConsistent ? 'with' : 'without'} consistent snapshots and ${hasHashes ? 'with' : 'without'} hashes of metadata`, async () => {
    const repository = createTufRepository();
    Object.assign(repository, { isConsistent, hasHashes });
    repository.rotate();
    repository.publish();
    assert.equal((await loadTrustedRoot(clientOf(repository))).text, 'the first');
  });
}

test('no more rotations are followed at once than are bounded, and the next time goes on from there', async () => {
  const repository = createTufRepository();
  const client = clientOf(repository);
  for (let version = 2; version <= 300; version++) repository.rotate();
  await loadTrustedRoot(client);
  assert.equal(repository.asked.filter((path) => path.includes('root.json')).length, 256 + 1);
  repository.asked.length = 0;
  await loadTrustedRoot(client);
  assert.deepEqual([repository.asked.at(0), repository.asked.at(-2)], ['258.root.json', '301.root.json']);
});

test('what is there already is not fetched again', async () => {
  const repository = createTufRepository();
  const client = clientOf(repository);
  await loadTrustedRoot(client);
  repository.asked.length = 0;
  await loadTrustedRoot(client);
  assert.deepEqual(repository.asked, ['2.root.json', 'timestamp.json']);
});

for (const role of ['snapshot', 'targets'] as const) {
  test(`what is there already is not used when ${role} has expired`, async () => {
    const repository = createTufRepository();
    Object.assign(repository.expires, { timestamp: '2027-01-01T00:00:00Z', snapshot: '2027-01-01T00:00:00Z' });
    repository.expires[role] = '2026-02-10T00:00:00Z';
    repository.publish();
    const client = clientOf(repository);
    await loadTrustedRoot(client);
    await assert.rejects(loadTrustedRoot({ ...client, now: later(30) }), { code: 'tuf-expired' });
  });
}

describe('the mirror is asked again', () => {
  const cases: readonly [name: string, day: number, isAsked: boolean][] = [
    ['not on the same day', 0.9, false],
    ['after a day', 1, true],
    ['when the clock was wrong', -0.1, true],
  ];
  for (const [name, day, isAsked] of cases) {
    test(name, async () => {
      const repository = createTufRepository();
      const client = { ...clientOf(repository), refreshAfter: undefined };
      await loadTrustedRoot(client);
      repository.asked.length = 0;
      await loadTrustedRoot({ ...client, now: later(day) });
      assert.equal(repository.asked.length > 0, isAsked);
    });
  }

  test('at once when something has expired', async () => {
    const repository = createTufRepository();
    const client = { ...clientOf(repository), refreshAfter: Infinity };
    await loadTrustedRoot(client);
    repository.expires.timestamp = '2026-02-15T00:00:00Z';
    repository.targets.set('trusted_root.json', 'the second');
    repository.publish();
    assert.equal((await loadTrustedRoot({ ...client, now: later(6) })).text, 'the first');
    assert.equal((await loadTrustedRoot({ ...client, now: later(7) })).text, 'the second');
  });
});

describe('when the mirror is down', () => {
  for (const answer of [undefined, 500, 404]) {
    test(`${answer ?? 'no connection'}: what is kept serves until its time is over`, async () => {
      const repository = createTufRepository();
      const client = clientOf(repository);
      await loadTrustedRoot(client);
      const { fetch } = createOutage(answer);
      const served = await loadTrustedRoot({ ...client, fetch, now: later(2) });
      assert.deepEqual([served.text, served.fetchedAt, served.isStale], ['the first', now, false]);
      const code = answer === undefined ? 'service-unreachable' : 'service-failed';
      assert.deepEqual(
        served.problems.map((problem) => problem.code),
        [code],
      );
      await assert.rejects(loadTrustedRoot({ ...client, fetch, now: later(30) }), {
        code: answer === 404 ? 'service-failed' : code,
      });
    });
  }

  test('nothing kept is an error', async () => {
    const client = { ...clientOf(createTufRepository()), fetch: createOutage().fetch };
    await assert.rejects(loadTrustedRoot(client), { code: 'service-unreachable' });
  });

  test('what is known to be out of date does not serve', async () => {
    const repository = createTufRepository();
    const client = clientOf(repository);
    await loadTrustedRoot(client);
    repository.publish();
    repository.files.delete(`${repository.versions.snapshot}.snapshot.json`);
    await assert.rejects(loadTrustedRoot(client), { code: 'service-failed' });
    const offline = await loadTrustedRoot({ ...client, offline: true });
    assert.deepEqual([offline.text, offline.isStale], ['the first', true]);
  });
});

describe('offline', () => {
  test('no network is used, and what is kept serves for ever, with its age', async () => {
    const repository = createTufRepository();
    const client = clientOf(repository);
    await loadTrustedRoot(client);
    const { asked, fetch } = createOutage();
    for (const [day, isStale] of [
      [1, false],
      [8, true],
      [4000, true],
    ] as const) {
      const loaded = await loadTrustedRoot({ ...client, fetch, offline: true, now: later(day) });
      assert.deepEqual([loaded.text, loaded.isStale, loaded.fetchedAt], ['the first', isStale, now]);
    }
    assert.deepEqual(asked, []);
  });

  test('nothing kept is an error, without network', async () => {
    const { asked, fetch } = createOutage();
    const client = { ...clientOf(createTufRepository()), fetch, offline: true };
    await assert.rejects(loadTrustedRoot(client), { code: 'tuf-not-cached' });
    await assert.rejects(loadTrustedRoot({ ...client, mirror: undefined, root: undefined }), {
      code: 'tuf-not-cached',
    });
    assert.deepEqual(asked, []);
  });

  test('a cache that was changed is not believed', async () => {
    const repository = createTufRepository();
    const client = clientOf(repository);
    await loadTrustedRoot(client);
    const [mirror = ''] = readdirSync(client.cache);
    const [state = ''] = readdirSync(join(client.cache, mirror));
    const path = join(client.cache, mirror, state);
    const text = readFileSync(path, 'utf8');
    for (const [what, by] of [
      ['the first', 'the worst'],
      ['trusted_root', 'crusted_root'],
      [/.*/s, '{}'],
      [/.*/s, text.slice(0, text.length / 2)],
    ] as const) {
      writeFileSync(path, text.replaceAll(what instanceof RegExp ? new RegExp(what, 'gs') : what, by));
      await assert.rejects(loadTrustedRoot({ ...client, offline: true }), { code: 'tuf-not-cached' });
      assert.equal((await loadTrustedRoot(client)).text, 'the first');
      assert.equal((await loadTrustedRoot({ ...client, offline: true })).text, 'the first');
    }
  });

  test('what is kept by one who trusts another root is not believed', async () => {
    const client = clientOf(createTufRepository());
    await loadTrustedRoot(client);
    const other = String(createTufRepository().files.get('1.root.json'));
    await assert.rejects(loadTrustedRoot({ ...client, root: other, offline: true }), { code: 'tuf-not-cached' });
    await assert.rejects(loadTrustedRoot({ ...client, root: other }), { code: 'tuf-threshold-unmet' });
  });

  test('a program with a newer root uses what an older one has kept, and the other way round', async () => {
    const repository = createTufRepository();
    const older = clientOf(repository);
    const newer = { ...older, root: repository.rotate() };
    repository.rotate();
    await loadTrustedRoot(older);
    assert.equal((await loadTrustedRoot({ ...newer, offline: true })).text, 'the first');
    repository.publish();
    await loadTrustedRoot(newer);
    assert.equal((await loadTrustedRoot({ ...older, offline: true })).text, 'the first');
  });
});

describe('what cannot be begun with', () => {
  const cases: readonly [name: string, options: Partial<TrustedRootOptions>, code: string][] = [
    ['another mirror without a root', { mirror: 'https://other.example', root: undefined }, 'tuf-anchor-invalid'],
    ['a root that is none', { root: '{}' }, 'tuf-anchor-invalid'],
    ['a root that is no text', { root: Buffer.from([0xff]) }, 'tuf-anchor-invalid'],
    ['an address that is none', { mirror: 'tuf.example' }, 'service-invalid'],
    ['an address of a file', { mirror: 'file:///etc/passwd' }, 'service-invalid'],
  ];
  for (const [name, options, code] of cases) {
    test(name, async () => {
      await assert.rejects(loadTrustedRoot({ ...clientOf(createTufRepository()), ...options }), { code });
    });
  }
});

test(
  'a cache that cannot be written is said, and prevents nothing',
  { skip: process.getuid?.() === 0 && 'root may write anywhere' },
  async () => {
    const client = clientOf(createTufRepository());
    const cache = mkdtempSync(join(folder, 'closed-'));
    chmodSync(cache, 0o500);
    const loaded = await loadTrustedRoot({ ...client, cache });
    assert.equal(loaded.text, 'the first');
    assert.deepEqual(
      loaded.problems.map(({ code }) => code),
      ['tuf-cache-unwritable'],
    );
  },
);

test('a cache that is a file is said, and prevents nothing', async () => {
  const client = clientOf(createTufRepository());
  writeFileSync(client.cache, '');
  const loaded = await loadTrustedRoot(client);
  assert.equal(loaded.text, 'the first');
  assert.deepEqual(
    loaded.problems.map(({ code }) => code),
    ['tuf-cache-unwritable'],
  );
});
