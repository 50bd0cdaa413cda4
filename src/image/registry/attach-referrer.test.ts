import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { digestOf, type Digest } from '#kit/digest.ts';
import { delay } from '#kit/concurrency.ts';
import { mediaTypes } from '#image/manifest.ts';
import { attachReferrer } from './attach-referrer.ts';
import { fakeRegistry, type FakeOptions } from './fake-registry.ts';
import { listReferrers, referrersTag } from './referrers.ts';
import { realSystem, type System } from './system.ts';
import { contentOf, openTransport, rejects, startServer, tinyImage, type Reply, type Seen } from './testing.ts';

const subject = tinyImage().manifest.descriptor;
const tag = referrersTag(subject.digest);
const tagKey = `app:${tag}`;
const artifactType = 'application/x-signature';

test('where there is an API, it lists what is attached, and there is no tag', async (t) => {
  const { attach, fake, seen, list } = await start(t, { hasReferrers: true });
  const { descriptor, by } = await attach('one');
  assert.equal(by, 'api');
  assert.deepEqual(await list(), [descriptor.digest]);
  assert.deepEqual([...fake.manifests.keys()], [`app@${descriptor.digest}`]);
  assert.deepEqual(
    seen.map(({ method }) => method),
    ['PUT', 'GET', 'GET', 'GET'],
  );
});

test('where there is none, the tag does', async (t) => {
  const { attach, written, list } = await start(t);
  const { descriptor, by } = await attach('one');
  assert.equal(by, 'tag');
  assert.deepEqual(descriptor, {
    mediaType: mediaTypes.ociManifest,
    digest: referrer('one').descriptor.digest,
    size: referrer('one').bytes.length,
    annotations: { name: 'one' },
    artifactType,
  });
  assert.deepEqual(written(), { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [descriptor] });
  await attach('two');
  assert.deepEqual(await list(), ['one', 'two'].map(digestOfReferrer));
});

test('the same is not attached twice', async (t) => {
  const { attach, seen, list } = await start(t);
  await attach('one');
  const before = seen.length;
  await attach('one');
  assert.deepEqual(await list(), [digestOfReferrer('one')]);
  assert.equal(seen.slice(before).filter(({ method, url }) => method === 'PUT' && url.endsWith(tag)).length, 0);
});

test('without an artifact type of its own, the type of the config is listed', async (t) => {
  const { host } = await start(t);
  const body = JSON.stringify({ schemaVersion: 2, config: { mediaType: 'application/x-config' }, subject, layers: [] });
  const manifest = { mediaType: mediaTypes.ociManifest, bytes: Buffer.from(body) };
  const { descriptor } = await attachReferrer(openTransport(t, host), 'app', manifest);
  assert.deepEqual([descriptor.artifactType, descriptor.annotations], ['application/x-config', {}]);
});

test('what others wrote stays as it is', async (t) => {
  const { attach, fake, written } = await start(t);
  const foreign = {
    mediaType: 'application/x',
    digest: digestOf('foreign'),
    size: 3,
    artifactType: 7,
    platform: { os: 'linux', 'os.version': '1', architecture: 'x' },
    data: 'AAAA',
    ['__proto__']: { own: 1 },
  };
  const body = `{"annotations":{"a":"b"},"manifests":[${JSON.stringify(foreign)},${JSON.stringify(foreign)}],"schemaVersion":2,"x":[]}`;
  fake.manifests.set(tagKey, { type: mediaTypes.ociIndex, bytes: Buffer.from(body) });
  const { descriptor } = await attach('one');
  assert.deepEqual(written(), { ...JSON.parse(body), manifests: [foreign, foreign, descriptor] });
});

const occupied: readonly (readonly [string, string, string, RegExp])[] = [
  ['an image', mediaTypes.ociManifest, '{"schemaVersion":2,"layers":[]}', /no list of referrers at the tag sha256-/],
  ['damaged JSON', mediaTypes.ociIndex, '{', /not a JSON object/],
  ['a broken entry', mediaTypes.ociIndex, '{"schemaVersion":2,"manifests":[{}]}', /not a descriptor/],
];

for (const [name, type, body, message] of occupied) {
  test(`a tag that has ${name} is not written over`, async (t) => {
    const { attach, fake } = await start(t);
    fake.manifests.set(tagKey, { type, bytes: Buffer.from(body) });
    await rejects(attach('one'), name === 'an image' ? 'registry-failed' : 'manifest-invalid', message);
    assert.equal(String(fake.manifests.get(tagKey)?.bytes), body);
  });
}

test('a list that is full is not written', async (t) => {
  const { attach, fake } = await start(t);
  const entry = { mediaType: 'x', digest: digestOf('x'), size: 1 };
  const body = JSON.stringify({ schemaVersion: 2, manifests: Array.from({ length: 10_000 }, () => entry) });
  fake.manifests.set(tagKey, { type: mediaTypes.ociIndex, bytes: Buffer.from(body) });
  await rejects(attach('one'), 'registry-failed', /more than 10000 referrers/);
});

test('a manifest without a subject is not sent', async (t) => {
  const { host, seen } = await start(t);
  for (const text of ['{}', '[]', 'x', '{"subject":{}}']) {
    const manifest = { mediaType: mediaTypes.ociManifest, bytes: Buffer.from(text) };
    await rejects(attachReferrer(openTransport(t, host), 'app', manifest), 'manifest-invalid', /subject/);
  }
  assert.equal(seen.length, 0);
});

test('an API that lists without having announced it is enough', async (t) => {
  const fake = fakeRegistry({ hasReferrers: true });
  const { attach } = await start(t, {
    instead: (seen) => {
      const answer = fake.reply(seen);
      if (typeof answer === 'function') return answer;
      const headers = Object.entries(answer.headers ?? {}).filter(([name]) => name !== 'oci-subject');
      return { ...answer, headers: Object.fromEntries(headers) };
    },
  });
  assert.equal((await attach('one')).by, 'api');
});

test('an API that is announced, but hidden by a gateway, is replaced by the tag', async (t) => {
  const { attach, list } = await start(t, {
    hasReferrers: true,
    instead: ({ url }) => (url.includes('/referrers/') ? { status: 404 } : undefined),
  });
  assert.equal((await attach('one')).by, 'tag');
  assert.deepEqual(await list(), [digestOfReferrer('one')]);
});

test('an API that is late is waited for, and one that never lists it is an error', async (t) => {
  for (const [isLate, lists] of [
    [true, 4],
    [false, 7],
  ] as const) {
    let count = 0;
    const empty = { headers: { 'content-type': mediaTypes.ociIndex }, body: '{"schemaVersion":2,"manifests":[]}' };
    const instead = ({ url }: Seen) => {
      if (!url.includes('/referrers/')) return undefined;
      count += 1;
      return isLate && count === 4 ? undefined : empty;
    };
    const { attach } = await start(t, { hasReferrers: true, instead });
    if (isLate) assert.equal((await attach('one')).by, 'api');
    else await rejects(attach('one'), 'registry-write-lost', /does not list it/);
    assert.equal(count, lists);
  }
});

test('a referrer that another writer drops is put back, and so is every other', async (t) => {
  const [other, late] = ['other', 'late'].map((name) => ({ mediaType: 'x', digest: digestOf(name), size: 1 }));
  let isDropped = false;
  const { attach, fake, written } = await start(t, {
    instead({ method, url }) {
      if (method !== 'PUT' || !url.endsWith(tag) || isDropped) return undefined;
      // Another, who has read before all that, writes at once.
      isDropped = true;
      fake.manifests.set(tagKey, indexOf([late]));
      return { status: 201 };
    },
  });
  fake.manifests.set(tagKey, indexOf([other]));
  await attach('one');
  assert.deepEqual(new Set(digestsOf(written())), new Set([late?.digest, other?.digest, digestOfReferrer('one')]));
});

test('entries that lead nowhere are left out where the registry refuses them', async (t) => {
  const gone = { mediaType: 'x', digest: digestOf('gone'), size: 1 };
  const { attach, fake, written } = await start(t, {
    instead({ method, url, bytes }) {
      if (method !== 'PUT' || !url.endsWith(tag) || !String(bytes).includes(gone.digest)) return undefined;
      return { status: 404, body: '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}' };
    },
  });
  await attach('other');
  const { manifests: kept } = written() as { manifests: { digest: string }[] };
  fake.manifests.set(tagKey, indexOf([gone, ...kept]));
  await attach('one');
  assert.deepEqual(digestsOf(written()), [...kept.map(({ digest }) => digest), digestOfReferrer('one')]);
});

test('If-Match names the state that was read, and a refusal is no loss', async (t) => {
  const other = { mediaType: 'x', digest: digestOf('other'), size: 1 };
  let isMoved = false;
  const { attach, fake, seen, written } = await start(t, {
    heedsConditions: true,
    instead: (one) => {
      if (one.method === 'PUT' && one.url.endsWith(tag) && !isMoved) {
        isMoved = true;
        fake.manifests.set(tagKey, indexOf([other, { ...other, digest: digestOf('third') }]));
      }
      return undefined;
    },
  });
  fake.manifests.set(tagKey, indexOf([other]));
  await attach('one');
  assert.deepEqual(digestsOf(written()), [other.digest, digestOf('third'), digestOfReferrer('one')]);
  const puts = seen.filter(({ method, url }) => method === 'PUT' && url.endsWith(tag));
  assert.equal(puts[0]?.headers['if-match'], `"${digestOf(indexOf([other]).bytes)}"`);
  assert.equal(puts.length, 2);
});

test('a registry that refuses every If-Match is written without', async (t) => {
  const { attach, fake, list } = await start(t, {
    heedsConditions: true,
    instead: ({ headers }) => (headers['if-match'] === undefined ? undefined : { status: 412 }),
  });
  fake.manifests.set(tagKey, indexOf([]));
  await attach('one');
  assert.deepEqual(await list(), [digestOfReferrer('one')]);
});

test('others who never stop are given up', async (t) => {
  const { attach, seen } = await start(t, {
    instead: ({ method, url }) => (method === 'PUT' && url.endsWith(tag) ? { status: 201 } : undefined),
  });
  await rejects(attach('one'), 'registry-write-lost', /does not stay/);
  assert.equal(seen.filter(({ method, url }) => method === 'PUT' && url.endsWith(tag)).length, 16);
});

const kinds: readonly (readonly [string, FakeOptions])[] = [
  ['an API', { hasReferrers: true }],
  ['the tag', {}],
  ['the tag and conditions', { heedsConditions: true }],
];

for (const [name, options] of kinds) {
  test(`eight who attach at once lose nothing, by ${name}`, async (t) => {
    const fake = fakeRegistry(options);
    // Answers take their time, so that writers overlap.
    const { host } = await startServer(t, (seen) => slowly(fake.reply(seen)));
    const names = Array.from({ length: 8 }, (_value, index) => `signer ${index}`);
    await Promise.all(
      names.map((own) => {
        const { bytes } = referrer(own);
        const transport = openTransport(t, host, {}, quick);
        return attachReferrer(transport, 'app', { mediaType: mediaTypes.ociManifest, bytes });
      }),
    );
    const found = await listReferrers(openTransport(t, host), 'app', subject.digest);
    assert.deepEqual(found.map(({ digest }) => digest).toSorted(), names.map(digestOfReferrer).toSorted());
  });
}

/** Real time, but pauses are shorter: everything is near here. */
const quick: System = { ...realSystem, sleep: (milliseconds, signal) => delay(milliseconds / 4, signal) };

function slowly(reply: Reply): Reply {
  if (typeof reply === 'function') return reply;
  const { status = 200, headers, body = '' } = reply;
  return (response) => {
    setTimeout(() => response.writeHead(status, headers).end(body), Math.random() * 10);
  };
}

async function start(t: TestContext, options: FakeOptions = {}) {
  const fake = fakeRegistry(options);
  const { host, seen } = await startServer(t, fake.reply);
  return {
    fake,
    host,
    seen,
    attach: (name: string) => {
      const { bytes } = referrer(name);
      return attachReferrer(openTransport(t, host), 'app', { mediaType: mediaTypes.ociManifest, bytes });
    },
    list: async (): Promise<Digest[]> => {
      const found = await listReferrers(openTransport(t, host), 'app', subject.digest);
      return found.map(({ digest }) => digest);
    },
    written: (): unknown => JSON.parse(String(fake.manifests.get(tagKey)?.bytes)),
  };
}

function referrer(name: string) {
  const empty = contentOf('{}', 'application/vnd.oci.empty.v1+json').descriptor;
  const annotations = { name };
  const body = { schemaVersion: 2, artifactType, config: empty, layers: [empty], subject, annotations };
  return contentOf(JSON.stringify(body), mediaTypes.ociManifest);
}

function digestOfReferrer(name: string): Digest {
  return referrer(name).descriptor.digest;
}

function indexOf(manifests: readonly unknown[]) {
  return { type: mediaTypes.ociIndex, bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })) };
}

function digestsOf(index: unknown): unknown[] {
  const { manifests } = index as { manifests: { digest: string }[] };
  return manifests.map(({ digest }) => digest);
}
