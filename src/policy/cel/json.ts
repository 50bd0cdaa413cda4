import { asObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import { writeDuration, writeTimestamp } from './standard/instants.ts';
import { isBytes, isList, isMap, numberOf, typeNameOf, type MapKey, type Value } from './value.ts';

/** No value is nested deeper. */
const deepest = 200;

/**
 * A value of parsed JSON or YAML as one of CEL: whole numbers are integers, as Kubernetes has it. What has no place in JSON, such as a
 * function, is null.
 * @throws `expression-failed` if it is nested too deep
 */
export function fromJson(value: unknown, depth = 0): Value {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'number') return isWhole(value) ? BigInt(value) : value;
  if (depth > deepest) throw policyError('expression-failed', `a value is nested deeper than ${deepest}`);
  if (Array.isArray(value)) return value.map((item: unknown) => fromJson(item, depth + 1));
  const object = asObject(value);
  if (object === undefined) return null;
  return new Map<MapKey, Value>(Object.entries(object).map(([key, inner]) => [key, fromJson(inner, depth + 1)]));
}

function isWhole(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 2 ** 63;
}

/**
 * A value of CEL as plain JSON. An optional value that is not there is nothing.
 * @throws `expression-failed` for what has no form in JSON
 */
export function toJson(value: Value, depth = 0): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  const number = numberOf(value);
  if (number !== undefined) return Number(number);
  if (depth > deepest) throw policyError('expression-failed', `a value is nested deeper than ${deepest}`);
  if (typeof value !== 'object') throw noForm(value);
  if (isList(value)) return value.map((item) => toJson(item, depth + 1));
  if (isMap(value))
    return Object.fromEntries([...value].map(([key, inner]) => [String(key), toJson(inner, depth + 1)]));
  if (isBytes(value)) return Buffer.from(value).toString('base64');
  switch (value.kind) {
    case 'timestamp':
      return writeTimestamp(value);
    case 'duration':
      return writeDuration(value);
    case 'optional':
      return value.value === undefined ? undefined : toJson(value.value, depth + 1);
    default:
      throw noForm(value);
  }
}

function noForm(value: Value) {
  return policyError('expression-failed', `${typeNameOf(value)} has no form in JSON`);
}
