import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tests as suite } from '@bufbuild/cel-spec/testdata/conformance.js';
import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { equal } from './equal.ts';
import { compileExpression } from './expression.ts';
import { kubernetesLibraries } from './libraries/index.ts';
import { startRun } from './run.ts';
import { readDuration, readTimestamp } from './standard/instants.ts';
import {
  bool,
  bytes,
  double,
  dyn,
  int,
  list,
  map,
  nothing,
  optional,
  text,
  timestamp,
  duration,
  uint,
  type Type,
} from './type.ts';
import { keyOf, none, some, type MapKey, type Value } from './value.ts';

/** Suites of the specification that are about messages of protocol buffers, which Kubernetes has none of, and what else is left out. */
const leftOut = new Map([
  ['proto2', 'messages'],
  ['proto2_ext', 'messages'],
  ['proto3', 'messages'],
  ['dynamic', 'messages'],
  ['enums', 'messages'],
  ['wrappers', 'messages'],
  ['unknowns', 'values that are not known'],
  ['block_ext', 'cel.block, which only optimisers write'],
  ['network_ext', 'Kubernetes has functions of its own for addresses'],
]);

for (const group of suite.suites ?? []) {
  const why = leftOut.get(group.name);
  test(`the conformance tests of CEL: ${group.name}`, { skip: why }, () => {
    const wrong: string[] = [];
    for (const part of group.suites ?? []) {
      for (const { original } of part.tests ?? []) {
        // An expression that has not been checked is never evaluated here.
        if (isAboutMessages(original) || original['disableCheck'] === true) continue;
        const problem = problemWith(original);
        if (problem !== undefined && !known.has(`${group.name}/${part.name}/${original.name ?? ''}`)) {
          wrong.push(`${group.name}/${part.name}/${original.name ?? ''}: ${original.expr}: ${problem}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });
}

/** Where we differ, with why. */
const known = new Map(
  [
    'lt_literal/not_lt_dyn_int_big_lossy_double',
    'gt_literal/not_gt_dyn_big_double_int',
    'lte_literal/lte_dyn_big_double_int',
    'gte_literal/gte_dyn_int_big_lossy_double',
  ].map((name) => [`comparisons/${name}`, 'integers and doubles are compared exactly']),
);

/** Messages, and names that only a container of them shortens. */
function isAboutMessages(original: JsonObject): boolean {
  return /TestAllTypes|"google\.|google\.protobuf\.|objectValue|typeEnv":\[\{"name":"[^"]*","function|"container"|NestedEnum|GlobalEnum/.test(
    JSON.stringify(original).replaceAll(/google\.protobuf\.(?:Timestamp|Duration)/g, ''),
  );
}

function problemWith(original: JsonObject): string | undefined {
  const source = asText(original['expr']) ?? '';
  const declared = asList(original['typeEnv']).map((one) => asObject(one) ?? {});
  const variables = new Map(
    declared.map((one) => [asText(one['name']) ?? '', typeOf(asObject(asObject(one['ident'])?.['type']) ?? {})]),
  );
  const bindings = Object.entries(asObject(original['bindings']) ?? {}).map(([name, value]) => {
    const read = valueOf(asObject(asObject(value)?.['value']) ?? {});
    return [name, () => read] as const;
  });
  for (const [name] of bindings) if (!variables.has(name)) variables.set(name, dyn);
  const isError = original['evalError'] !== undefined;
  const isTyped = original['typedResult'] !== undefined && original['value'] === undefined;
  let value: Value;
  try {
    const expression = compileExpression(source, { variables, libraries: kubernetesLibraries });
    if (isTyped) return undefined;
    value = expression.evaluate(new Map(bindings), startRun());
  } catch (error) {
    return isError ? undefined : String(error);
  }
  if (isError) return 'it should fail';
  const wanted = asObject(original['value']);
  return compare(value, wanted === undefined ? true : valueOf(wanted));
}

function compare(value: Value, wanted: Value): string | undefined {
  const isSame = equal(value, wanted, startRun()) || (Number.isNaN(value) && Number.isNaN(wanted));
  return isSame ? undefined : `${show(value)} and not ${show(wanted)}`;
}

function show(value: Value): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'bigint' ? `${one}n` : one instanceof Map ? [...one] : one,
  );
}

/** A value as the tests write it (cel.expr.Value, in JSON). */
function valueOf(value: JsonObject): Value {
  const [[kind, content] = ['', undefined]] = Object.entries(value);
  switch (kind) {
    case 'int64Value':
      return BigInt(String(content));
    case 'uint64Value':
      return { kind: 'uint', value: BigInt(String(content)) };
    case 'doubleValue':
      return Number(content);
    case 'stringValue':
      return String(content);
    case 'boolValue':
      return content === true;
    case 'nullValue':
      return null;
    case 'bytesValue':
      return new Uint8Array(Buffer.from(String(content), 'base64'));
    case 'typeValue':
      return { kind: 'type', name: String(content) };
    case 'listValue':
      return asList(asObject(content)?.['values']).map((one) => valueOf(asObject(one) ?? {}));
    case 'mapValue':
      return new Map<MapKey, Value>(
        asList(asObject(content)?.['entries']).map((entry) => {
          const { key, value: inner } = asObject(entry) ?? {};
          return [keyOf(valueOf(asObject(key) ?? {})) ?? '', valueOf(asObject(inner) ?? {})];
        }),
      );
    case 'objectValue': {
      const type = asText(asObject(content)?.['@type']) ?? '';
      const written = asText(asObject(content)?.['value']) ?? '';
      if (type.endsWith('Timestamp')) return readTimestamp(written);
      if (type.endsWith('Duration')) return readDuration(written);
      const inner = asObject(asObject(content)?.['value']);
      if (type.endsWith('OptionalValue')) return inner === undefined ? none : some(valueOf(inner));
      throw new Error(`no value of ours: ${type}`);
    }
    default:
      throw new Error(`no value: ${JSON.stringify(value)}`);
  }
}

function typeOf(type: JsonObject): Type {
  const primitives = new Map<unknown, Type>([
    ['BOOL', bool],
    ['INT64', int],
    ['UINT64', uint],
    ['DOUBLE', double],
    ['STRING', text],
    ['BYTES', bytes],
  ]);
  if (type['primitive'] !== undefined) return primitives.get(type['primitive']) ?? dyn;
  if (type['wellKnown'] === 'TIMESTAMP') return timestamp;
  if (type['wellKnown'] === 'DURATION') return duration;
  if (type['null'] !== undefined) return nothing;
  const inner = asObject(type['listType']);
  if (inner !== undefined) return list(typeOf(asObject(inner['elemType']) ?? {}));
  const entries = asObject(type['mapType']);
  if (entries !== undefined)
    return map(typeOf(asObject(entries['keyType']) ?? {}), typeOf(asObject(entries['valueType']) ?? {}));
  const abstract = asObject(type['abstractType']);
  if (abstract?.['name'] === 'optional_type')
    return optional(typeOf(asObject(asList(abstract['parameterTypes'])[0]) ?? {}));
  return dyn;
}
