import { policyError } from '#policy/errors.ts';
import type { Node } from '#policy/cel/syntax/node.ts';
import { bool, dyn, nameOf, optional, type Type } from '#policy/cel/type.ts';
import { isList, isMap, keyOf, kindOf, none, some, typeNameOf, type Optional, type Value } from '#policy/cel/value.ts';
import { compileDotted } from './names.ts';
import type { Compiled, Scope } from './scope.ts';

type Kind<K extends Node['kind']> = Node & { readonly kind: K };

/** Compiles `a.b` and `a.?b`. */
export function compileSelect(node: Kind<'select'>, scope: Scope): Compiled {
  const dotted = compileDotted(node, scope);
  if (dotted !== undefined) return dotted;
  const operand = scope.compile(node.operand, scope);
  const field = fieldType(operand.type, node.field, node.at, scope);
  const type = node.isOptional && field.name !== 'optional_type' ? optional(field) : field;
  const { field: name, isOptional } = node;
  return { type, evaluate: (frame) => select(operand.evaluate(frame), name, isOptional) };
}

/** Compiles `has(a.b)`. */
export function compileHas(node: Kind<'has'>, scope: Scope): Compiled {
  const variable = compileDotted({ ...node, kind: 'select', isOptional: false }, scope);
  if (variable !== undefined) return { type: bool, evaluate: (frame) => variable.evaluate(frame) !== undefined };
  const operand = scope.compile(node.operand, scope);
  fieldType(operand.type, node.field, node.at, scope);
  return {
    type: bool,
    evaluate: (frame) => {
      const value = operand.evaluate(frame);
      const inside = isOptionalValue(value) ? value.value : value;
      if (inside === undefined) return false;
      if (!isMap(inside)) throw noFields(inside, node.field);
      return inside.has(node.field);
    },
  };
}

/** Compiles `a[b]` and `a[?b]`. */
export function compileIndex(node: Kind<'index'>, scope: Scope): Compiled {
  const operand = scope.compile(node.operand, scope);
  const index = scope.compile(node.index, scope);
  const inner = indexType(operand.type, node.at, scope);
  const type = node.isOptional && inner.name !== 'optional_type' ? optional(inner) : inner;
  return {
    type,
    evaluate: (frame) => indexInto(operand.evaluate(frame), index.evaluate(frame), node.isOptional),
  };
}

/** The type of a field, with what is known of the whole. Selecting in an optional gives an optional. */
function fieldType(type: Type, field: string, at: number, scope: Scope): Type {
  if (type.name === 'dyn') return dyn;
  if (type.name === 'map') return type.of[1] ?? dyn;
  if (type.name === 'optional_type') return optionalOf(fieldType(type.of[0] ?? dyn, field, at, scope));
  const known = type.fields?.get(field);
  if (known !== undefined) return known;
  if (type.fields === undefined) throw scope.problem(at, `${nameOf(type)} has no fields, and so no ${field}`);
  throw scope.problem(at, `${nameOf(type)} has no field ${field}, only ${[...type.fields.keys()].join(', ')}`);
}

function indexType(type: Type, at: number, scope: Scope): Type {
  if (type.name === 'dyn' || type.fields !== undefined) return dyn;
  if (type.name === 'list') return type.of[0] ?? dyn;
  if (type.name === 'map') return type.of[1] ?? dyn;
  if (type.name === 'optional_type') return optionalOf(indexType(type.of[0] ?? dyn, at, scope));
  throw scope.problem(at, `${nameOf(type)} is neither list nor map`);
}

function optionalOf(type: Type): Type {
  return type.name === 'optional_type' ? type : optional(type);
}

function isOptionalValue(value: Value): value is Optional {
  return kindOf(value) === 'optional';
}

function select(value: Value, field: string, isOptional: boolean): Value {
  if (isOptionalValue(value)) return value.value === undefined ? none : select(value.value, field, true);
  if (!isMap(value)) throw noFields(value, field);
  const inner = value.get(field);
  if (isOptional) return inner === undefined ? none : some(inner);
  if (inner === undefined) throw policyError('expression-failed', `there is no ${field}`);
  return inner;
}

function indexInto(value: Value, index: Value, isOptional: boolean): Value {
  if (isOptionalValue(value)) return value.value === undefined ? none : indexInto(value.value, index, true);
  const inner = elementAt(value, index);
  if (isOptional) return inner === undefined ? none : some(inner);
  if (inner === undefined) throw policyError('expression-failed', `there is no ${writtenKey(index)}`);
  return inner;
}

function elementAt(value: Value, index: Value): Value | undefined {
  const key = keyOf(index);
  if (isMap(value)) {
    if (key === undefined && typeof index !== 'number')
      throw policyError('expression-failed', `${typeNameOf(index)} is no key`);
    return key === undefined ? undefined : value.get(key);
  }
  if (!isList(value)) throw policyError('expression-failed', `${typeNameOf(value)} is neither list nor map`);
  if (typeof key !== 'bigint') throw policyError('expression-failed', `${typeNameOf(index)} is no place in a list`);
  return key < 0n || key >= BigInt(value.length) ? undefined : value[Number(key)];
}

function noFields(value: Value, field: string) {
  return policyError('expression-failed', `${typeNameOf(value)} has no fields, and so no ${field}`);
}

function writtenKey(index: Value): string {
  const key = keyOf(index);
  return typeof key === 'string' ? `"${key.slice(0, 100)}"` : String(key);
}
