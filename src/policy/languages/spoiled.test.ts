import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BullaError } from '#kit/error.ts';
import type { JsonObject } from '#kit/narrow.ts';
import { missingData, realData } from '#kit/testing.ts';
import { unzip } from '#kit/zip/testing.ts';
import { readDocuments } from '#policy/documents.ts';
import { languages } from '#policy/languages/index.ts';
import { defaultPolicy } from '#policy/languages/trust-policy/default-policy.ts';
import { loadPolicies } from '#policy/load.ts';
import { askForPod, newImageWorld, surroundingsOf } from '#policy/testing.ts';
import type { PolicyDocument } from '#policy/policy.ts';

/** What people put where something else belongs. */
const instead: readonly unknown[] = [null, [], {}, '', 'x', 5, true, [null], [{}], [[]]];

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
    for (const path of pathsIn(body)) {
      for (const value of instead) {
        const spoiled = { origin, body: withValue(body, path, value) };
        await decideAll(spoiled).catch((error: unknown) => {
          assert.ok(error instanceof BullaError, `${path.join('.')} = ${JSON.stringify(value)}: ${stackOf(error)}`);
        });
      }
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

function pathsIn(value: unknown, above: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...above, key], ...pathsIn(inner, [...above, key])]);
}

function withValue(body: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const copy = structuredClone(body);
  const last = path.at(-1) ?? '';
  // Each step is one of the very same body.
  const holder = path
    .slice(0, -1)
    .reduce((inner, step) => inner[step] as Record<string, unknown>, copy as Record<string, unknown>);
  holder[last] = value;
  return copy;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
