import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Judge } from '#gates/judge.ts';
import { judgeOf, onlyDigests, someDigest } from '#gates/testing.ts';
import { asText } from '#kit/narrow.ts';
import { authorize, type DockerGateOptions } from './authorize.ts';

const [good, bad] = [someDigest('good'), someDigest('bad')];
const judge = judgeOf([onlyDigests(new Set([good]))], new Map([['registry.example/app:1', good]]));
const app = (digest = good) => `registry.example/app@${digest}`;

interface Call {
  readonly method?: string;
  readonly uri: string;
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call as the engine tells of it. */
function messageOf({ method = 'POST', uri, body, headers }: Call): object {
  const bytes = Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
  const length = { 'Content-Length': String(bytes.length) };
  return {
    RequestMethod: method,
    RequestUri: uri,
    RequestHeaders: headers ?? { 'Content-Type': 'application/json', ...length },
    ...(bytes.length === 0 ? {} : { RequestBody: bytes.toString('base64') }),
  };
}

async function ask(message: object | string, by: Judge = judge, options: DockerGateOptions = {}) {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  const { body } = await authorize(Buffer.from(text), by, options);
  assert.equal(typeof body['Allow'], 'boolean');
  return { allowed: body['Allow'] === true, message: asText(body['Msg']) ?? '' };
}

const create = (image: unknown, rest: object = {}) => ({
  uri: '/v1.47/containers/create?name=x',
  body: { Image: image, ...rest },
});
const service = (spec: object) => ({ uri: '/v1.47/services/create', body: { Name: 's', TaskTemplate: spec } });
const mount = (type: string, source: string) => ({
  HostConfig: { Mounts: [{ Type: type, Source: source, Target: '/x' }] },
});

const allowed: readonly [what: string, call: Call][] = [
  ['a container', create(app())],
  ['a container, without a version', { ...create(app()), uri: '/containers/create' }],
  ['a container with a folder', create(app(), mount('bind', '/data'))],
  ['a container with an image', create(app(), mount('image', app()))],
  ['a pull by digest', { uri: `/v1.47/images/create?fromImage=${encodeURIComponent(app())}` }],
  ['a pull by digest in the tag', { uri: `/v1.47/images/create?fromImage=registry.example%2Fapp&tag=${good}` }],
  ['a service', service({ ContainerSpec: { Image: app(), Mounts: null } })],
  [
    'a service that changes',
    { ...service({ ContainerSpec: { Image: app() } }), uri: '/v1.47/services/abc/update?version=7' },
  ],
  ['a plugin', { uri: `/v1.47/plugins/pull?remote=${app()}&name=p`, body: [] }],
  ['a list', { method: 'GET', uri: '/v1.47/containers/json?all=1' }],
  ['something that is called x', { method: 'DELETE', uri: '/v1.47/images/x' }],
  ['a start', { uri: '/v1.47/containers/abc/start', headers: {} }],
  ['a tag', { uri: '/v1.47/images/team/app/tag?repo=a&tag=b' }],
  ['a removal', { method: 'DELETE', uri: '/v1.47/containers/abc' }],
  ['files into a container', { method: 'PUT', uri: '/v1.47/containers/abc/archive?path=/' }],
];

for (const [what, call] of allowed) {
  test(`allowed: ${what}`, async () => {
    const { allowed: isAllowed, message } = await ask(messageOf(call));
    assert.ok(isAllowed, message);
  });
}

const text = (body: object, from: string, to: string) => JSON.stringify(body).replace(from, to);
const image = { Image: app() };

const denied: readonly [what: string, call: Call, message: RegExp][] = [
  ['a container of what nobody signed', create(app(bad)), /Nobody has signed/],
  ['a container by tag', create('registry.example/app:1'), /has no digest/],
  ['a container by a short name', create('app'), /has no digest/],
  ['a container by the id of an image', create(good), /has no digest/],
  ['a container by the bare id of an image', create(good.slice('sha256:'.length)), /not the name of an image/],
  ['a container of nothing', create(''), /not the name of an image/],
  ['a container of a number', create(7), /not the name of an image/],
  ['a container by a name with spaces', create(`${app()} x`), /not the name of an image/],
  ['an image as a mount', create(app(), mount('image', app(bad))), /Nobody has signed/],
  ['an image as a mount, by tag', create(app(), mount('image', 'app:1')), /has no digest/],
  ['mounts that are no list', create(app(), { HostConfig: { Mounts: {} } }), /no list/],
  ['a service of what nobody signed', service({ ContainerSpec: { Image: app(bad) } }), /Nobody has signed/],
  [
    'a service with an image as a mount',
    service({ ContainerSpec: { Image: app(), Mounts: [{ Type: 'image', Source: app(bad) }] } }),
    /Nobody/,
  ],
  ['a service of a plugin', service({ Runtime: 'plugin', PluginSpec: { Remote: 'vieux/sshfs' } }), /has no digest/],
  ['a service of nothing', service({}), /what is to run/],
  [
    'a service that goes back',
    { ...service({ ContainerSpec: image }), uri: '/v1.47/services/a/update?rollback=previous' },
    /rollback/,
  ],
  ['a pull by tag', { uri: '/v1.47/images/create?fromImage=registry.example/app&tag=1' }, /has no digest/],
  ['a pull of all tags', { uri: '/v1.47/images/create?fromImage=registry.example/app' }, /has no digest/],
  ['a pull of a digest and a tag', { uri: `/v1.47/images/create?fromImage=${app()}&tag=1` }, /a digest and a tag/],
  ['a pull of two', { uri: `/v1.47/images/create?fromImage=${app()}&fromImage=evil` }, /two ways/],
  [
    'a pull of two by names that are the same',
    { uri: `/v1.47/images/create?fromImage=${app()}&%66romImage=evil` },
    /two ways/,
  ],
  [
    'a pull with a form',
    { uri: `/v1.47/images/create?fromImage=${app()}`, headers: { 'Content-Length': '14' } },
    /not shown/,
  ],
  [
    'a pull in chunks',
    { uri: `/v1.47/images/create?fromImage=${app()}`, headers: { 'Content-Type': 'text/plain' } },
    /how long/,
  ],
  ['an import', { uri: '/v1.47/images/create?fromSrc=-&repo=x' }, /import/],
  ['an import in chunks', { uri: '/v1.47/images/create?fromSrc=-', headers: {} }, /comes by import/],
  ['a load', { uri: '/v1.47/images/load', headers: { 'Content-Type': 'application/x-tar' } }, /load/],
  ['a build', { uri: '/v1.47/build?t=x', headers: { 'Content-Type': 'application/x-tar' } }, /build/],
  ['a session of BuildKit', { uri: '/v1.47/session' }, /build/],
  ['a connection to BuildKit', { uri: '/v1.47/grpc' }, /build/],
  ['a method of BuildKit', { uri: '/moby.buildkit.v1.Control/Solve' }, /not known/],
  ['a plugin by tag', { uri: '/v1.47/plugins/pull?remote=vieux/sshfs', body: [] }, /has no digest/],
  [
    'a plugin that changes',
    { uri: '/v1.47/plugins/vieux/sshfs/upgrade?remote=vieux/sshfs:next', body: [] },
    /has no digest/,
  ],
  [
    'a plugin with a form',
    { uri: `/v1.47/plugins/pull?remote=${app()}`, headers: { 'Content-Length': '9' } },
    /not shown/,
  ],
  ['a plugin of one’s own', { uri: '/v1.47/plugins/create?name=x' }, /plugin/],
  // Bodies that are not what they seem.
  ['no body', { uri: '/v1.47/containers/create' }, /has none/],
  [
    'a body that is said to be empty, and is not',
    { ...create(app()), headers: { 'Content-Length': '0' } },
    /not shown/,
  ],
  [
    'a body that is dropped',
    { uri: '/v1.47/containers/create', headers: { 'Content-Length': '2000000' } },
    /not shown/,
  ],
  ['a body that is cut', { ...create(app()), headers: { 'Content-Length': '500' } }, /not shown/],
  ['a body in chunks', { ...create(app()), headers: { 'Content-Type': 'application/json' } }, /how long/],
  ['two lengths', { ...create(app()), headers: { 'Content-Length': '1', 'content-length': '2' } }, /header/],
  ['a body that is no JSON', { uri: '/containers/create', body: 'Image=x' }, /not JSON/],
  ['a body of two', { uri: '/containers/create', body: `${JSON.stringify(image)}{}` }, /not JSON/],
  ['a body that is nothing', { uri: '/containers/create', body: 'null' }, /no object/],
  ['an image twice', { uri: '/containers/create', body: text(image, '{', `{"Image":"${app(bad)}",`) }, /twice/],
  [
    'an image twice by escapes',
    { uri: '/containers/create', body: text(image, '{', String.raw`{"Im\u0061ge":"evil",`) },
    /twice/,
  ],
  [
    'an image in another case',
    { uri: '/containers/create', body: { image: app(), Image: app() } },
    /is written "image"/,
  ],
  ['only an image in another case', { uri: '/containers/create', body: { IMAGE: app() } }, /is written "IMAGE"/],
  ['mounts in another case', create(app(), { HostConfig: { mounts: [] } }), /is written "mounts"/],
  ['settings in another case', create(app(), { hostconfig: {} }), /is written "hostconfig"/],
  [
    'a long s',
    { uri: '/services/create', body: { TaſkTemplate: {}, TaskTemplate: { ContainerSpec: image } } },
    /is written "Taſk/,
  ],
  // Addresses that are not what they seem.
  ['two slashes', { ...create(app()), uri: '//containers/create' }, /two ways/],
  ['a slash at the end', { ...create(app()), uri: '/containers/create/' }, /two ways/],
  ['a way back', { ...create(app(bad)), uri: '/volumes/../containers/create' }, /two ways/],
  ['a way back, written otherwise', { ...create(app(bad)), uri: '/volumes/%2e%2e/containers/create' }, /two ways/],
  ['letters written otherwise', { ...create(app(bad)), uri: '/v1.47/containers/%63reate' }, /Nobody has signed/],
  ['a whole address', { ...create(app()), uri: 'http://docker/containers/create' }, /no path/],
  ['a broken address', { ...create(app()), uri: '/containers/create%' }, /no path/],
  ['a new call', { uri: '/v1.99/containers/run', body: image }, /not known/],
  ['a method of one’s own', { ...create(app()), method: 'post' }, /not known/],
  ['a put of something', { method: 'PUT', uri: '/v1.47/images/x' }, /not known/],
];

for (const [what, call, message] of denied) {
  test(`denied: ${what}`, async () => {
    const answer = await ask(messageOf(call));
    assert.equal(answer.allowed, false);
    assert.match(answer.message, message);
  });
}

test('ways that nobody can see into may be let, each by itself', async () => {
  const build = messageOf({ uri: '/v1.47/build', headers: {} });
  const load = messageOf({ uri: '/v1.47/images/load', headers: {} });
  const lets = new Set(['build'] as const);
  assert.equal((await ask(build, judge, { lets })).allowed, true);
  assert.equal((await ask(load, judge, { lets })).allowed, false);
});

test('what the engine says must be understood', async () => {
  for (const message of [
    '',
    '{}',
    '[]',
    { RequestMethod: 'POST' },
    { ...messageOf(create(app())), RequestBody: '*' },
  ]) {
    assert.equal((await ask(message)).allowed, false);
  }
});

test('an error is a denial', async () => {
  const broken: Judge = {
    open() {
      throw new Error('no policies');
    },
  };
  const { allowed: isAllowed, message } = await ask(messageOf(create(app())), broken);
  assert.equal(isAllowed, false);
  assert.match(message, /no policies/);
});

test('policies are asked as the gate of Docker', async () => {
  const asked: unknown[] = [];
  const listening: Judge = {
    open(question, time) {
      asked.push([question.place, question.images]);
      return judge.open(question, time);
    },
  };
  await ask(messageOf(create(app())), listening, { cluster: 'c' });
  assert.deepEqual(asked, [[{ gate: 'docker', cluster: 'c' }, [{ image: app(), pointer: '/Image' }]]]);
});

test('no body of a container passes that does not name the one image', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.string()), fc.webPath(), async (body, path) => {
      assert.equal((await ask(messageOf({ uri: '/v1.47/containers/create', body }))).allowed, false);
      assert.equal((await ask(messageOf({ uri: path, body }))).allowed, false);
    }),
  );
});
