import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { newFolder } from '#kit/testing.ts';
import { openCache } from './cache.ts';
import { readCached, writeCached } from './cached.ts';
import { loadTrustedRoot } from './load-trusted-root.ts';
import { createTufRepository, tufMirror } from './testing.ts';
import { trustAnchor } from './trusted.ts';

const folder = newFolder('tuf');

const now = new Date('2026-02-01T12:00:00Z');

/** The folder of the only mirror in a cache. */
const mirrorIn = (cache: string) => join(cache, readdirSync(cache)[0] ?? '');

test('eight clients at once, on mirrors of different age, leave the newest', async () => {
  const repository = createTufRepository();
  const root = String(repository.files.get('1.root.json'));
  const [old, cache] = [new Map(repository.files), join(folder, 'eight')];
  repository.targets.set('trusted_root.json', 'the second');
  repository.publish();
  const stale: typeof globalThis.fetch = async (url) => {
    // An older mirror is slower, so that it would write last.
    await new Promise((wake) => {
      setTimeout(wake, 3);
    });
    const body = old.get(new URL(url as string).pathname.replace('/repository/', ''));
    return new Response(body === undefined ? '' : String(body), { status: body === undefined ? 404 : 200 });
  };
  const loads = Array.from({ length: 8 }, (_, index) =>
    loadTrustedRoot({
      mirror: tufMirror,
      root,
      cache,
      now,
      refreshAfter: 0,
      fetch: index % 2 ? stale : repository.fetch,
    }),
  );
  const texts = (await Promise.all(loads)).map(({ text }) => text);
  assert.deepEqual(texts, Array.from({ length: 4 }, () => ['the second', 'the first']).flat());
  assert.equal((await loadTrustedRoot({ mirror: tufMirror, root, cache, offline: true })).text, 'the second');
  await assert.rejects(loadTrustedRoot({ mirror: tufMirror, root, cache, now, refreshAfter: 0, fetch: stale }), {
    code: 'tuf-rollback',
  });
});

test('a writer that is killed breaks nothing', { timeout: 20_000 }, async () => {
  const repository = createTufRepository();
  const root = String(repository.files.get('1.root.json'));
  const cache = join(folder, 'killed');
  const server = createServer((request, response) => {
    if (request.url?.endsWith('timestamp.json')) repository.publish();
    const body = repository.files.get((request.url ?? '').slice(1));
    response.writeHead(body === undefined ? 404 : 200).end(body ?? '');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A server that listens on a port has an address with a port.
  const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { mirror, root, cache, refreshAfter: 0 };
  const program = `
    const { loadTrustedRoot } = await import(${JSON.stringify(import.meta.resolve('./load-trusted-root.ts'))});
    const options = ${JSON.stringify(options)};
    for (;;) {
      await loadTrustedRoot({ ...options, now: new Date(${now.getTime()}) });
      process.stdout.write('.');
    }`;
  try {
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      await new Promise((wake) => {
        setTimeout(wake, 7 * round);
      });
      child.kill('SIGKILL');
      await once(child, 'exit');
      assert.equal((await loadTrustedRoot({ ...options, offline: true })).text, 'the first');
      const states = readdirSync(mirrorIn(cache)).filter((name) => name.endsWith('.json'));
      assert.ok(states.length >= 1 && states.length <= 2, `${states.length} states`);
      for (const state of states) {
        const text = readFileSync(join(mirrorIn(cache), state), 'utf8');
        assert.ok(readCached(text, root) !== undefined);
      }
    }
    assert.equal((await loadTrustedRoot({ ...options, now })).text, 'the first');
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('what a killed process left half written is removed when it is old', async () => {
  const repository = createTufRepository();
  const root = String(repository.files.get('1.root.json'));
  const cache = join(folder, 'abandoned');
  const client = { mirror: tufMirror, root, cache, now, refreshAfter: 0, fetch: repository.fetch };
  await loadTrustedRoot(client);
  const [old, young] = ['a', 'b'].map((digit) => join(mirrorIn(cache), `.1.1.1.1.json.${digit.repeat(12)}.part`));
  for (const path of [old, young]) writeFileSync(path ?? '', '{');
  utimesSync(old ?? '', 0, 0);
  await loadTrustedRoot(client);
  assert.deepEqual(
    [old, young].map((path) => existsSync(path ?? '')),
    [false, true],
  );
});

describe('a folder that holds other things', () => {
  const { files } = createTufRepository();
  const anchor = String(files.get('1.root.json'));
  const cached = { trusted: trustAnchor(anchor), fetchedAt: now };
  for (const [name, content] of [
    ['9999999999999999.1.1.1.json', '{}'],
    ['2.1.1.1.json', writeCached(cached).slice(1)],
    ['notes.json', 'x'],
    ['1.1.1.json', ''],
  ] as const) {
    test(name, async () => {
      const cache = openCache(join(folder, name), tufMirror);
      await cache.keep(cached);
      writeFileSync(join(mirrorIn(join(folder, name)), name), content);
      assert.deepEqual((await cache.load(anchor))?.fetchedAt, now);
    });
  }

  test('a folder in place of a state', async () => {
    const cache = openCache(join(folder, 'nested'), tufMirror);
    await cache.keep(cached);
    mkdirSync(join(mirrorIn(join(folder, 'nested')), '7.7.7.7.json'));
    assert.deepEqual((await cache.load(anchor))?.fetchedAt, now);
  });
});

test('a state with the root of somebody else is none', () => {
  const [ours, theirs] = [createTufRepository(), createTufRepository()];
  const at = (path: string) => String(theirs.files.get(path));
  const state = {
    fetchedAt: now,
    roots: [theirs.rotate()],
    timestamp: at('timestamp.json'),
    snapshot: at('5.snapshot.json'),
    targets: at('5.targets.json'),
    files: { 'trusted_root.json': 'the first' },
  };
  assert.equal(readCached(JSON.stringify(state), at('1.root.json'))?.trusted.files.size, 1);
  assert.equal(readCached(JSON.stringify(state), String(ours.files.get('1.root.json'))), undefined);
});

test('mirrors do not share what is kept', async () => {
  const anchor = String(createTufRepository().files.get('1.root.json'));
  const shared = join(folder, 'shared');
  await openCache(shared, 'https://a.example/b').keep({ trusted: trustAnchor(anchor), fetchedAt: now });
  assert.equal(await openCache(shared, 'https://a.example-b').load(anchor), undefined);
  assert.equal(await openCache(shared, 'https://a.example/../b').load(anchor), undefined);
  assert.ok((await openCache(shared, 'https://a.example/b/').load(anchor)) !== undefined);
});

test('any text is a state or none', () => {
  const anchor = String(createTufRepository().files.get('1.root.json'));
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"roots":[${json}],"files":${json},"targets":${json}}`),
  );
  fc.assert(
    fc.property(text, (any) => {
      const cached = readCached(any, anchor);
      assert.ok(cached === undefined || cached.trusted.files.size === 0);
    }),
  );
});
