import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { regularExpression } from '#policy/languages/kyverno/regular-expression/expression.ts';
import { createCertificate, pemOf } from '#signatures/box/certificate.ts';
import { newBudget } from './budget.ts';
import { evaluate } from './evaluate.ts';
import { readExpression } from './expression.ts';
import { isMissing, missingKey } from './missing.ts';

const data = {
  pod: {
    name: 'web',
    labels: { app: 'a', tier: 'b' },
    containers: [
      { name: 'one', image: 'ghcr.io/a/one:1', ports: [{ host: 80 }] },
      { name: 'two', image: 'two' },
    ],
    nothing: null,
    empty: [],
  },
};

const at = (expression: string, value: unknown = data) =>
  evaluate(readExpression(expression), value, { now: new Date('2026-01-01T00:00:00Z'), budget: newBudget() });

const cases: readonly (readonly [expression: string, value: unknown])[] = [
  ['pod.containers[].image', ['ghcr.io/a/one:1', 'two']],
  ['pod.containers[*].ports[].host', [80]],
  ["pod.containers[?name=='two'].image | [0]", 'two'],
  ['pod.containers[-1].name', 'two'],
  ['pod.containers[0:1].name', ['one']],
  ['pod.containers[::-1].name', ['two', 'one']],
  ['pod.[name, labels.app]', ['web', 'a']],
  ['pod.{n: name}', { n: 'web' }],
  ['pod.labels.*', ['a', 'b']],
  ["pod.missing || 'other'", 'other'],
  ['pod.missing || `[]` | length(@)', 0],
  ['pod.missing == `null`', true],
  ['!(pod.missing)', true],
  ['pod.nothing.further', null],
  ['pod.containers[].missing', []],
  ["pod.name && 'yes'", 'yes'],
  ['length(pod.name)', 3],
  ['keys(pod.labels)', ['app', 'tier']],
  ["contains(pod.name, 'we')", true],
  ["join(',', pod.containers[].name)", 'one,two'],
  ['sort_by(pod.containers, &image)[0].name', 'one'],
  ['max_by(pod.containers, &length(image)).name', 'one'],
  ['to_string(pod.labels)', '{"app":"a","tier":"b"}'],
  ["to_number('1.5')", 1.5],
  ['merge(pod.labels, `{"app": "z"}`).app', 'z'],
  ["split('a:b', ':')[1]", 'b'],
  ["replace_all('a-b-c', '-', '.')", 'a.b.c'],
  ["replace('a-b-c', '-', '.', `1`)", 'a.b-c'],
  ["to_upper('a')", 'A'],
  ["trim('--a-', '-')", 'a'],
  ["trim_prefix('v1', 'v')", '1'],
  ["truncate('abcdef', `3`)", 'abc'],
  ["regex_match('^v[0-9]+$', 'v12')", true],
  [String.raw`regex_replace_all('([a-z]+)@([a-z]+)', 'ab@cd x@y', '$2.$1')`, 'cd.ab y.x'],
  ["regex_replace_all_literal('a', 'banana', '$1')", 'b$1n$1n$1'],
  ["regex_replace_all('x*', 'abc', '-')", '-a-b-c-'],
  ["regex_replace_all('a*', 'b/a', '-')", '-b-/-'],
  [
    "parse_yaml('{a: yes, b: 010, c: 1_000, d: 1:20, e: 2020-01-01, f: ., g: .5}')",
    {
      a: true,
      b: 8,
      c: 1000,
      d: '1:20',
      e: '2020-01-01',
      f: '.',
      g: 0.5,
    },
  ],
  [`base64_decode('YW\nJj')`, 'abc'],
  ['sum(`["0", "3Ki"]`)', '3Ki'],
  ["divide('1', `3`)", '0'],
  ["divide('100m', `3`)", '33m'],
  ["divide('1.5', `4`)", '300m'],
  ["to_upper('straße')", 'STRAßE'],
  ["to_lower('İ')", 'i'],
  ["pattern_match('a*', 'abc')", true],
  ['label_match(`{"a": "1"}`, `{"a": "1", "b": "2"}`)', true],
  ["add('1Gi', '512Mi')", '1536Mi'],
  ["subtract('2h', '30s')", '1h59m30s'],
  ['multiply(`2`, `3`)', 6],
  ["divide('1Gi', '512Mi')", 2],
  ['modulo(`7`, `3`)', 1],
  ['sum(`[1, 2, 3]`)', 6],
  ["base64_decode(base64_encode('ä'))", 'ä'],
  ['parse_json(\'{"a": [1]}\').a[0]', 1],
  ["parse_yaml('a: [1, x]').a[1]", 'x'],
  ['time_now_utc()', '2026-01-01T00:00:00Z'],
  ["time_since('', '2025-12-31T00:00:00Z', '')", '24h0m0s'],
  ["time_add('2026-01-01T00:00:00Z', '36h')", '2026-01-02T12:00:00Z'],
  ["time_before('2026-01-01T00:00:00Z', '2026-01-01T01:00:00+02:00')", false],
  ["time_truncate('2026-01-01T12:34:56Z', '1h')", '2026-01-01T12:00:00Z'],
  ["time_to_cron('2026-01-04T12:34:56Z')", '34 12 4 1 0'],
  ["semver_compare('1.2.3', '>=1.0.0 <2.0.0 || 3.x')", true],
  ["semver_compare('2.1.0', '1.x || !2.1.0')", false],
  ["lookup(pod.labels, 'app')", 'a'],
  ['lookup(`[1, 2]`, `5`)', null],
  ["items(pod.labels, 'k', 'v')[1]", { k: 'tier', v: 'b' }],
  ['object_from_lists(`["a"]`, `[1]`)', { a: 1 }],
  ["image_normalize('nginx')", 'docker.io/nginx:latest'],
  ["sha256('a')", 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
  ["path_canonicalize('/a//b/../c')", '/a/c'],
];

for (const [expression, value] of cases) {
  test(expression, () => assert.deepEqual(at(expression), value));
}

test('a certificate is read by the names of Go', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { der } = createCertificate({
    subject: { commonName: 'bulla', organization: 'team' },
    publicKey,
    issuer: { privateKey },
    notBefore: new Date('2025-01-01T00:00:00Z'),
    notAfter: new Date('2035-01-01T00:00:00Z'),
    extensions: [],
  });
  const pem = pemOf('CERTIFICATE', der);
  const of = (path: string) => at(`x509_decode(pem).${path}`, { pem });
  assert.equal(of('Subject.CommonName'), 'bulla');
  assert.equal(of('PublicKey.E'), 65537);
  assert.equal(of("NotAfter | time_after(@, '2030-01-01T00:00:00Z')"), true);
  assert.throws(() => at('x509_decode(@)', 'x'), { code: 'expression-failed' });
});

test('a key that is not there is missing, and not nothing', () => {
  const found = at('pod.missing.further');
  assert.ok(isMissing(found));
  assert.equal(missingKey(found), 'missing');
  assert.equal(at('pod.nothing'), null);
});

const failing = [
  'length(pod.nothing)',
  "nobody('a')",
  'merge()',
  'not_null()',
  "parse_yaml('.inf')",
  "split('a')",
  "base64_decode('!')",
  "parse_json('{')",
  "semver_compare('x', '1.x')",
  "semver_compare('01.2.3', '1.x')",
  "add('1Gi', `1`)",
  'divide(`1`, `0`)',
  "time_parse('x', 'y')",
  "regex_match('(', 'a')",
  'pod.containers[::0]',
  'pod.name + pod.name',
];

for (const expression of failing) {
  test(`${expression} has no answer`, () => assert.throws(() => at(expression), { code: 'expression-failed' }));
}

test('what is no expression is said to be none', () => {
  for (const text of ['', 'a.', '[', "'", '`{`', 'a b', `${'('.repeat(5000)}a`, '['.repeat(100_000)]) {
    assert.throws(() => readExpression(text), { code: 'expression-failed' }, text.slice(0, 10));
  }
});

test('an expression cannot grow without end', () => {
  const doubled = `${'replace_all('.repeat(60)}'aa'${", 'a', 'aaaa')".repeat(60)}`;
  assert.throws(() => at(doubled), { code: 'expression-failed' });
  const long = Array.from({ length: 3000 }, () => 1);
  assert.throws(() => at('map(&length(to_string($x)), @)', long), { code: 'expression-failed' });
  assert.throws(
    () =>
      at(
        '[].{a: @}',
        Array.from({ length: 6_000_000 }, () => 1),
      ),
    { code: 'expression-failed' },
  );
});

test('names of objects are not those of their language', () => {
  assert.ok(isMissing(at('constructor', {})));
  assert.ok(isMissing(at('__proto__', {})));
  assert.equal(at('length(keys(@))', JSON.parse('{"__proto__": 1}')), 1);
});

test('groups are found as JavaScript finds them', () => {
  const source = fc.constantFrom(
    '(a|ab)(c|bcd)?(d*)',
    '(a+)(b+)?',
    '(?:x(y)?)+',
    '^(a*?)(a*)$',
    '(a)|(b)',
    String.raw`\b(\w)(\w*)\b`,
    '(a|b)*c|(a|ab)*c',
  );
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'x', 'y', ' '), { maxLength: 12 });
  fc.assert(
    fc.property(source, text, (written, characters) => {
      const found = regularExpression(written).find(characters, 0);
      const expected = new RegExp(written, 'd').exec(characters.join(''));
      assert.deepEqual(found?.slice(0, 2), expected?.indices?.[0]);
    }),
  );
});

test('an expression that would take for ever elsewhere does not', () => {
  assert.equal(at(`regex_match('^(a+)+$', '${'a'.repeat(5000)}b')`), false);
  assert.equal(at(`regex_replace_all('(a+)+$', '${'a'.repeat(300)}b', '')`), `${'a'.repeat(300)}b`);
});
