import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Judge } from '#gates/judge.ts';
import { judgeOf, onlyDigests, someDigest } from '#gates/testing.ts';
import type { Question } from '#policy/question.ts';
import { verifyPull } from './verify-pull.ts';

const [good, bad] = [someDigest('good'), someDigest('bad')];
const name = 'registry.example/team/app:1';
const type = 'application/vnd.oci.descriptor.v1+json';
const policy = onlyDigests(new Set([good]));
const judge = judgeOf([policy]);

const descriptorOf = (digest: string) => ({ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 7 });
const argsOf = (digest: string, image = name) => ['-name', image, '-digest', digest, '-stdin-media-type', type];
const call = (args: readonly string[], descriptor: object | string, by: Judge = judge) =>
  verifyPull(args, Buffer.from(typeof descriptor === 'string' ? descriptor : JSON.stringify(descriptor)), by);

test('what the policies let pass is pulled, and what they do not is not', async () => {
  assert.deepEqual(await call(argsOf(good), descriptorOf(good)), { exitCode: 0, reason: `${name}@${good} may run` });
  const denied = await call(argsOf(bad), descriptorOf(bad));
  assert.equal(denied.exitCode, 1);
  assert.match(denied.reason, /^it must not run: .*Nobody has signed/);
});

test('the digest that containerd gives is judged, under the name that it gives', async () => {
  const asked: string[] = [];
  const listening: Judge = {
    open(question: Question, time) {
      asked.push(...question.images.map(({ image }) => image), question.place.gate);
      return judge.open(question, time);
    },
  };
  await call(argsOf(good), descriptorOf(good), listening);
  await call(argsOf(good, 'nginx'), descriptorOf(good), listening);
  await call(argsOf(good, `registry.example/team/app@${good}`), descriptorOf(good), listening);
  assert.deepEqual(asked, [
    `${name}@${good}`,
    'containerd',
    `docker.io/library/nginx:latest@${good}`,
    'containerd',
    `registry.example/team/app@${good}`,
    'containerd',
  ]);
});

test('it is told in the language that was chosen', async () => {
  const { reason } = await verifyPull(argsOf(bad), Buffer.from(JSON.stringify(descriptorOf(bad))), judge, {
    language: 'de',
  });
  assert.match(reason, /Niemand hat/);
});

test('a policy that only warns lets pull, and says so', async () => {
  const warned = await call(argsOf(bad), descriptorOf(bad), judgeOf([onlyDigests(new Set(), 'warn')]));
  assert.equal(warned.exitCode, 0);
  assert.match(warned.reason, /may run, but: /);
});

test('what cannot be found out blocks', async () => {
  const unknown = judgeOf([{ ...policy, decide: () => Promise.reject(new Error('no registry')) }]);
  const answer = await call(argsOf(good), descriptorOf(good), unknown);
  assert.equal(answer.exitCode, 3);
  assert.match(answer.reason, /no registry/);
  const broken: Judge = {
    open() {
      throw new Error('no policies');
    },
  };
  assert.equal((await call(argsOf(good), descriptorOf(good), broken)).exitCode, 3);
});

const misunderstood: readonly [what: string, args: readonly string[], descriptor: object | string][] = [
  ['nothing', [], ''],
  ['no digest', ['-name', name, '-stdin-media-type', type], descriptorOf(good)],
  ['a digest that is none', argsOf('sha256:12'), descriptorOf(good)],
  ['a name that is none', argsOf(good, 'UPPER/case name'), descriptorOf(good)],
  ['another digest in the name', argsOf(good, `app@${bad}`), descriptorOf(good)],
  ['another digest in the descriptor', argsOf(good), descriptorOf(bad)],
  ['no descriptor', argsOf(good), ''],
  ['a digest twice in the descriptor', argsOf(good), `{"digest":"${bad}","digest":"${good}"}`],
  ['another type of input', ['-name', name, '-digest', good, '-stdin-media-type', 'text/plain'], descriptorOf(good)],
  ['a flag twice', [...argsOf(good), '-digest', bad], descriptorOf(good)],
  ['a flag that is not known', [...argsOf(good), '-insecure'], descriptorOf(good)],
  ['a flag without a value', argsOf(good).slice(0, -1), descriptorOf(good)],
];

for (const [what, args, descriptor] of misunderstood) {
  test(`not understood: ${what}`, async () => assert.equal((await call(args, descriptor)).exitCode, 2));
}

test('flags may be written in both ways of Go', async () => {
  const args = [`--name=${name}`, `-digest=${good}`, '--stdin-media-type', type];
  assert.equal((await call(args, descriptorOf(good))).exitCode, 0);
});

test('nothing but the one image passes, whatever is said', async () => {
  const words = fc.array(fc.oneof(fc.string(), fc.constantFrom('-name', '-digest', name, bad, type)), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(words, fc.string(), async (args, input) => {
      assert.notEqual((await call(args, input)).exitCode, 0);
    }),
  );
});
