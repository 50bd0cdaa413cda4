import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Judge } from '#gates/judge.ts';
import { judgeOf, onlyDigests, someDigest } from '#gates/testing.ts';
import { asObject } from '#kit/narrow.ts';
import type { Question } from '#policy/question.ts';
import { answerImageReview } from './answer-image-review.ts';

const [good, bad] = [someDigest('good'), someDigest('bad')];
const judge = judgeOf([onlyDigests(new Set([good]))], new Map([['registry.example/app:1', good]]));
const reviewOf = (images: readonly unknown[], rest: object = {}) => ({
  apiVersion: 'imagepolicy.k8s.io/v1alpha1',
  kind: 'ImageReview',
  spec: { containers: images.map((image) => ({ image })), namespace: 'team', ...rest },
});
const app = (digest: string) => `registry.example/app@${digest}`;

async function answer(review: object | string, by: Judge = judge) {
  const bytes = Buffer.from(typeof review === 'string' ? review : JSON.stringify(review));
  const { body } = await answerImageReview(bytes, by, { cluster: 'c' });
  assert.deepEqual([body['apiVersion'], body['kind']], ['imagepolicy.k8s.io/v1alpha1', 'ImageReview']);
  const { allowed, reason = '' } = asObject(body['status']) ?? {};
  return { allowed, reason: String(reason) };
}

test('all images of a pod must pass', async () => {
  assert.deepEqual(await answer(reviewOf([app(good)])), { allowed: true, reason: '' });
  assert.deepEqual(await answer(reviewOf([app(good), app(good)])), { allowed: true, reason: '' });
  const denied = await answer(reviewOf([app(good), app(bad)]));
  assert.equal(denied.allowed, false);
  assert.match(denied.reason, /Nobody has signed/);
});

test('a tag is denied, whatever it means now', async () => {
  const { allowed, reason } = await answer(reviewOf(['registry.example/app:1']));
  assert.equal(allowed, false);
  assert.match(reason, /has no digest/);
});

test('nobody breaks the glass', async () => {
  const annotations = { 'alpha.image-policy.k8s.io/break-glass': 'true', 'x.image-policy.k8s.io/ticket-1234': 'yes' };
  assert.equal((await answer(reviewOf([app(bad)], { annotations }))).allowed, false);
});

test('policies hear where it is asked', async () => {
  const asked: Question['place'][] = [];
  await answer(reviewOf([app(good)]), {
    open(question, time) {
      asked.push(question.place);
      return judge.open(question, time);
    },
  });
  assert.deepEqual(asked, [{ gate: 'admission', cluster: 'c', namespace: 'team' }]);
});

test('a policy that only warns lets it pass, and says so', async () => {
  const { allowed, reason } = await answer(reviewOf([app(bad)]), judgeOf([onlyDigests(new Set(), 'warn')]));
  assert.equal(allowed, true);
  assert.match(reason, /Nobody has signed/);
});

const denied: readonly [what: string, review: object | string][] = [
  ['nothing', ''],
  ['no object', '[]'],
  ['another kind', { ...reviewOf([app(good)]), kind: 'AdmissionReview' }],
  ['another version', { ...reviewOf([app(good)]), apiVersion: 'imagepolicy.k8s.io/v1' }],
  ['no containers', reviewOf([])],
  ['containers that are no list', reviewOf([], { containers: { image: app(good) } })],
  ['an image that is no text', reviewOf([app(good), 7])],
  ['an empty image', reviewOf([''])],
  ['an image twice', JSON.stringify(reviewOf([app(good)])).replace('"image":', `"image":"${app(bad)}","image":`)],
  ['more than any pod has', reviewOf(Array.from({ length: 2001 }, () => app(good)))],
];

for (const [what, review] of denied) {
  test(`denied with an answer: ${what}`, async () => assert.equal((await answer(review)).allowed, false));
}

test('an error is a denial', async () => {
  const broken: Judge = {
    open() {
      throw new Error('no policies');
    },
  };
  assert.deepEqual(await answer(reviewOf([app(good)]), broken), {
    allowed: false,
    reason: 'it could not be judged: no policies',
  });
});

test('any bytes are answered with a denial', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
      assert.equal((await answer(text)).allowed, false);
    }),
  );
});
