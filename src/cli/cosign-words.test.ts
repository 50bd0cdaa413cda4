import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutCosignWords } from './cosign-words.ts';

test("cosign's words are said in ours, and ours stay", () => {
  const cases: readonly [string, string][] = [
    ['sign-blob --key k file', 'sign --blob --key k file'],
    ['verify-attestation --type slsa image', 'verify --attestation --type slsa image'],
    ['public-key --key k', 'key public --key k'],
    ['sign --key k image', 'sign --key k image'],
    ['scan sign-blob', 'scan sign-blob'],
    ['', ''],
  ];
  for (const [theirs, ours] of cases) {
    assert.deepEqual(withoutCosignWords(theirs.split(' ')), ours.split(' '));
  }
});
