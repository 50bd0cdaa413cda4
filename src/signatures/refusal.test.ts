import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { codesOf, cureOf, linkOf, links, refuse } from './refusal.ts';

const all = links.flatMap(codesOf);

test('docs/refusals.md explains every refusal, under its link, and no other', () => {
  const page = readFileSync(new URL('../../docs/refusals.md', import.meta.url), 'utf8');
  const explained = page.split('\n## ').flatMap((section) => {
    const link = /\(`(\w+)`\)/.exec(section)?.[1];
    return [...section.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code]) => `${link} ${code}`);
  });
  assert.deepEqual(
    explained,
    links.flatMap((link) => codesOf(link).map((code) => `${link} ${code}`)),
  );
});

test('no code means two things, and each knows its link and its cure', () => {
  assert.equal(new Set(all).size, all.length);
  for (const link of links) {
    for (const code of codesOf(link)) {
      assert.equal(linkOf(refuse(code, '')), link);
      assert.notEqual(cureOf(refuse(code, '')), '');
    }
  }
});
