import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BullaError } from '#kit/error.ts';
import { policyError } from '#policy/errors.ts';
import { compileExpression, evaluate } from './expression.ts';
import { method, type Library } from './function.ts';
import { fromJson, toJson } from './json.ts';
import { kubernetesLibraries } from './libraries/index.ts';
import { startRun, Waiting } from './run.ts';
import { bool, dyn, int, record, text, type Type } from './type.ts';
import type { Value } from './value.ts';

const object = {
  spec: { replicas: 3, ratio: 0.5, containers: [{ image: 'nginx:1' }, { image: 'redis' }], empty: null },
};

const variables = new Map<string, Type>([
  ['object', dyn],
  ['variables.count', int],
  ['request', record('Request', { operation: text })],
]);

const bindings = new Map([
  ['object', () => fromJson(object)],
  ['variables.count', () => 2n],
  ['request', () => fromJson({ operation: 'CREATE' })],
]);

const compiled = (source: string, wanted?: Type) =>
  compileExpression(source, { variables, libraries: kubernetesLibraries }, wanted);
const result = (source: string) => toJson(compiled(source).evaluate(bindings, startRun()));

test('expressions give what the language says', () => {
  const cases: readonly (readonly [source: string, wanted: unknown])[] = [
    ['object.spec.replicas + variables.count', 5],
    ['object.spec.replicas > 2.5', true],
    ['object.spec.replicas / 2', 1],
    ['type(object.spec.replicas) == int && type(object.spec.ratio) == double', true],
    ['object.spec.containers.all(c, c.image.contains(":"))', false],
    ['object.spec.containers.map(c, c.image).join(",")', 'nginx:1,redis'],
    ['object.spec.containers.exists_one(c, c.image == "redis")', true],
    ['object.spec.containers.filter(c, c.image.matches("^r")).size()', 1],
    ['has(object.spec.empty) && !has(object.spec.missing)', true],
    ['object.spec.?initContainers.orValue([]) + object.spec.containers.map(c, c.image)', ['nginx:1', 'redis']],
    ['object.?spec.?missing.?deeper.hasValue()', false],
    ['[1, ?optional.none(), ?optional.of(2)]', [1, 2]],
    ['{"a": 1, ?"b": object.?b}', { a: 1 }],
    ['object.spec.containers[?5].?image.orValue("none")', 'none'],
    ['object.spec.?replicas.optMap(n, n * 2).value()', 6],
    ['cel.bind(n, object.spec.replicas, n * n)', 9],
    ['{"a": 1, "b": 2}.all(k, v, k == "a" || v == 2)', true],
    ['["a", "b"].transformList(i, v, string(i) + v)', ['0a', '1b']],
    ['{"a": 1}.transformMap(k, v, v + 1)', { a: 2 }],
    ['{"a": "x"}.transformMapEntry(k, v, {v: k})', { x: 'a' }],
    ['[3, 1, 2].sort()', [1, 2, 3]],
    ['object.spec.containers.sortBy(c, size(c.image)).map(c, c.image)', ['redis', 'nginx:1']],
    ['"%s is %d, %.1f".format(["a", 2, 2.25])', 'a is 2, 2.2'],
    ['request.operation in ["CREATE", "UPDATE"]', true],
    ['has(variables.count)', true],
    ['false && object.missing', false],
    ['object.missing == 1 || true', true],
    ['base64.encode(b"hello")', 'aGVsbG8='],
    ['sets.intersects(["a"], ["b", "a"])', true],
    ['math.greatest(1, 2.5, 2)', 2.5],
  ];
  for (const [source, wanted] of cases) assert.deepEqual(result(source), wanted, source);
});

test('what is wrong without any value is found when it is compiled, with its place', () => {
  const cases: readonly (readonly [source: string, problem: RegExp])[] = [
    ['object.spec.', /line 1, column 13, at its end: a name is expected/],
    ['1 +\n  ?', /line 2, column 3/],
    ['objekt.spec', /"objekt" is not known here, only object/],
    ['request.opration', /Request has no field opration, only operation/],
    ['size(1)', /size\(\) does not take \(int\)/],
    ['"a" + 1', /\+ does not take \(string, int\)/],
    ['object.frobnicate()', /there is no function frobnicate\(\)/],
    ['1 && true', /this is int, and not true or false/],
    ['true ? 1 : "a"', /one side gives int, the other string/],
    ['[1].all(x + 1, true)', /a name for the value is expected/],
    ['has(object)', /has\(\) is asked about a field/],
    ['Pod{spec: 1}', /there is no object Pod/],
    ['"abc', /does not end/],
    ['99999999999999999999', /too large/],
    ['#', /nothing in an expression begins/],
    ['"a".matches("(")', /the regular expression "\(" is wrong/],
    ['duration("1 hour")', /is no duration/],
    ['timestamp("2026-02-31T00:00:00Z")', /is no time/],
    ['('.repeat(300) + '1' + ')'.repeat(300), /nested deeper/],
    ['1' + '+1'.repeat(300), /chains more/],
    [' '.repeat(100_001), /longer than/],
    ['('.repeat(45) + '1' + `${'+1'.repeat(199)})`.repeat(45), /nested too deep/],
  ];
  for (const [source, message] of cases) {
    assert.throws(() => compiled(source), { code: 'policy-invalid', message }, source.slice(0, 40));
  }
  assert.throws(() => compiled('1 + 1', bool), { code: 'policy-invalid', message: /gives int, not bool/ });
  assert.throws(() => compiled('authorizer.group("").allowed()'), { code: 'policy-unsupported' });
});

test('what has no answer fails, and nothing of JavaScript shines through', () => {
  for (const source of [
    'object.missing',
    'object.spec.containers[7]',
    'object.constructor',
    'object["__proto__"]',
    'object.spec.containers.length',
    'has(object.spec.replicas.x)',
    '1 / 0',
    '9223372036854775807 + object.spec.replicas',
    'object.spec.replicas ? 1 : 2',
    'object.spec.containers.exists(c, c.missing)',
    'object.spec.containers[0].image.matches(object.spec.containers[0].image + "(")',
  ]) {
    assert.throws(() => compiled(source).evaluate(bindings, startRun()), { code: 'expression-failed' }, source);
  }
  assert.throws(() => compiled('constructor'), { code: 'policy-invalid' });
  assert.throws(() => compiled('toString()'), { code: 'policy-invalid' });
});

test('an expression that would never end or fill the memory is stopped, whatever is beside it', () => {
  const list = `[${Array.from({ length: 100 }, (_, at) => at).join(',')}]`;
  for (const source of [
    `${list}.all(a, ${list}.all(b, ${list}.all(c, ${list}.all(d, true))))`,
    `${list}.all(a, ${list}.all(b, ${list}.all(c, ${list}.all(d, true)))) || true`,
    `${list}.map(a, ${list}.map(b, "0123456789".replace("", "0123456789".replace("", "0123456789"))).join("")).join("") == ""`,
    'lists.range(9223372036854775807).size() > 0',
  ]) {
    assert.throws(
      () => compiled(source).evaluate(bindings, startRun()),
      { code: 'expression-failed' },
      source.slice(-60),
    );
  }
});

test('what takes time is waited for once for each name, and all elements of a list together', async () => {
  const asked: string[] = [];
  const library: Library = {
    name: 'slow',
    functions: [
      method('slow', [text], text, (value, run) =>
        run.waitFor(`slow ${value}`, async () => {
          asked.push(value);
          await Promise.resolve();
          if (value === 'bad') throw policyError('resource-unavailable', 'nobody answers');
          return value.toUpperCase();
        }),
      ),
    ],
  };
  const slow = (source: string) =>
    compileExpression(source, { variables, libraries: [library, ...kubernetesLibraries] });
  const run = startRun();
  const first = slow('["a", "b", "a"].map(x, x.slow()).join("") + "a".slow()');
  assert.throws(() => first.evaluate(bindings, run), Waiting);
  assert.deepEqual(asked, ['a', 'b'], 'both are under way before the first is there');
  assert.equal(await evaluate(first, bindings, run), 'ABAA');
  assert.deepEqual(asked, ['a', 'b']);
  assert.equal(await evaluate(slow('"c".slow() == "C" || "d".slow() == "D"'), bindings, run), true);
  assert.deepEqual(asked, ['a', 'b', 'c'], 'what is not needed is not asked for');
  await assert.rejects(evaluate(slow('"bad".slow()'), bindings, run), { code: 'resource-unavailable' });
  const endless = slow('"x".slow().slow().slow()'.replaceAll('x', 'y'));
  assert.equal(await evaluate(endless, bindings, run), 'Y');
});

test('any text is an expression or a typed error, and what is one gives a value or a typed error', () => {
  const words = [
    'object',
    '.spec',
    '[',
    ']',
    '(',
    ')',
    '"a"',
    '1',
    '+',
    '.?x',
    '{',
    '}',
    ':',
    ',',
    ' in ',
    '?',
    '&&',
    '.all(x, ',
    'x',
    '-',
    '!',
    '2.5',
    'u',
  ];
  const sources = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(sources, (source) => {
      try {
        compiled(source).evaluate(bindings, startRun());
      } catch (error) {
        assert.ok(error instanceof BullaError, `${source}: ${String(error)}`);
      }
    }),
    { numRuns: 2000 },
  );
});

test('JSON becomes values and JSON again', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const again: Value = fromJson(value);
      assert.deepEqual(toJson(again), JSON.parse(JSON.stringify(value)) as unknown);
    }),
  );
});
