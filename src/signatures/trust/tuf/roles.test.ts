import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BullaError } from '#kit/error.ts';
import { readRoot, readSnapshot, readTargets, readTimestamp } from './roles.ts';
import { createTufRepository } from './testing.ts';

const { files } = createTufRepository();
const readers = [
  ['root', readRoot, '1.root.json'],
  ['timestamp', readTimestamp, 'timestamp.json'],
  ['snapshot', readSnapshot, '5.snapshot.json'],
  ['targets', readTargets, '5.targets.json'],
] as const;

describe('whatever a field says, the metadata is read or named as invalid', () => {
  for (const [role, read, path] of readers) {
    const { signed } = JSON.parse(String(files.get(path))) as { signed: Record<string, unknown> };

    test(role, () => {
      assert.equal(read(String(files.get(path))).role, role);
      fc.assert(
        fc.property(
          fc.constantFrom(...Object.keys(signed)),
          fc.jsonValue(),
          fc.jsonValue(),
          (name, value, signatures) => {
            isReadOrInvalid(() => read(JSON.stringify({ signed: { ...signed, [name]: value }, signatures })));
          },
        ),
      );
    });

    test(`the same of another role is no ${role}`, () => {
      const other = JSON.stringify({ signed: { ...signed, _type: 'other' }, signatures: [] });
      assert.throws(() => read(other), { code: 'tuf-metadata-invalid' });
    });

    test(`any text as ${role}`, () => {
      fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => isReadOrInvalid(() => read(text))));
    });
  }
});

describe('a root names for each role who may sign', () => {
  const { signed } = JSON.parse(String(files.get('1.root.json'))) as { signed: Record<string, object> };
  const withRole = (role: unknown) =>
    JSON.stringify({ signed: { ...signed, roles: { ...signed['roles'], targets: role } } });
  for (const threshold of [0, -1, 1.5, '1', null, undefined]) {
    test(`a threshold of ${JSON.stringify(threshold)} is none`, () => {
      assert.throws(() => readRoot(withRole({ keyids: [], threshold })), { code: 'tuf-metadata-invalid' });
    });
  }

  test('ids without keys, and names of JavaScript, are nobody', () => {
    const { signers } = readRoot(withRole({ keyids: ['ff', 'constructor', '__proto__', 7], threshold: 1 }));
    assert.equal(signers.targets.keys.size, 0);
  });
});

function isReadOrInvalid(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof BullaError && error.code === 'tuf-metadata-invalid', String(error));
  }
}
