import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileExpression } from '#policy/cel/expression.ts';
import { toJson } from '#policy/cel/json.ts';
import { findMatch } from '#policy/cel/regular-expression-find.ts';
import { regularExpression } from '#policy/cel/regular-expression.ts';
import { startRun } from '#policy/cel/run.ts';
import { kubernetesLibraries } from './index.ts';

const environment = { variables: new Map(), libraries: kubernetesLibraries };
const result = (source: string) => toJson(compileExpression(source, environment).evaluate(new Map(), startRun()));

/** Facts of the documentation of Kubernetes. */
const facts: Readonly<Record<string, readonly string[]>> = {
  lists: [
    '[1, 2, 3].isSorted()',
    '["b", "a"].isSorted() == false',
    '[1, 3].sum() == 4',
    '[1.5, 2.0].sum() == 3.5',
    '[].sum() == 0',
    '[duration("1m"), duration("1s")].sum() == duration("61s")',
    '[1, 3].min() == 1',
    '["a", "b"].max() == "b"',
    '[1, 2, 2].indexOf(2) == 1',
    '["a", "b", "b"].lastIndexOf("b") == 2',
    '[1].indexOf(5) == -1',
  ],
  regex: [
    '"abc 123".find("[0-9]+") == "123"',
    '"abc".find("[0-9]+") == ""',
    '"123 abc 456".findAll("[0-9]+") == ["123", "456"]',
    '"1 2 3".findAll("[0-9]", 2) == ["1", "2"]',
    '"aaa".find("a*?") == ""',
    '"abab".find("(ab|abab)") == "ab"',
    '"x\\ny".find("(?m)^y$") == "y"',
    '"Ärger".find("(?i)ä.") == "Är"',
  ],
  urls: [
    'url("https://example.com:80/path?q=1&q=2").getHost() == "example.com:80"',
    'url("https://[::1]:80/a b".replace(" ", "%20")).getHostname() == "::1"',
    'url("https://example.com:80").getPort() == "80"',
    'url("https://user@example.com/with%20space").getEscapedPath() == "/with%20space"',
    'url("https://example.com/p?q=1&q=2&r=%20").getQuery() == {"q": ["1", "2"], "r": [" "]}',
    'url("/absolute").getScheme() == ""',
    'isURL("https://example.com/")',
    '!isURL("no url")',
    '!isURL("relative/path")',
  ],
  quantity: [
    'quantity("1Gi") == quantity("1024Mi")',
    'quantity("1.5G").isInteger()',
    'quantity("500m").isInteger() == false',
    'quantity("50k").asInteger() == 50000',
    'quantity("100").add(20) == quantity("120")',
    'quantity("1k").sub(quantity("2k")).sign() == -1',
    'quantity("1.1").asApproximateFloat() == 1.1',
    'quantity("200M").compareTo(quantity("0.2G")) == 0',
    'quantity("1e3") == quantity("1k")',
    'isQuantity("1.3Gi")',
    '!isQuantity("1.3Gigabyte")',
    'quantity("1E") == quantity("1e18")',
    'quantity("0.1n") == quantity("1n")',
    '!isQuantity("1e")',
  ],
  semver: [
    'semver("1.2.3").major() == 1',
    'semver("1.0.0-alpha").isLessThan(semver("1.0.0-beta"))',
    'semver("1.10.0").isGreaterThan(semver("1.9.0"))',
    'semver("1.0.0+a") == semver("1.0.0+b")',
    'isSemver("1.0.0")',
    '!isSemver("v1.0")',
    'semver("v1.0", true).compareTo(semver("1.0.0")) == 0',
    'isSemver("01.01.01", true)',
  ],
  ip: [
    'isIP("127.0.0.1")',
    '!isIP("::ffff:1.2.3.4")',
    '!isIP("fe80::1%eth0")',
    'ip("2001:db8:0:0:0:0:0:1") == ip("2001:db8::1")',
    'ip.isCanonical("2001:db8::abcd")',
    '!ip.isCanonical("2001:DB8::ABCD")',
    'ip("127.0.0.1").isLoopback()',
    'ip("0.0.0.0").isUnspecified()',
    'ip("ff02::1").isLinkLocalMulticast()',
    'ip("169.254.1.1").isLinkLocalUnicast()',
    'ip("192.168.0.1").isGlobalUnicast()',
    '!ip("255.255.255.255").isGlobalUnicast()',
    'ip("::1").family() == 6',
    'string(ip("10.0.0.1")) == "10.0.0.1"',
  ],
  cidr: [
    'isCIDR("192.168.0.0/24")',
    '!isCIDR("192.168.0.0/33")',
    'cidr("192.168.0.0/24").containsIP("192.168.0.1")',
    '!cidr("192.168.0.0/24").containsIP(ip("192.168.1.1"))',
    'cidr("192.168.0.0/16").containsCIDR("192.168.10.0/24")',
    '!cidr("192.168.10.0/24").containsCIDR(cidr("192.168.0.0/16"))',
    'cidr("192.168.1.5/24").masked() == cidr("192.168.1.0/24")',
    'cidr("10.0.0.1/8").ip() == ip("10.0.0.1")',
    'cidr("::/0").prefixLength() == 0',
    'string(cidr("10.0.0.0/8")) == "10.0.0.0/8"',
  ],
  'named-formats': [
    '!format.dns1123Label().validate("my-label").hasValue()',
    'format.dns1123Label().validate("My_Label").hasValue()',
    'format.named("uuid").value().validate("x").hasValue()',
    '!format.named("no such").hasValue()',
    '!format.qualifiedName().validate("example.com/Name_1").hasValue()',
  ],
  jsonpatch: ['jsonpatch.escapeKey("a/b~c") == "a~1b~0c"'],
  sets: [
    'sets.contains([1, 2], [2])',
    '!sets.contains([1], [1, 2])',
    'sets.equivalent([1, 1], [1])',
    '!sets.intersects([1], [2])',
  ],
  optionals: [
    'optional.ofNonZeroValue("") == optional.none()',
    'optional.unwrap([optional.of(1), optional.none()]) == [1]',
    '[1, 2].last().value() == 2',
    'optional.none().or(optional.of(1)).value() == 1',
  ],
  base64: ['base64.decode("aGk") == b"hi"'],
  strings: ['"a,b".split(",") == ["a", "b"]', '"HTTP".lowerAscii() == "http"'],
  math: ['math.least([3, 1, 2]) == 1'],
};

for (const [library, sources] of Object.entries(facts)) {
  test(`library ${library}`, () => {
    for (const source of sources) assert.equal(result(source), true, source);
  });
}

test('every library has facts that are tried, but the one that is refused', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const others = ['index.ts', 'format.ts', 'addresses.ts', 'authorizer.ts'];
  assert.deepEqual(
    files.filter((file) => !others.includes(file)).toSorted(),
    Object.keys(facts)
      .map((name) => `${name}.ts`)
      .toSorted(),
  );
  assert.equal(kubernetesLibraries.length, files.length - 3);
});

test('the first match is where the engine of JavaScript finds it, for expressions that both read alike', () => {
  const parts = fc.constantFrom(
    'a',
    'b',
    '[ab]',
    '.',
    'a*',
    'b+',
    'a?',
    'a*?',
    '(a|ab)',
    '(?:b|ba)+',
    '^',
    '$',
    String.raw`\b`,
  );
  const patterns = fc.array(parts, { minLength: 1, maxLength: 6 }).map((list) => list.join(''));
  const texts = fc.array(fc.constantFrom('a', 'b', 'c', ' '), { maxLength: 12 }).map((list) => list.join(''));
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      const wanted = new RegExp(pattern).exec(text);
      const match = findMatch(regularExpression(pattern), text);
      assert.deepEqual(
        match,
        wanted === null ? undefined : { start: wanted.index, end: wanted.index + wanted[0].length },
      );
    }),
    { numRuns: 2000 },
  );
});
