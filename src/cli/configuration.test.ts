import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { configurationJsonSchema, parseConfiguration } from './configuration.ts';

test('what it says is read', () => {
  const text =
    'signing: { rekor: https://rekor.example }\ndatabase: /var/lib/bulla\nregistry: { insecure: [registry.local:5000] }\nfeeds: { kev: file:///feeds/ }\n';
  assert.deepEqual(parseConfiguration(text, 'bulla.yaml'), {
    signing: { rekor: 'https://rekor.example' },
    database: '/var/lib/bulla',
    registry: { insecure: ['registry.local:5000'] },
    feeds: { kev: 'file:///feeds/' },
  });
  assert.deepEqual(parseConfiguration('', 'bulla.yaml'), {});
});

for (const [what, text, code, named] of [
  ['an unknown field', 'ofline: true', 'config-unknown', /ofline/],
  ['a field of another kind', 'offline: perhaps', 'config-unknown', /offline: /],
  ['an unknown feed', 'feeds: { nvd: x }', 'config-unknown', /feeds/],
  ['no object', '- a', 'config-unknown', /the file/],
  ['no YAML', 'a: [', 'config-unreadable', /bulla\.yaml is not YAML/],
  ['a bomb of aliases', `a: &a [x,x,x,x,x,x,x,x,x,x]\n${bomb()}`, 'config-unreadable', /alias/],
] as const) {
  test(`${what} is refused by name`, () => {
    assert.throws(() => parseConfiguration(text, 'bulla.yaml'), { code, message: named });
  });
}

test('the schema for editors is the one that the program checks with', () => {
  const file = readFileSync(new URL('../../schemas/bulla.schema.json', import.meta.url), 'utf8');
  assert.deepEqual(JSON.parse(file), JSON.parse(JSON.stringify(configurationJsonSchema())), 'npm run schemas');
});

/** Lists of lists, each ten times the one before. */
function bomb(): string {
  const names = ['a', 'b', 'c', 'd', 'e'];
  return names
    .slice(1)
    .map((name, index) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${names[index]}`).join(',')}]`)
    .join('\n');
}
