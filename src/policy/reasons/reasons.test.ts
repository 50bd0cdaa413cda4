import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { explainReason, spokenLanguages } from './explain.ts';
import { reasonCodes, reasonOf } from './reason.ts';

const words = {
  image: 'registry.example/app:1.0',
  count: '2',
  first: 'CVE-2024-0001',
  package: 'openssl 3.0.1',
  severity: 'critical',
  problem: 'the registry does not answer',
  where: 'values.yaml:3:1',
  object: 'Deployment/app',
};

test('every reason has a sentence in every language, and none names what is not there', () => {
  for (const language of spokenLanguages) {
    for (const code of reasonCodes) {
      const { sentence } = explainReason(reasonOf(code, words), language);
      assert.match(sentence, /^\S.*\.$/u, `${language} ${code}: ${sentence}`);
      assert.doesNotMatch(sentence, /undefined|\[object/);
    }
  }
});

test('what the author of a policy says comes first', () => {
  const { sentence } = explainReason(reasonOf('pattern-mismatch', { path: '/spec' }, 'Only our registry is allowed'));
  assert.equal(sentence, 'Only our registry is allowed (The object is not as the pattern wants it at /spec.)');
});

test('names of words are never looked up beyond them', () => {
  assert.equal(explainReason(reasonOf('evidence-unavailable', {})).sentence.includes('function'), false);
});

test('docs/reasons.md explains every reason, and no other', () => {
  const page = readFileSync(new URL('../../../docs/reasons.md', import.meta.url), 'utf8');
  const explained = [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code = '']) => code);
  assert.deepEqual(explained, [...reasonCodes]);
});
