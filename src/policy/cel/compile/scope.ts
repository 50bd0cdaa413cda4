import type { CelFunction } from '#policy/cel/function.ts';
import type { Run } from '#policy/cel/run.ts';
import type { Node } from '#policy/cel/syntax/node.ts';
import type { Type } from '#policy/cel/type.ts';
import type { Value } from '#policy/cel/value.ts';
import type { Bindings, Environment } from './compile.ts';

/** A node that has been checked. */
export interface Compiled {
  readonly type: Type;
  readonly evaluate: (frame: Frame) => Value;
}

/** Where a node stands while it is compiled. */
export interface Scope {
  readonly environment: Environment;
  readonly functions: FunctionTable;
  readonly locals: LocalType | undefined;
  problem(at: number, problem: string): Error;
  compile(node: Node, scope: Scope): Compiled;
}

/** A variable that a macro has named, and those around it. */
export interface LocalType {
  readonly name: string;
  readonly type: Type;
  readonly outer: LocalType | undefined;
}

export interface FunctionTable {
  /** The signatures of a function, or of a method. */
  find(name: string, isMethod: boolean): readonly CelFunction[];
  /** Why a function or variable is not offered. */
  refusal(name: string): string | undefined;
}

/** Where a node stands while it is evaluated. */
export interface Frame {
  readonly run: Run;
  readonly globals: Bindings;
  readonly locals?: Local;
}

interface Local {
  readonly name: string;
  readonly value: Value;
  readonly outer: Local | undefined;
}

/** The same scope with one more variable. */
export function withLocal(scope: Scope, name: string, type: Type): Scope {
  return { ...scope, locals: { name, type, outer: scope.locals } };
}

/** The same frame with one more variable. */
export function bound({ run, globals, locals }: Frame, name: string, value: Value): Frame {
  return { run, globals, locals: { name, value, outer: locals } };
}
