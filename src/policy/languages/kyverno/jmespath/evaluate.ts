import { asObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import { isSame } from '#policy/languages/kyverno/values/same.ts';
import type { Budget } from './budget.ts';
import type { Expression } from './expression.ts';
import { functions } from './functions/index.ts';
import { isMissing, missing, orNull } from './missing.ts';
import { slice } from './slice.ts';

/** What functions may know of the world, and what an evaluation may cost. */
export interface Run {
  readonly now: Date;
  readonly budget: Budget;
}

/**
 * Evaluates an expression as Kyverno does. It differs from JMESPath in one thing: a key that an object does not have is not nothing
 * but missing, and stays so until something other than a path looks at it.
 * @returns a value, or what is missing
 * @throws `expression-failed`
 */
export function evaluate(node: Expression, value: unknown, run: Run): unknown {
  run.budget.step();
  const at = (inner: Expression, of: unknown = value) => evaluate(inner, of, run);
  const valueAt = (inner: Expression, of: unknown = value) => orNull(at(inner, of));
  switch (node.type) {
    case 'Identity':
    case 'Current':
      return value;
    case 'Literal':
      return node.value;
    case 'Field':
      return field(value, node.name);
    case 'Subexpression':
    case 'IndexExpression': {
      const left = at(node.left);
      return isMissing(left) ? left : at(node.right, left);
    }
    case 'Index':
      return Array.isArray(value) ? orNull(value.at(node.value)) : null;
    case 'Slice':
      return Array.isArray(value) ? slice(value, node) : null;
    case 'Pipe':
      return valueAt(node.right, valueAt(node.left));
    case 'OrExpression': {
      const left = valueAt(node.left);
      return isFalse(left) ? valueAt(node.right) : left;
    }
    case 'AndExpression': {
      const left = valueAt(node.left);
      return isFalse(left) ? left : at(node.right);
    }
    case 'NotExpression':
      return isFalse(valueAt(node.child));
    case 'Comparator':
      return compare(node.name, valueAt(node.left), valueAt(node.right));
    case 'Flatten': {
      const list = valueAt(node.child);
      return Array.isArray(list) ? list.flat() : null;
    }
    case 'Projection':
      return project(valueAt(node.left), (item) => valueAt(node.right, item));
    case 'ValueProjection': {
      const object = asObject(valueAt(node.left));
      return project(object === undefined ? null : Object.values(object), (item) => valueAt(node.right, item));
    }
    case 'FilterProjection': {
      const list = valueAt(node.left);
      const kept = Array.isArray(list) ? list.filter((item) => !isFalse(valueAt(node.condition, item))) : null;
      return project(kept, (item) => valueAt(node.right, item));
    }
    case 'MultiSelectList':
      return value === null || value === undefined ? null : node.children.map((child) => valueAt(child));
    case 'MultiSelectHash':
      if (value === null || value === undefined) return null;
      return Object.fromEntries(node.children.map(({ name, value: child }) => [name, valueAt(child)]));
    case 'Function':
      return call(
        node.name,
        node.children.map((child) => argument(child, value, run)),
        run,
      );
    default:
      throw policyError('expression-failed', `Kyverno has no JMESPath with ${node.type}`);
  }
}

/** An expression that is handed to a function, to be evaluated for each of what it looks at. */
export type Mapping = (item: unknown) => unknown;

function argument(node: Expression, value: unknown, run: Run): unknown {
  if (node.type !== 'ExpressionReference') return orNull(evaluate(node, value, run));
  const mapping: Mapping = (item) => orNull(evaluate(node.child, item, run));
  return mapping;
}

function call(name: string, given: readonly unknown[], run: Run): unknown {
  const found = functions.get(name);
  if (found === undefined) throw policyError('expression-failed', `Kyverno has no function ${name}`);
  const result = found(given, run);
  if (typeof result === 'string') run.budget.take(result.length);
  return result;
}

function field(value: unknown, name: string): unknown {
  const object = asObject(value);
  if (object === undefined) return null;
  return Object.hasOwn(object, name) ? orNull(object[name]) : missing(name);
}

function project(list: unknown, each: (item: unknown) => unknown): unknown {
  return Array.isArray(list) ? list.map((item: unknown) => each(item)).filter((item) => item !== null) : null;
}

/** What JMESPath takes for false: nothing, false, and what is empty. */
function isFalse(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return true;
  if (typeof value !== 'object') return false;
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}

function compare(name: string, left: unknown, right: unknown): boolean | null {
  if (name === 'EQ') return isSame(left, right);
  if (name === 'NE') return !isSame(left, right);
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  if (name === 'GT') return left > right;
  if (name === 'GTE') return left >= right;
  return name === 'LT' ? left < right : left <= right;
}
