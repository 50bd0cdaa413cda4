import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { digestOf, parseDigest } from '#kit/digest.ts';
import { mediaTypes, type Descriptor } from '#image/manifest.ts';
import { listReferrers, referrersTag } from './referrers.ts';
import {
  contentOf,
  manifestReply,
  notFound,
  openTransport,
  rejects,
  startServer,
  type Reply,
  type Seen,
} from './testing.ts';

const subject = digestOf('subject');
const api = `/v2/app/referrers/${subject}`;
const tag = `/v2/app/manifests/${subject.replace(':', '-')}`;
const [signature, sbom] = [entry('signature', 'application/x-signature'), entry('sbom', 'application/x-sbom')];

test('referrers by the API', async (t) => {
  const { found, seen } = await list(t, ({ url }) => (url === api ? page([signature, sbom]) : notFound));
  assert.deepEqual(found, [signature.digest, sbom.digest]);
  assert.deepEqual(
    seen.map(({ url }) => url),
    [api],
  );
});

test('referrers by the API, page by page', async (t) => {
  const next = `<${api}?last=a,b&n=1>; rel="next"`;
  const { found } = await list(t, ({ url }) => (url === api ? page([signature], next) : page([sbom])));
  assert.deepEqual(found, [signature.digest, sbom.digest]);
});

test('no referrers by the API are none by the tag', async (t) => {
  const { found, seen } = await list(t, ({ url }) => (url === api ? page([]) : manifestReply(index([sbom]))));
  assert.deepEqual([found.length, seen.length], [0, 1]);
});

const without: readonly (readonly [string, Reply])[] = [
  ['404', notFound],
  ['400', { status: 400 }],
  ['405', { status: 405 }],
  ['a page for people', { body: '<html>', headers: { 'content-type': 'text/html' } }],
  ['a redirect to such a page', { status: 303, headers: { location: 'https://github.example/x' } }],
];

for (const [name, reply] of without) {
  test(`referrers by the tag, where the API is ${name}`, async (t) => {
    const { found } = await list(t, ({ url }) => (url === tag ? manifestReply(index([signature, sbom])) : reply));
    assert.deepEqual(found, [signature.digest, sbom.digest]);
  });
}

test('where lists are below tags, both places are asked at once, and the API still counts first', async (t) => {
  let hasApi = false;
  const { host, seen } = await startServer(t, ({ url }) => {
    if (url === api) return hasApi ? page([signature]) : notFound;
    return manifestReply(index([sbom]));
  });
  const transport = openTransport(t, host);
  const digests = async () => (await listReferrers(transport, 'app', subject)).map(({ digest }) => digest);
  assert.deepEqual(await digests(), [sbom.digest]);
  assert.deepEqual(
    seen.map(({ url }) => url),
    [api, tag],
  );
  hasApi = true;
  assert.deepEqual(await digests(), [signature.digest]);
  while (seen.length < 4) await setImmediate();
  assert.deepEqual(
    seen
      .slice(2)
      .map(({ url }) => url)
      .toSorted(),
    [api, tag].toSorted(),
  );
});

test('the tag of a subject is no longer than a tag may be', () => {
  assert.equal(referrersTag(subject), subject.replace(':', '-'));
  const long = parseDigest(`sha512:${'0123456789abcdef'.repeat(8)}`);
  assert.equal(referrersTag(long ?? subject), `sha512-${'0123456789abcdef'.repeat(4)}`);
});

test('neither API nor tag are no referrers', async (t) => {
  const { found } = await list(t, () => notFound);
  assert.deepEqual(found, []);
});

test('a registry that takes the tag for the digest has no referrers to show', async (t) => {
  const itself = index([signature]);
  const { digest } = itself.descriptor;
  const { found } = await list(
    t,
    ({ url }) => (url.includes('/manifests/') ? manifestReply(itself) : notFound),
    digest,
  );
  assert.deepEqual(found, []);
});

test('a filter is sent, and applied whether or not the registry does', async (t) => {
  const { found, seen } = await list(t, () => page([signature, sbom]), subject, 'application/x-sbom');
  assert.deepEqual(found, [sbom.digest]);
  assert.deepEqual(
    seen.map(({ url }) => url),
    [`${api}?artifactType=application%2Fx-sbom`],
  );
  const byTag = await list(
    t,
    ({ url }) => (url === tag ? manifestReply(index([signature, sbom])) : notFound),
    subject,
    'application/x-sbom',
  );
  assert.deepEqual(byTag.found, [sbom.digest]);
});

const broken: readonly (readonly [string, (seen: Seen) => Reply, string, RegExp])[] = [
  ['pages without end', () => page([sbom], `<${api}?n=1>; rel="next"`), 'registry-failed', /more than 10000 referrers/],
  [
    'too many at once',
    () => page(Array.from({ length: 10_001 }, () => sbom)),
    'registry-failed',
    /more than 10000 referrers/,
  ],
  [
    'a next page elsewhere',
    () => page([sbom], `<https://evil.example${api}>; rel=next`),
    'registry-failed',
    /somewhere else/,
  ],
  [
    'a next page of something else',
    () => page([sbom], '</v2/other/tags/list>; rel="next"'),
    'registry-failed',
    /somewhere else/,
  ],
  [
    'a second page that is missing',
    ({ url }) => (url === api ? page([sbom], `<${api}?n=1>; rel="next"`) : notFound),
    'registry-not-found',
    /referrers/,
  ],
  ['damaged JSON', () => ({ body: '{', headers: { 'content-type': mediaTypes.ociIndex } }), 'manifest-invalid', /JSON/],
  ['a failing registry', () => ({ status: 500 }), 'registry-failed', /500/],
  ['a registry that denies', () => ({ status: 403 }), 'registry-denied', /referrers/],
];

for (const [name, reply, code, message] of broken) {
  test(`referrers: ${name} is an error, not an empty list`, async (t) => {
    await rejects(list(t, reply), code, message);
  });
}

async function list(t: TestContext, reply: (seen: Seen) => Reply, of = subject, artifactType?: string) {
  const server = await startServer(t, reply);
  const found = await listReferrers(openTransport(t, server.host), 'app', of, artifactType);
  return { found: found.map(({ digest }) => digest), seen: server.seen };
}

function entry(name: string, artifactType: string): Descriptor {
  return { ...contentOf(name, mediaTypes.ociManifest).descriptor, artifactType };
}

function index(manifests: readonly Descriptor[]) {
  return contentOf(
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }),
    mediaTypes.ociIndex,
  );
}

function page(manifests: readonly Descriptor[], link?: string): Reply {
  const headers = { 'content-type': mediaTypes.ociIndex, ...(link === undefined ? {} : { link }) };
  return { body: index(manifests).bytes, headers };
}
