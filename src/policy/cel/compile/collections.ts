import { policyError } from '#policy/errors.ts';
import type { Node } from '#policy/cel/syntax/node.ts';
import { accepts, dyn, joined, list, map, nameOf, record, type Type } from '#policy/cel/type.ts';
import { keyOf, kindOf, typeNameOf, type MapKey, type Optional, type Value } from '#policy/cel/value.ts';
import type { Compiled, Frame, Scope } from './scope.ts';

type Kind<K extends Node['kind']> = Node & { readonly kind: K };

/** Compiles `[a, ?b]`. */
export function compileList({ items }: Kind<'list'>, scope: Scope): Compiled {
  const compiled = items.map(({ value, isOptional }) => ({ isOptional, ...scope.compile(value, scope) }));
  return {
    type: list(joinedOf(compiled.map(inner))),
    evaluate: (frame) => {
      const values: Value[] = [];
      for (const item of compiled) {
        const value = present(item, frame);
        if (value !== undefined) values.push(value);
      }
      return values;
    },
  };
}

/** Compiles `{a: b, ?c: d}`. */
export function compileMap({ entries }: Kind<'map'>, scope: Scope): Compiled {
  const compiled = entries.map(({ key, value, isOptional }) => ({
    key: scope.compile(key, scope),
    isOptional,
    ...scope.compile(value, scope),
  }));
  return {
    type: map(joinedOf(compiled.map(({ key }) => key.type)), joinedOf(compiled.map(inner))),
    evaluate: (frame) => {
      const values = new Map<MapKey, Value>();
      for (const entry of compiled) {
        const key = keyIn(entry.key.evaluate(frame));
        const value = present(entry, frame);
        if (values.has(key)) throw policyError('expression-failed', `a map has the key ${String(key)} twice`);
        if (value !== undefined) values.set(key, value);
      }
      return values;
    },
  };
}

/** Compiles `Name{field: value}`, which makes an object with those fields. */
export function compileStruct({ name, fields, at }: Kind<'struct'>, scope: Scope): Compiled {
  const known = scope.environment.structs?.(name);
  if (known === undefined) throw scope.problem(at, `there is no object ${name}`);
  const compiled = fields.map((field) => {
    const value = scope.compile(field.value, scope);
    const asked = known === 'any' ? dyn : known.get(field.name);
    if (asked === undefined) throw scope.problem(field.value.at, `${name} has no field ${field.name}`);
    if (!accepts(asked, field.isOptional ? inner({ isOptional: true, ...value }) : value.type, new Map())) {
      throw scope.problem(field.value.at, `${field.name} is ${nameOf(asked)}, not ${nameOf(value.type)}`);
    }
    return { name: field.name, isOptional: field.isOptional, ...value };
  });
  if (new Set(fields.map((field) => field.name)).size < fields.length) {
    throw scope.problem(at, `${name} is given the same field twice`);
  }
  return {
    type: known === 'any' ? map() : record(name, Object.fromEntries(known)),
    evaluate: (frame) => {
      const values = new Map<MapKey, Value>();
      for (const field of compiled) {
        const value = present(field, frame);
        if (value !== undefined) values.set(field.name, value);
      }
      return values;
    },
  };
}

interface MaybePresent extends Compiled {
  readonly isOptional: boolean;
}

function inner({ type, isOptional }: Pick<MaybePresent, 'type' | 'isOptional'>): Type {
  return isOptional ? (type.of[0] ?? dyn) : type;
}

function present({ isOptional, evaluate }: MaybePresent, frame: Frame): Value | undefined {
  const value = evaluate(frame);
  if (!isOptional) return value;
  if (kindOf(value) !== 'optional') {
    throw policyError('expression-failed', `${typeNameOf(value)} stands where an optional value should be`);
  }
  return (value as Optional).value;
}

function joinedOf(types: readonly Type[]): Type {
  const [first = dyn, ...more] = types;
  return more.reduce(joined, first);
}

function keyIn(value: Value): MapKey {
  const key = typeof value === 'number' ? undefined : keyOf(value);
  if (key === undefined) throw policyError('expression-failed', `${typeNameOf(value)} is no key of a map`);
  return key;
}
