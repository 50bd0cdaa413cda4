import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTexts } from './set-texts.ts';

const pod = { kind: 'Pod', spec: { containers: [{ image: 'a' }, { image: 'b', env: [] }] }, 'x/y': { '~': 'c' } };

test('texts are set where they are, and nothing else is touched', () => {
  const changed = setTexts(
    pod,
    new Map([
      ['/spec/containers/1/image', 'B'],
      ['/x~1y/~0', 'C'],
    ]),
  );
  assert.deepEqual(changed, {
    kind: 'Pod',
    spec: { containers: [{ image: 'a' }, { image: 'B', env: [] }] },
    'x/y': { '~': 'C' },
  });
  assert.equal(changed.spec.containers[0], pod.spec.containers[0]);
  assert.equal(pod.spec.containers[1]?.image, 'b');
});

for (const pointer of [
  '/spec/containers/2/image',
  '/spec/containers/1/none',
  '/spec',
  '/constructor/name',
  '/kind/x',
]) {
  test(`nothing is at ${pointer}`, () => assert.equal(setTexts(pod, new Map([[pointer, 'X']])), pod));
}
