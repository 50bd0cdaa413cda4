import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asObject, type JsonObject } from '#kit/narrow.ts';
import { stepInto, stepsOf } from '#policy/workloads/pointer.ts';
import { patchBetween, type PatchStep } from './patch.ts';

test('a change in a list is tested first, and keys are escaped', () => {
  const before = { metadata: {}, spec: { containers: [{ name: 'a', image: 'x' }], 'a/b~c': [1] } };
  const after = {
    metadata: { annotations: { 'k/e~y': 'v' } },
    spec: { containers: [{ name: 'a', image: 'x@d', tty: true }], 'a/b~c': [2] },
  };
  assert.deepEqual(patchBetween(before, after), [
    { op: 'add', path: '/metadata/annotations', value: { 'k/e~y': 'v' } },
    { op: 'test', path: '/spec/containers/0/image', value: 'x' },
    { op: 'replace', path: '/spec/containers/0/image', value: 'x@d' },
    { op: 'test', path: '/spec/containers/0', value: { name: 'a', image: 'x' } },
    { op: 'add', path: '/spec/containers/0/tty', value: true },
    { op: 'test', path: '/spec/a~1b~0c/0', value: 1 },
    { op: 'replace', path: '/spec/a~1b~0c/0', value: 2 },
  ]);
});

test('a patch makes of any object any other, and tests hold while it does', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));
  fc.assert(
    fc.property(object, object, (before, after) => {
      const [from, to] = [plain(before), plain(after)];
      assert.deepEqual(patchBetween(from, from), []);
      assert.deepEqual(plain(apply(from, patchBetween(from, to))), to);
    }),
  );
});

/** Through JSON, as patches travel. */
function plain(value: unknown): JsonObject {
  return asObject(JSON.parse(JSON.stringify(value))) ?? {};
}

/** RFC 6902, as far as patches of ours go. */
function apply(object: JsonObject, steps: readonly PatchStep[]): JsonObject {
  let now = object;
  for (const step of steps) {
    const path = stepsOf(step.path) ?? [];
    if (step.op === 'test') assert.deepEqual(path.reduce<unknown>(stepInto, now), step.value, 'a test that fails');
    else now = asObject(change(now, path, step)) ?? {};
  }
  return now;
}

function change(value: unknown, [step, ...rest]: readonly string[], todo: PatchStep): unknown {
  if (step === undefined) return todo.op === 'remove' ? undefined : todo.value;
  const inner = stepInto(value, step);
  if (rest.length === 0 && todo.op === 'replace') assert.notEqual(inner, undefined);
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === step ? change(item, rest, todo) : item));
  const others = Object.entries(asObject(value) ?? {}).filter(([key]) => key !== step);
  const isGone = rest.length === 0 && todo.op === 'remove';
  return Object.fromEntries([...others, ...(isGone ? [] : [[step, change(inner, rest, todo)]])]) as unknown;
}
