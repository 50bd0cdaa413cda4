import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { codesOf, links } from '#signatures/refusal.ts';
import { provenanceCodesOf, provenanceCureOf, provenanceStages, refuseProvenance, stageOf } from './refusal.ts';

const all: readonly string[] = provenanceStages.flatMap(provenanceCodesOf);

test('docs/provenance.md explains every refusal, under its stage, and no other', () => {
  const page = readFileSync(new URL('../../docs/provenance.md', import.meta.url), 'utf8');
  const explained = page.split('\n### ').flatMap((section) => {
    const stage = /^[^\n]*\(`(\w+)`\)/.exec(section)?.[1];
    return stage === undefined
      ? []
      : [...section.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code]) => `${stage} ${code}`);
  });
  assert.deepEqual(
    explained,
    provenanceStages.flatMap((stage) => provenanceCodesOf(stage).map((code) => `${stage} ${code}`)),
  );
});

test('no code means two things, not even beside those of signatures', () => {
  assert.equal(new Set(all).size, all.length);
  const others: readonly string[] = links.flatMap(codesOf);
  assert.deepEqual(
    all.filter((code) => others.includes(code)),
    [],
  );
});

test('each knows its stage and its cure', () => {
  for (const stage of provenanceStages) {
    for (const code of provenanceCodesOf(stage)) {
      assert.equal(stageOf(refuseProvenance(code, '')), stage);
      assert.notEqual(provenanceCureOf(refuseProvenance(code, '')), '');
    }
  }
});
