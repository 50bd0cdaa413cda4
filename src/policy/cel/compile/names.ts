import { policyError } from '#policy/errors.ts';
import type { Node } from '#policy/cel/syntax/node.ts';
import { typeType, type Type } from '#policy/cel/type.ts';
import type { TypeValue } from '#policy/cel/value.ts';
import type { Compiled, Frame, LocalType, Scope } from './scope.ts';

/** Names of types, which are values. */
const typeNames = new Set(
  (
    'bool bytes double int list map null_type string type uint optional_type ' +
    'google.protobuf.Timestamp google.protobuf.Duration'
  ).split(' '),
);

type Name = Node & { readonly kind: 'name' };

/** Compiles a name: a variable of a macro, a variable of the environment, or a type. */
export function compileName(node: Name, scope: Scope): Compiled {
  const local = node.isRooted ? undefined : localNamed(scope.locals, node.name);
  if (local !== undefined) return { type: local.type, evaluate: (frame) => valueOfLocal(frame, node.name) };
  const compiled = compileGlobal(node.name, scope);
  if (compiled !== undefined) return compiled;
  const why = scope.functions.refusal(node.name);
  if (why !== undefined) throw refusedName(node.name, why);
  const known = [...scope.environment.variables.keys()].join(', ');
  throw scope.problem(node.at, `"${node.name}" is not known here${known === '' ? '' : `, only ${known}`}`);
}

/** A selection that is the name of a variable or type with dots. Nothing if it is not. */
export function compileDotted(node: Node, scope: Scope): Compiled | undefined {
  const name = dottedName(node, scope);
  const compiled = name === undefined ? undefined : compileGlobal(name, scope);
  const why = name === undefined || compiled !== undefined ? undefined : scope.functions.refusal(name);
  if (name !== undefined && why !== undefined) throw refusedName(name, why);
  return compiled;
}

/** The words of a selection as a name with dots, unless its first word is a variable of a macro. */
export function dottedName(node: Node, scope: Scope): string | undefined {
  if (node.kind === 'name') {
    return node.isRooted || localNamed(scope.locals, node.name) === undefined ? node.name : undefined;
  }
  if (node.kind !== 'select' || node.isOptional) return undefined;
  const before = dottedName(node.operand, scope);
  return before === undefined ? undefined : `${before}.${node.field}`;
}

export function refusedName(name: string, why: string) {
  return policyError('policy-unsupported', `${name} is not supported in expressions: ${why}`);
}

function compileGlobal(name: string, scope: Scope): Compiled | undefined {
  const type: Type | undefined = scope.environment.variables.get(name);
  if (type !== undefined) return { type, evaluate: (frame) => valueOfGlobal(frame, name) };
  if (!typeNames.has(name)) return undefined;
  const value: TypeValue = { kind: 'type', name };
  return { type: typeType, evaluate: () => value };
}

function localNamed(locals: LocalType | undefined, name: string): LocalType | undefined {
  let local = locals;
  while (local !== undefined && local.name !== name) local = local.outer;
  return local;
}

function valueOfLocal({ locals }: Frame, name: string) {
  let local = locals;
  while (local !== undefined && local.name !== name) local = local.outer;
  if (local === undefined) throw policyError('expression-failed', `${name} has no value`);
  return local.value;
}

function valueOfGlobal({ globals, run }: Frame, name: string) {
  const value = globals.get(name);
  if (value === undefined) throw policyError('expression-failed', `${name} has no value`);
  return value(run);
}
