import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseDigest } from '#kit/digest.ts';
import { parseConfig } from '#image/config.ts';
import { parseReference } from '#image/reference.ts';
import type { Described } from '#policy/evidence/evidence.ts';
import { askedImage, readRule, reportOf, type AskedParts } from '#policy/languages/trust-policy/testing.ts';
import { ruleKinds } from './index.ts';

test('every rule is in the list', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => !file.includes('.test.'));
  const kinds = files.filter((file) => readFileSync(join(import.meta.dirname, file), 'utf8').includes('= ruleKind({'));
  assert.equal(ruleKinds.length, kinds.length);
  assert.equal(new Set(ruleKinds.map(({ name }) => name)).size, ruleKinds.length);
});

const digest = parseDigest(`sha256:${'a'.repeat(64)}`);

/** Judges an image by one rule, and gives the outcomes with their reasons. */
async function judge(name: string, written: unknown, parts: AskedParts = {}): Promise<string[]> {
  const judgements = await readRule(name, written)(askedImage(parts));
  return judgements.map(({ outcome, reason }) => `${outcome} ${reason.code}`);
}

const described = (config: object): Described => ({
  manifest: {
    kind: 'manifest',
    mediaType: '',
    config: { mediaType: '', digest: digest ?? assert.fail(), size: 0, annotations: {} },
    layers: [],
    annotations: {},
  },
  config: { ...parseConfig(Buffer.from('{"rootfs":{}}')), ...config },
  raw: { manifest: {}, config: { config: { User: 'app' } } },
});

const cases: readonly [what: string, rule: string, written: unknown, parts: AskedParts, expected: readonly string[]][] =
  [
    ['a tag is not pinned', 'pinned', true, {}, ['failed not-pinned']],
    ['a digest is', 'pinned', true, { reference: parseReference(`app@${digest}`) }, ['passed passed']],
    ['an image that is allowed', 'registries', { allow: ['docker.io/library/*'] }, {}, ['passed passed']],
    ['one that is not', 'registries', { allow: ['registry.example/**'] }, {}, ['failed registry-not-allowed']],
    [
      'what is refused wins',
      'registries',
      { allow: ['**'], refuse: ['docker.io/**'] },
      {},
      ['failed registry-not-allowed'],
    ],
    [
      'a young image',
      'age',
      { atMost: '30d' },
      { described: described({ created: '2026-01-01T00:00:00Z' }) },
      ['passed passed'],
    ],
    [
      'an old one',
      'age',
      { atMost: '30d' },
      { described: described({ created: '2025-11-01T00:00:00Z' }) },
      ['failed image-too-old'],
    ],
    ['one without a date', 'age', { atMost: '30d' }, { described: described({}) }, ['unknown age-unknown']],
    [
      'one of 1970',
      'age',
      { atMost: '30d' },
      { described: described({ created: '1970-01-01T00:00:00Z' }) },
      ['unknown age-unknown'],
    ],
    [
      'one from the future',
      'age',
      { atMost: '30d' },
      { described: described({ created: '2027-01-01T00:00:00Z' }) },
      ['unknown age-unknown'],
    ],
    [
      'an expression about the name',
      'expressions',
      [{ name: 'n', expression: 'image.host == "docker.io"' }],
      {},
      ['passed passed'],
    ],
    [
      'one that does not hold',
      'expressions',
      [{ name: 'n', expression: 'place.gate == "admission"' }],
      {},
      ['failed expression-false'],
    ],
    [
      'one about the configuration',
      'expressions',
      [{ name: 'not root', expression: 'config.config.User != "root"' }],
      { described: described({}) },
      ['passed passed'],
    ],
  ];

for (const [what, rule, written, parts, expected] of cases) {
  test(`${rule}: ${what}`, async () => assert.deepEqual(await judge(rule, written, parts), expected));
}

test('what cannot mean anything is refused when the policy is loaded', () => {
  for (const [rule, written] of [
    ['pinned', false],
    ['registries', { allow: ['nginx'] }],
    ['signatures', { signedBy: [] }],
    ['signatures', { signedBy: [{ issuer: 'https://token.actions.githubusercontent.com' }] }],
    ['signatures', { signedBy: [{ key: 'a' }], atLeast: 2 }],
    ['signatures', { signedBy: [{ identity: 'someone@example.com' }] }],
    ['signatures', { signedBy: [{ identity: '**', issuer: 'https://issuer.example' }] }],
    ['age', { atMost: '30 days' }],
    ['provenance', { level: 4 }],
    ['vulnerabilities', { lines: [{ action: 'block', within: '30d' }] }],
    ['vulnerabilities', { lines: [{ action: 'block', severty: 'high' }] }],
    ['licenses', { allow: ['MIT'], refuse: ['GPL-2.0-only'] }],
    ['expressions', [{ name: 'n', expression: 'image.' }]],
    ['expressions', [{ name: 'n', expression: 'imge.host == ""' }]],
    ['expressions', [{ name: 'n', expression: '1 + 1' }]],
  ] as const) {
    assert.throws(() => readRule(rule, written), Error, `${rule} ${JSON.stringify(written)}`);
  }
});

test('licences: a choice is fine if one of it is, and what states nothing is no permission', async () => {
  const refuse = { refuse: ['AGPL-*', 'GPL-3.0-only'] };
  const allow = { allow: ['MIT', 'Apache-2.0'] };
  const table: readonly [written: object, stated: readonly string[], expected: string][] = [
    [refuse, ['MIT'], 'passed passed'],
    [refuse, ['AGPL-3.0-only'], 'failed license-not-allowed'],
    [refuse, ['MIT OR AGPL-3.0-only'], 'passed passed'],
    [refuse, ['MIT AND AGPL-3.0-only'], 'failed license-not-allowed'],
    [refuse, ['(GPL-3.0-only OR MIT) AND BSD-3-Clause'], 'passed passed'],
    [refuse, [], 'passed passed'],
    [allow, ['MIT'], 'passed passed'],
    [allow, ['MIT', 'GPL-2.0-only'], 'failed license-not-allowed'],
    [allow, ['Apache-2.0 WITH LLVM-exception'], 'passed passed'],
    [allow, [], 'unknown license-not-allowed'],
    [allow, ['something of their own'], 'unknown license-not-allowed'],
  ];
  for (const [written, stated, expected] of table) {
    assert.deepEqual(
      await judge('licenses', written, { report: reportOf([stated]) }),
      [expected],
      JSON.stringify(stated),
    );
  }
});

test('every rule says in words what it demands, in both languages', () => {
  const signedBy = [{ key: 'release.pub' }, { repository: 'org/app' }];
  const written: Readonly<Record<string, unknown>> = {
    pinned: true,
    registries: { allow: ['registry.example/**'] },
    signatures: { signedBy },
    attestations: [{ type: 'vuln', signedBy }],
    sbom: { signedBy },
    provenance: { repository: 'org/app', signedBy },
    age: { atMost: '90d' },
    baseImage: { allow: ['registry.example/base/*'] },
    vulnerabilities: { lines: [{ severity: 'high', action: 'warn', within: '30d' }] },
    licenses: { refuse: ['AGPL-*'] },
    expressions: [{ name: 'n', expression: 'true' }],
  };
  for (const { name, describe } of ruleKinds) {
    const { en, de } = describe(written[name]);
    assert.ok(en.length > 0 && en.length === de.length, name);
    assert.notDeepEqual(en, de);
  }
});
