import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BullaError } from '#kit/error.ts';
import { missingData, realData, spoiled } from '#kit/testing.ts';
import { unzip } from '#kit/zip/testing.ts';
import { readDocuments } from '#policy/documents.ts';
import { languages } from '#policy/languages/index.ts';
import { defaultPolicy } from '#policy/languages/trust-policy/default-policy.ts';
import { loadPolicies } from '#policy/load.ts';
import { askForPod, newImageWorld, surroundingsOf } from '#policy/testing.ts';
import type { PolicyDocument } from '#policy/policy.ts';

const surroundings = surroundingsOf(newImageWorld());
const question = askForPod(['ghcr.io/team/app:1']);

test('any field of a policy of the documentation may be spoiled: a policy or a typed error', async () => {
  const docs = globSync('docs/*.md', { cwd: join(import.meta.dirname, '../../..') });
  const texts = docs.flatMap((file) => [
    ...readFileSync(join(import.meta.dirname, '../../..', file), 'utf8').matchAll(fenced),
  ]);
  const documents = [defaultPolicy, ...texts.map(([, text = '']) => text)].flatMap(policiesIn);
  assert.deepEqual(
    new Set(documents.map(({ body }) => languages.find((one) => one.isPolicy(body))?.name)),
    new Set(['trust-policy', 'kyverno', 'cluster-image-policy', 'connaisseur']),
  );
  await spoilAll(documents);
});

const archive = 'k8s/kyverno-image-policies.zip';

test('and so may any of the library of Kyverno', { skip: missingData(archive) }, async () => {
  const files = [...unzip(readFileSync(join(realData, archive)))];
  const documents = files.flatMap(([path, bytes]) =>
    path.endsWith('.yaml') && !/\/\./.test(path) ? policiesIn(bytes.toString()) : [],
  );
  assert.equal(documents.length, 107);
  await spoilAll(documents);
});

const fenced = /^```yaml\n([\s\S]*?)^```$/gm;

function policiesIn(text: string): readonly PolicyDocument[] {
  try {
    return readDocuments(text, 'file').filter(({ body }) => languages.some((one) => one.isPolicy(body)));
  } catch {
    // Other files, such as parts of them.
    return [];
  }
}

async function spoilAll(documents: readonly PolicyDocument[]): Promise<void> {
  for (const { body, origin } of documents) {
    for (const [where, changed] of spoiled(body)) {
      await decideAll({ origin, body: changed }).catch((error: unknown) => {
        assert.ok(error instanceof BullaError, `${where}: ${stackOf(error)}`);
      });
    }
  }
}

async function decideAll(document: PolicyDocument): Promise<void> {
  if (!languages.some((one) => one.isPolicy(document.body))) return;
  for (const policy of await loadPolicies([document])) {
    policy.describe('de');
    const outcomes = await policy.decide(question, surroundings);
    const unexpected = outcomes.filter(({ reason }) => reason.words['code'] === 'unexpected');
    assert.deepEqual(unexpected, []);
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
