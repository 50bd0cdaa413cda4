import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asObject } from '#kit/narrow.ts';
import { readReview } from './read-review.ts';
import { parseStrictJson } from '#gates/strict-json.ts';
import { bytesOf, podOf, reviewOf } from './testing.ts';

test('a review is read with what policies may look at', () => {
  const object = podOf(['nginx'], { metadata: { generateName: 'web-', deletionTimestamp: '2026-01-01T00:00:00Z' } });
  const read = readReview(bytesOf(reviewOf({ object, namespace: 'shop', dryRun: true })));
  assert.ok(read.kind === 'review');
  const { uid, operation, kind, name, namespace, user, dryRun, oldObject } = read.request;
  assert.deepEqual(
    [uid.length, operation, kind.kind, name, namespace, dryRun],
    [36, 'CREATE', 'Pod', '', 'shop', true],
  );
  assert.deepEqual([user.username, user.groups, oldObject], ['anna', ['system:authenticated'], undefined]);
  assert.deepEqual(read.request.object, object);
});

const review = JSON.stringify(reviewOf({ object: podOf(['nginx']) }));
const request = (parts: object) => JSON.stringify(reviewOf({ object: podOf(['nginx']), ...parts }));

const refused: readonly (readonly [what: string, text: string, problem: RegExp, hasUid: boolean])[] = [
  ['no JSON', '{', /not JSON/, false],
  ['no object', '[]', /not an object/, false],
  ['bytes that are no text', '\ufffe"', /not JSON/, false],
  ['a key twice', review.replace('"image":', '"image":"good","image":'), /twice/, true],
  ['a key twice, escaped', review.replace('"image":', '"image":"good","im\\u0061ge":'), /twice/, true],
  ['a key in another case', review.replace('"image":', '"Image":"bad","image":'), /"Image"/, true],
  ['a list in another case', review.replace('"containers":', '"Containers":[],"containers":'), /"Containers"/, true],
  ['the pod in another case', review.replace('"spec":', '"Spec":{},"spec":'), /"Spec"/, true],
  ['the request in another case', review.replace('"request":', '"Request":{},"request":'), /"Request"/, true],
  ['the object in another case', review.replace('"object":', '"OBJECT":{},"object":'), /"OBJECT"/, true],
  ['too deep', review.replace('"nginx"', '['.repeat(200) + ']'.repeat(200)), /deeper/, false],
  ['another version', review.replace('admission.k8s.io/v1', 'admission.k8s.io/v1beta1'), /v1/, true],
  ['no uid', request({ uid: '' }), /uid/, false],
  ['an unknown operation', request({ operation: 'PATCH' }), /operation/, true],
  ['nothing to create', request({ object: null }), /no object/, true],
  ['nothing to update to', request({ object: null, operation: 'UPDATE' }), /no object/, true],
  [
    'an object of another kind',
    review.replace('"kind":"Pod","metadata"', '"kind":"ConfigMap","metadata"'),
    /kind/,
    true,
  ],
  ['an object without a kind', review.replace('"kind":"Pod","metadata"', '"metadata"'), /kind/, true],
];

test('what could be understood in another way is refused, by name, with the uid by which it can be answered', () => {
  for (const [what, text, problem, hasUid] of refused) {
    const read = readReview(bytesOf(text));
    assert.ok(read.kind === 'refused', what);
    assert.equal(read.error.code, 'review-invalid', what);
    assert.match(read.error.message, problem, what);
    assert.equal(read.uid !== undefined, hasUid, what);
  }
});

test('a review of 8 MiB is read, one of more than 16 MiB is not', () => {
  const padded = (bytes: number) =>
    reviewOf({ object: podOf(['nginx'], { metadata: { annotations: { a: 'x'.repeat(bytes) } } }) });
  assert.equal(readReview(bytesOf(padded(8 << 20))).kind, 'review');
  const read = readReview(bytesOf(padded(16 << 20)));
  assert.ok(read.kind === 'refused' && read.error.code === 'review-too-large');
});

test('labels, annotations and other maps may have keys in any case', () => {
  const metadata = { annotations: { Image: 'x', Spec: 'y' }, labels: { Containers: 'z' } };
  assert.equal(readReview(bytesOf(reviewOf({ object: podOf(['nginx'], { metadata }) }))).kind, 'review');
  const object = { apiVersion: 'v1', kind: 'ConfigMap', data: { Image: 'x' }, spec: { Spec: 1 } };
  assert.equal(readReview(bytesOf(reviewOf({ object }))).kind, 'review');
});

test('any JSON is parsed as JSON.parse has it, and any key that is there twice is found', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const parsed = parseStrictJson(bytesOf(text), 1000);
      assert.deepEqual(parsed, { kind: 'value', value: JSON.parse(text) as unknown });
    }),
  );
  fc.assert(
    fc.property(fc.object({ maxDepth: 3 }), fc.string(), fc.jsonValue(), (object, key, value) => {
      const [name, content] = [JSON.stringify(key), JSON.stringify(value)];
      const inner = JSON.stringify(object);
      const text = `{"a":[{${name}:${content},"other":${inner},${name}:1}]}`;
      assert.equal(parseStrictJson(bytesOf(text), 1000).kind, 'problem');
    }),
  );
});

test('any bytes give an answer', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void readReview(bytes)));
  const template = asObject(reviewOf({ object: podOf(['nginx']) })['request']) ?? {};
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(template)), fc.jsonValue(), (key, value) => {
      const changed = {
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        request: { ...template, [key]: value },
      };
      void readReview(bytesOf(changed));
    }),
  );
});
