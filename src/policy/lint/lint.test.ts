import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestOf } from '#kit/digest.ts';
import { asList, asObject, parseJson } from '#kit/narrow.ts';
import { formatReference } from '#image/reference.ts';
import { imageGlob } from '#policy/languages/trust-policy/image-glob.ts';
import { readManifest } from '#policy/manifests/read-manifest.ts';
import { lintFormatNames } from './format.ts';
import { lintFormats } from './formats/index.ts';
import { lint, type LintReport } from './lint.ts';
import { lintRuleNames, type LintContext, type LintRuleName, type Look } from './rule.ts';
import { lintRules } from './rules/index.ts';
import { looksSecret } from './secret-shapes.ts';
import { english } from './texts/en.ts';
import { german } from './texts/de.ts';
import { explainFinding, explainGap } from './texts/explain.ts';

const writing = { tool: { name: 'bulla', version: '1' }, language: 'en', colour: false } as const;
const [index, child, other] = ['index', 'child', 'other'].map((name) => digestOf(name));

/** `repo:multi` is an index of one image, `repo:moved` another image; the rest is not there. */
const look: Look = (reference) => {
  const known = new Map([
    [
      'host.example/repo:multi',
      { kind: 'found', digest: index ?? digestOf(''), members: [child ?? digestOf('')] } as const,
    ],
    ['host.example/repo:moved', { kind: 'found', digest: other ?? digestOf('') } as const],
  ]);
  return Promise.resolve(known.get(formatReference(reference)) ?? { kind: 'failed', why: 'it is not there' });
};

function lintText(path: string, text: string, context: Partial<LintContext> = {}): Promise<LintReport> {
  return lint([readManifest(path, text)], { allowed: [], ...context });
}

const from = (...images: readonly string[]) => images.map((image) => `FROM ${image}\n`).join('');
const pod = (container: string) =>
  `{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "a", ${container}}]}}`;
const pinned = `host.example/repo:1@${digestOf('x')}`;

const cases: readonly (readonly [
  path: string,
  text: string,
  rules: readonly LintRuleName[],
  context?: Partial<LintContext>,
])[] = [
  ['Dockerfile', from('nginx'), ['latest-tag', 'short-name']],
  ['Dockerfile', from('host.example/repo:latest'), ['latest-tag']],
  ['Dockerfile', from('host.example/repo:1'), ['tag-without-digest']],
  ['Dockerfile', from(pinned), []],
  ['Dockerfile', from(`host.example/repo@${digestOf('x')}`), []],
  ['Dockerfile', from(`team/app:1@${digestOf('x')}`), ['short-name']],
  ['Dockerfile', from(`localhost/app:1@${digestOf('x')}`), []],
  ['Dockerfile', from(pinned), ['image-not-allowed'], { allowed: [imageGlob('docker.io/**')] }],
  ['Dockerfile', from(pinned), [], { allowed: [imageGlob('docker.io/**'), imageGlob('host.example/*')] }],
  ['Dockerfile', from(pinned, pinned.replace(':1@', ':2@'), pinned.replace(':1@', ':2@')), ['tags-differ']],
  ['Dockerfile', `${from(pinned)}ENV API_KEY=hunter22\n`, ['secret-in-environment']],
  ['Dockerfile', `${from(pinned)}ENV API_KEY=$KEY TOKEN_FILE=/x\n`, []],
  ['pod.json', pod(`"image": "${pinned}", "imagePullPolicy": "Always"`), []],
  ['pod.json', pod(`"image": "${pinned}", "imagePullPolicy": "IfNotPresent"`), []],
  ['pod.json', pod(`"image": "${pinned}", "imagePullPolicy": "Never"`), ['image-pull-policy']],
  [
    'pod.json',
    pod('"image": "host.example/repo:1", "imagePullPolicy": "IfNotPresent"'),
    ['tag-without-digest', 'image-pull-policy'],
  ],
  ['ci.yml', 'on: push\njobs: {a: {steps: [{uses: a/b@v4}]}}', ['action-without-commit']],
  ['ci.yml', `on: push\njobs: {a: {steps: [{uses: a/b@${'a'.repeat(40)}}]}}`, []],
  ['Dockerfile', from(`host.example/repo:multi@${index}`), [], { look }],
  ['Dockerfile', from(`host.example/repo:multi@${child}`), ['platform-digest'], { look }],
  ['Dockerfile', from(`host.example/repo:moved@${child}`), ['moved-tag'], { look }],
  ['Dockerfile', from(`host.example/repo:moved@${child}`), []],
];

test('what each rule finds, and what it leaves alone', async () => {
  for (const [path, text, rules, context] of cases) {
    const { findings, gaps } = await lintText(path, text, context);
    assert.deepEqual([findings.map(({ rule }) => rule), gaps], [rules, []], text);
  }
  assert.deepEqual(new Set(cases.flatMap(([, , rules]) => rules)), new Set(lintRuleNames));
});

test('a rule that is left out finds nothing', async () => {
  const { findings } = await lint([readManifest('Dockerfile', from('nginx'))], { allowed: [] }, ['latest-tag']);
  assert.deepEqual(
    findings.map(({ rule }) => rule),
    ['short-name'],
  );
});

test('what could not be read or found out is a gap', async () => {
  const gapsOf = async (text: string, context?: Partial<LintContext>) =>
    (await lintText('Dockerfile', text, context)).gaps.map(({ code }) => code);
  assert.deepEqual(await gapsOf(from('$X', 'UPPER:1')), ['template', 'reference-invalid']);
  assert.deepEqual(await gapsOf(from(pinned), { look }), ['unavailable']);
  assert.deepEqual(
    (await lintText('x.txt', 'hello')).gaps.map(({ code }) => code),
    ['unreadable'],
  );
});

const secrets: readonly (readonly [name: string, value: string, kind: string | undefined])[] = [
  ['DB_PASSWORD', 'hunter2', 'named'],
  ['dbPassword', 'hunter2', 'named'],
  ['SECRET_KEY', 'abc', 'named'],
  ['PASSWORD', '12345', 'named'],
  ['X', 'AKIAABCDEFGHIJKLMNOP', 'AWS'],
  ['X', `ghp_${'a'.repeat(36)}`, 'GitHub'],
  ['X', '-----BEGIN EC PRIVATE KEY-----\nx', 'PEM'],
  ['DATABASE_URL', 'postgres://me:hunter2@db/x', 'URL'],
  ['DATABASE_URL', 'postgres://me:$PASSWORD@db/x', undefined],
  ['DATABASE_URL', 'postgres://db/x', undefined],
  ['PASSWORD_FILE', '/run/secrets/x', undefined],
  ['TOKEN_TTL', '3600', undefined],
  ['PASSWORD', '', undefined],
  ['PASSWORD', '$(X)', undefined],
  ['PASSWORD', '/run/secrets/x', undefined],
  ['USE_TOKEN', 'true', undefined],
  ['KEYBOARD', 'de', undefined],
  ['PRIMARY_KEY', 'id', undefined],
];

test('what is a secret, and what only sounds like one', () => {
  for (const [name, value, kind] of secrets) assert.equal(looksSecret(name, value), kind, `${name}=${value}`);
});

test('the value of a secret is in no document', async () => {
  const report = await lintText('Dockerfile', `FROM x\nENV API_KEY=hunter22 B=AKIAABCDEFGHIJKLMNOP\n`);
  assert.equal(report.findings.filter(({ rule }) => rule === 'secret-in-environment').length, 2);
  for (const format of lintFormats) assert.doesNotMatch(format.write(report, writing), /hunter22|AKIAABC/);
});

test('folders and lists name the same rules and formats', () => {
  const filesIn = (folder: string) =>
    readdirSync(join(import.meta.dirname, folder))
      .filter((name) => name !== 'index.ts' && !name.includes('.test.'))
      .map((name) => name.slice(0, -'.ts'.length));
  assert.deepEqual(
    lintRules.map(({ name }) => name),
    lintRuleNames,
  );
  assert.deepEqual(filesIn('rules').toSorted(), [...lintRuleNames].toSorted());
  assert.deepEqual(
    lintFormats.map(({ name }) => name),
    lintFormatNames,
  );
  assert.deepEqual(filesIn('formats').toSorted(), [...lintFormatNames].toSorted());
});

test('docs/lint.md explains every rule, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/lint.md'), 'utf8');
  const explained = [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code = '']) => code);
  assert.deepEqual(explained.toSorted(), [...lintRuleNames].toSorted());
});

test('both languages have a sentence for everything, and name all that is in it', () => {
  for (const catalogue of [english, german]) {
    for (const { about, sentence, cure } of Object.values(catalogue)) {
      for (const text of [about, sentence((name) => name), cure((name) => name)]) assert.ok(text.length > 5);
    }
  }
  const used = (rule: LintRuleName, catalogue: typeof english) => {
    const names = new Set<string>();
    catalogue[rule].sentence((name) => (names.add(name), name));
    return names;
  };
  for (const rule of lintRuleNames) assert.deepEqual(used(rule, english), used(rule, german));
});

test('what could not be read is said in both languages', async () => {
  const [gap] = (await lintText('Dockerfile', from('$X'))).gaps;
  assert.ok(gap !== undefined);
  assert.equal(explainGap(gap, 'en'), gap.message);
  assert.match(explainGap(gap, 'de'), /^Welches Image hier steht.* \("\$X" is not readable/);
});

test('every sentence is filled in', async () => {
  for (const [path, text, , context] of cases) {
    for (const finding of (await lintText(path, text, context)).findings) {
      const { sentence, cure } = explainFinding(finding, 'en');
      assert.doesNotMatch(`${sentence}${cure}`, /undefined|\(\)|^ |  /);
    }
  }
});

test('hostile names break no document', async () => {
  const name = 'a\u001B[31m\n::error::x%0A](http://evil)';
  const text = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name, image: 'nginx', env: [{ name: `${name}_TOKEN`, value: 'secret' }] }] },
  });
  const report = await lintText(`${name}.yaml`, text);
  for (const format of lintFormats) {
    const document = format.write(report, writing);
    if (format.name === 'json' || format.name === 'sarif' || format.name === 'gitlab')
      assert.ok(parseJson(document) !== undefined);
    else {
      // A report of pinned words alone: as many lines as there are findings.
      const lines = document.trimEnd().split('\n');
      assert.equal(lines.length, format.name === 'github' ? report.findings.length : report.findings.length * 2 + 1);
      assert.ok(!document.includes('\u001B'));
    }
  }
});

test('SARIF has a rule and a place for every result', async () => {
  const report = await lintText('a/b c.Dockerfile', from('nginx', '$X'));
  const sarif = asObject(parseJson(lintFormats[2]?.write(report, writing) ?? ''));
  const [run] = asList(sarif?.['runs']).map(asObject);
  const rules = asList(asObject(asObject(run?.['tool'])?.['driver'])?.['rules']).map(asObject);
  const results = asList(run?.['results']).map(asObject);
  assert.equal(results.length, 2);
  for (const result of results) assert.equal(rules[Number(result?.['ruleIndex'])]?.['id'], result?.['ruleId']);
  assert.match(JSON.stringify(results[0]), /"uri":"a\/b%20c\.Dockerfile"\},"region":\{"startLine":1,"startColumn":6\}/);
  assert.match(JSON.stringify(run?.['invocations']), /"level":"error"/);
});
