import { BullaError, messageOf } from '#kit/error.ts';
import { policyError } from '#policy/errors.ts';
import type { CelFunction } from '#policy/cel/function.ts';
import type { Run } from '#policy/cel/run.ts';
import type { Node } from '#policy/cel/syntax/node.ts';
import { accepts, bool, dyn, filledIn, joined, nameOf, parameter, type Found, type Type } from '#policy/cel/type.ts';
import { typeNameOf, type Value } from '#policy/cel/value.ts';
import { checkLiterals } from './literal-checks.ts';
import { dottedName, refusedName } from './names.ts';
import type { Compiled, Frame, Scope } from './scope.ts';

type Kind<K extends Node['kind']> = Node & { readonly kind: K };

/** Compiles a call of a function, of a method, or of an operator. */
export function compileCall(node: Kind<'call'>, scope: Scope): Compiled {
  const { name, isMethod, args } = calledBy(node, scope);
  const functions = scope.functions.find(name, isMethod);
  const why = scope.functions.refusal(name);
  if (functions.length === 0) throw why === undefined ? noFunction(node, scope) : refusedName(name, why);
  const compiled = args.map((arg) => scope.compile(arg, scope));
  const types = compiled.map(({ type }) => type);
  const fitting = functions.flatMap((one) => signatureFor(one, types));
  const [first, ...more] = fitting;
  if (first === undefined)
    throw scope.problem(node.at, `${written(name)} does not take (${types.map(nameOf).join(', ')})`);
  try {
    checkLiterals(name, args);
  } catch (error) {
    throw scope.problem(node.at, messageOf(error));
  }
  const type = more.reduce((all, { result }) => joined(all, result), first.result);
  const candidates = fitting.map((one) => one.function);
  return {
    type,
    evaluate: (frame) => dispatch(name, candidates, valuesOf(compiled, frame), frame.run),
  };
}

/** Compiles `a && b` and `a || b`: what one side decides is decided, even if the other fails (language definition, "Logical operators"). */
export function compileLogic(node: Kind<'and' | 'or'>, scope: Scope): Compiled {
  const terms = node.terms.map((term) => compileBool(term, scope));
  const deciding = node.kind === 'or';
  return { type: bool, evaluate: (frame) => decideBy(terms, deciding, frame) };
}

/** Compiles `a ? b : c`. */
export function compileChoice({ at, condition, yes, no }: Kind<'choice'>, scope: Scope): Compiled {
  const asked = compileBool(condition, scope);
  const [then, otherwise] = [scope.compile(yes, scope), scope.compile(no, scope)];
  const found: Found = new Map();
  const same = parameter('A');
  if (!accepts(same, then.type, found) || !accepts(same, otherwise.type, found)) {
    throw scope.problem(at, `one side gives ${nameOf(then.type)}, the other ${nameOf(otherwise.type)}`);
  }
  return {
    type: joined(then.type, otherwise.type),
    evaluate: (frame) => {
      const value = asked.evaluate(frame);
      if (typeof value !== 'boolean') throw notBool(value);
      return (value ? then : otherwise).evaluate(frame);
    },
  };
}

/** Whether an error may be covered by the other side of an `||` or an `&&`: those of the expression itself, but not that it costs too much. */
export function isCovered(error: unknown, run: Run): boolean {
  return error instanceof BullaError && !run.isExhausted();
}

export function notBool(value: Value) {
  return policyError('expression-failed', `a condition is ${typeNameOf(value)}, not bool`);
}

/** Compiles what must be true or false. */
export function compileBool(node: Node, scope: Scope): Compiled {
  const compiled = scope.compile(node, scope);
  if (!accepts(bool, compiled.type, new Map())) {
    throw scope.problem(node.at, `this is ${nameOf(compiled.type)}, and not true or false`);
  }
  return compiled;
}

function decideBy(terms: readonly Compiled[], deciding: boolean, frame: Frame): boolean {
  let problem: unknown;
  for (const { evaluate } of terms) {
    try {
      const value = evaluate(frame);
      if (value === deciding) return deciding;
      if (typeof value !== 'boolean') throw notBool(value);
    } catch (error) {
      if (!isCovered(error, frame.run)) throw error;
      problem ??= error;
    }
  }
  if (problem !== undefined) throw problem;
  return !deciding;
}

/** What is called: `sets.contains(a, b)` is a function of that name, where there is one. */
function calledBy({ name, target, args }: Kind<'call'>, scope: Scope) {
  if (target === undefined) return { name, isMethod: false, args };
  const before = dottedName(target, scope);
  const dotted = before === undefined ? undefined : `${before}.${name}`;
  if (dotted !== undefined) {
    const why = scope.functions.refusal(dotted);
    if (scope.functions.find(dotted, false).length > 0) return { name: dotted, isMethod: false, args };
    if (why !== undefined) throw refusedName(dotted, why);
  }
  return { name, isMethod: true, args: [target, ...args] };
}

function noFunction({ at, name, target }: Kind<'call'>, scope: Scope): Error {
  // What is called on something unknown is told as that.
  if (target !== undefined) scope.compile(target, scope);
  return scope.problem(at, `there is no function ${written(name)}`);
}

function signatureFor(one: CelFunction, types: readonly Type[]) {
  if (one.parameters.length !== types.length) return [];
  const found: Found = new Map();
  const fits = one.parameters.every((asked, at) => accepts(asked, types[at] ?? dyn, found));
  return fits ? [{ function: one, result: filledIn(one.result, found) }] : [];
}

function valuesOf(compiled: readonly Compiled[], frame: Frame): Value[] {
  return compiled.map(({ evaluate }) => evaluate(frame));
}

function dispatch(name: string, candidates: readonly CelFunction[], values: readonly Value[], run: Run): Value {
  for (const candidate of candidates) {
    if (candidate.parameters.every((type, at) => type.is(values[at] ?? null))) return candidate.call(values, run);
  }
  const types = values.map(typeNameOf).join(', ');
  throw policyError('expression-failed', `${written(name)} does not take (${types})`);
}

/** An operator as it is written. */
function written(name: string): string {
  const operator = /^_?(?<sign>[^A-Za-z_]+)_$/.exec(name)?.groups?.['sign'];
  return name === '@in' ? 'in' : (operator ?? `${name}()`);
}
