import { policyError } from '#policy/errors.ts';
import { Waiting } from '#policy/cel/run.ts';
import { order } from '#policy/cel/standard/comparisons.ts';
import type { Macro, Node } from '#policy/cel/syntax/node.ts';
import { bool, dyn, int, list, map, nameOf, optional, text, type Type } from '#policy/cel/type.ts';
import {
  isList,
  isMap,
  kindOf,
  none,
  some,
  typeNameOf,
  type CelMap,
  type MapKey,
  type Value,
} from '#policy/cel/value.ts';
import { compileBool, isCovered, notBool } from './calls.ts';
import { bound, withLocal, type Compiled, type Frame, type Scope } from './scope.ts';

/** Compiles a form that names values: those that go through lists and maps, and those that name one value. */
export function compileMacro(node: Macro & { readonly at: number }, scope: Scope): Compiled {
  const range = scope.compile(node.range, scope);
  const [name = ''] = node.variables;
  if (node.macro === 'bind') {
    const body = bodyOf(node, 0, withLocal(scope, name, range.type));
    return { type: body.type, evaluate: (frame) => body.evaluate(bound(frame, name, range.evaluate(frame))) };
  }
  if (node.macro === 'optMap' || node.macro === 'optFlatMap') return compileOptional(node, range, scope);
  const inside = insideOf(node, range.type, scope);
  switch (node.macro) {
    case 'all':
    case 'exists':
      return quantifier(node, range, compileBool(bodyNode(node, 0), inside));
    case 'existsOne':
      return counter(node, range, compileBool(bodyNode(node, 0), inside));
    case 'filter':
      return filter(node, range, compileBool(bodyNode(node, 0), inside));
    case 'sortBy':
      return sorter(node, range, bodyOf(node, 0, inside));
    default:
      return transformer(node, range, inside);
  }
}

function bodyNode(node: Macro, at: number): Node {
  const body = node.bodies[at];
  if (body === undefined) throw new Error(`${node.macro} has no expression ${at}`);
  return body;
}

function bodyOf(node: Macro, at: number, scope: Scope): Compiled {
  return scope.compile(bodyNode(node, at), scope);
}

/** The scope of what is said of each element. */
function insideOf(node: Macro & { readonly at: number }, type: Type, scope: Scope): Scope {
  const [first = '', second] = node.variables;
  const isOfMap = type.name === 'map' || type.fields !== undefined;
  if (!isOfMap && type.name !== 'list' && type.name !== 'dyn') {
    throw scope.problem(node.at, `${nameOf(type)} is neither list nor map, and has no elements`);
  }
  const key = type.fields === undefined ? (type.of[0] ?? dyn) : text;
  if (second === undefined) return withLocal(scope, first, key);
  const keys = type.name === 'list' ? int : key;
  const values = type.name === 'list' ? key : (type.of[1] ?? dyn);
  return withLocal(withLocal(scope, first, keys), second, values);
}

function quantifier(node: Macro, range: Compiled, body: Compiled): Compiled {
  const deciding = node.macro === 'exists';
  return {
    type: bool,
    evaluate: (frame) => {
      let problem: unknown;
      const isDecided = !each(node, range, frame, (inner) => {
        try {
          const value = body.evaluate(inner);
          if (typeof value !== 'boolean') throw notBool(value);
          return value !== deciding;
        } catch (error) {
          if (!isCovered(error, frame.run)) throw error;
          problem ??= error;
          return true;
        }
      });
      if (isDecided) return deciding;
      if (problem !== undefined) throw problem;
      return !deciding;
    },
  };
}

function counter(node: Macro, range: Compiled, body: Compiled): Compiled {
  return {
    type: bool,
    evaluate: (frame) => {
      let count = 0;
      each(node, range, frame, (inner) => {
        if (isTrue(body, inner)) count++;
        return true;
      });
      return count === 1;
    },
  };
}

function filter(node: Macro, range: Compiled, body: Compiled): Compiled {
  return {
    type: range.type.name === 'list' ? range.type : list(range.type.of[0] ?? dyn),
    evaluate: (frame) => {
      const kept: Value[] = [];
      each(node, range, frame, (inner, value) => {
        if (isTrue(body, inner)) kept.push(value);
        return true;
      });
      return kept;
    },
  };
}

/** `sortBy`, which puts elements into the order of what is said of each. */
function sorter(node: Macro, range: Compiled, body: Compiled): Compiled {
  return {
    type: range.type,
    evaluate: (frame) => {
      const pairs: { readonly value: Value; readonly by: Value }[] = [];
      each(node, range, frame, (inner, value) => {
        pairs.push({ value, by: body.evaluate(inner) });
        return true;
      });
      return pairs.toSorted((one, other) => order(one.by, other.by, frame.run)).map(({ value }) => value);
    },
  };
}

/** `map` and its relatives: a condition may come before what each element becomes. */
function transformer(node: Macro, range: Compiled, inside: Scope): Compiled {
  const condition = node.bodies.length === 2 ? compileBool(bodyNode(node, 0), inside) : undefined;
  const body = bodyOf(node, node.bodies.length - 1, inside);
  const makesList = node.macro === 'map' || node.macro === 'transformList';
  const run = (frame: Frame, add: (key: Value, value: Value) => void) =>
    each(node, range, frame, (inner, key) => {
      if (condition === undefined || isTrue(condition, inner)) add(key, body.evaluate(inner));
      return true;
    });
  if (makesList) {
    return {
      type: list(body.type),
      evaluate: (frame) => {
        const made: Value[] = [];
        run(frame, (_key, value) => made.push(value));
        return made;
      },
    };
  }
  const isEntry = node.macro === 'transformMapEntry';
  return {
    type: isEntry ? map(body.type.of[0], body.type.of[1]) : map(keyTypeOf(range.type), body.type),
    evaluate: (frame) => {
      const made = new Map<MapKey, Value>();
      run(frame, (key, value) => {
        for (const [to, what] of isEntry ? entriesOf(value) : [[asKey(key), value] as const]) {
          if (made.has(to)) throw policyError('expression-failed', `a map has the key ${String(to)} twice`);
          made.set(to, what);
        }
      });
      return made;
    },
  };
}

function keyTypeOf(type: Type): Type {
  return type.name === 'list' ? int : (type.of[0] ?? dyn);
}

function entriesOf(value: Value): CelMap {
  if (!isMap(value))
    throw policyError('expression-failed', `transformMapEntry() makes maps, and not ${typeNameOf(value)}`);
  return value;
}

function asKey(value: Value): MapKey {
  if (typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean') return value;
  throw policyError('expression-failed', `${typeNameOf(value)} is no key of a map`);
}

function compileOptional(node: Macro & { readonly at: number }, range: Compiled, scope: Scope): Compiled {
  if (range.type.name !== 'optional_type' && range.type.name !== 'dyn') {
    throw scope.problem(node.at, `${node.macro}() is for optional values, and this is ${nameOf(range.type)}`);
  }
  const [name = ''] = node.variables;
  const body = bodyOf(node, 0, withLocal(scope, name, range.type.of[0] ?? dyn));
  const isFlat = node.macro === 'optFlatMap';
  return {
    type: isFlat ? body.type : optional(body.type),
    evaluate: (frame) => {
      const value = range.evaluate(frame);
      if (kindOf(value) !== 'optional') {
        throw policyError(
          'expression-failed',
          `${node.macro}() is for optional values, and this is ${typeNameOf(value)}`,
        );
      }
      const inner = (value as { readonly value?: Value }).value;
      if (inner === undefined) return none;
      const made = body.evaluate(bound(frame, name, inner));
      return isFlat ? made : some(made);
    },
  };
}

function isTrue(body: Compiled, frame: Frame): boolean {
  const value = body.evaluate(frame);
  if (typeof value !== 'boolean') throw notBool(value);
  return value;
}

/**
 * Visits each element until a visit answers false, and says whether none did. What an element has to wait for keeps none of the others
 * from being asked, so that all that is needed is fetched together.
 */
function each(
  { variables }: Macro,
  range: Compiled,
  frame: Frame,
  visit: (inner: Frame, first: Value) => boolean,
): boolean {
  const [first = '', second] = variables;
  let waiting: Waiting | undefined;
  for (const [key, value] of pairsOf(range.evaluate(frame), second !== undefined)) {
    frame.run.spend(1);
    const outer = bound(frame, first, key);
    try {
      if (!visit(second === undefined ? outer : bound(outer, second, value), key)) return false;
    } catch (error) {
      if (!(error instanceof Waiting)) throw error;
      waiting = error;
    }
  }
  if (waiting !== undefined) throw waiting;
  return true;
}

/** With one variable that is the element of a list or the key of a map; with two it is place and element, or key and value. */
function pairsOf(value: Value, isTwo: boolean): Iterable<readonly [Value, Value]> {
  if (isMap(value)) return value;
  if (!isList(value))
    throw policyError('expression-failed', `${typeNameOf(value)} is neither list nor map, and has no elements`);
  return value.map((item, at) => (isTwo ? [BigInt(at), item] : [item, item]));
}
