import { parse } from 'yaml';
import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import { isSame } from '#policy/languages/kyverno/values/same.ts';
import { stepsOf } from '#policy/workloads/pointer.ts';

const mostOperations = 1000;
/** A list that is made on the way to an index is filled up to it. */
const longestMade = 1000;

/** Reads a patch (RFC 6902), as YAML or JSON. @throws `expression-failed` */
export function readJsonPatch(text: string): readonly JsonObject[] {
  const parsed: unknown = parse(text, { maxAliasCount: 0 });
  const list: readonly unknown[] | undefined = Array.isArray(parsed) ? parsed : undefined;
  if (list === undefined || list.length > mostOperations) throw failure('a JSON Patch is a list of operations');
  return list.map((one) => asObject(one) ?? {});
}

/**
 * Applies a patch as Kyverno does: what stands on the way to something that is added is made, a negative index is counted from the end
 * (`-1` adds behind the last), and what is not there need not be removed.
 * @throws `expression-failed`
 */
export function applyJsonPatch(object: unknown, operations: readonly JsonObject[]): unknown {
  return operations.reduce<unknown>(applyOne, object);
}

function applyOne(document: unknown, operation: JsonObject): unknown {
  const steps = pathOf(operation, 'path');
  const value = operation['value'] ?? null;
  const isWithout = !Object.hasOwn(operation, 'value') && (operation['op'] === 'add' || operation['op'] === 'replace');
  if (isWithout) throw failure(`there is no value for ${steps.join('/')}`);
  switch (operation['op']) {
    case 'add':
      return steps.length === 0 ? value : changeAt(document, steps, adding(value), true);
    case 'replace':
      return steps.length === 0 ? value : changeAt(document, steps, replacing(value));
    case 'remove':
      return remove(document, steps);
    case 'copy':
      return changeAt(document, steps, adding(taken(document, operation)));
    case 'move':
      return changeAt(remove(document, pathOf(operation, 'from')), steps, adding(taken(document, operation)));
    case 'test':
      if (!isSame(tested(document, steps), value)) throw failure(`the test of ${steps.join('/')} fails`);
      return document;
    default:
      throw failure(`JSON Patch has no operation ${asText(operation['op']) ?? ''}`);
  }
}

type Steps = readonly string[];
type Container = JsonObject | readonly unknown[];
/** What becomes of the object or list in which the last step of a path is. */
type Change = (container: Container, step: string) => Container;

function pathOf(operation: JsonObject, field: 'path' | 'from'): Steps {
  const steps = stepsOf(asText(operation[field]) ?? '/');
  if (steps === undefined || steps.length > 100) throw failure(`${field} is no JSON pointer`);
  return steps;
}

/** @param makes whether what is not there on the way is made */
function changeAt(document: unknown, [step, ...rest]: Steps, change: Change, makes = false): Container {
  const container = asContainer(document);
  if (container === undefined || step === undefined) throw failure(`there is nothing that has a place ${step ?? ''}`);
  const [next] = rest;
  if (next === undefined) return change(container, step);
  const inner = at(container, step);
  if (inner !== undefined && inner !== null) {
    return replacing(changeAt(inner, rest, change, makes))(container, step);
  }
  if (!makes || (isList(container) && step === '-')) throw failure(`there is nothing at ${step}`);
  const made = isPlace(next) ? filled([], next) : {};
  return adding(changeAt(made, rest, change, makes))(filled(container, step), step);
}

function adding(value: unknown): Change {
  return (container, step) => {
    if (!isList(container)) return { ...container, [step]: value };
    const index = step === '-' ? container.length : indexOf(step, container.length + 1);
    if (index < 0 || index > container.length) throw failure(`a list has no place ${step}`);
    return container.toSpliced(index, 0, value);
  };
}

function replacing(value: unknown): Change {
  return (container, step) => {
    if (at(container, step) === undefined) throw failure(`there is nothing to replace at ${step}`);
    return isList(container) ? container.with(indexOf(step, container.length), value) : { ...container, [step]: value };
  };
}

const removing: Change = (container, step) => {
  if (!isList(container)) return Object.fromEntries(Object.entries(container).filter(([key]) => key !== step));
  const index = indexOf(step, container.length);
  return index < 0 ? container : container.toSpliced(index, 1);
};

function remove(document: unknown, steps: Steps): unknown {
  if (steps.length === 0) throw failure('the whole object cannot be removed');
  return asContainer(get(document, steps.slice(0, -1))) === undefined ? document : changeAt(document, steps, removing);
}

/** What is copied or moved, which must be there. */
function taken(document: unknown, operation: JsonObject): unknown {
  const from = pathOf(operation, 'from');
  const value = get(document, from);
  if (value === undefined) throw failure(`there is nothing at ${from.join('/')}`);
  return value;
}

/** A key that is not there is nothing; what it would be in must be there. */
function tested(document: unknown, steps: Steps): unknown {
  const container = get(document, steps.slice(0, -1));
  const isKnown = asObject(container) !== undefined || get(document, steps) !== undefined;
  if (!isKnown) throw failure(`there is nothing to test at ${steps.join('/')}`);
  return get(document, steps) ?? null;
}

function get(document: unknown, steps: Steps): unknown {
  return steps.reduce<unknown>((value, step) => {
    const container = asContainer(value);
    return container === undefined ? undefined : at(container, step);
  }, document);
}

/** What is at a place; `undefined` if there is no such place. */
function at(container: Container, step: string): unknown {
  if (!isList(container)) return Object.hasOwn(container, step) ? container[step] : undefined;
  return isIndex(step) ? container[indexOf(step, container.length)] : undefined;
}

/** A list with as many elements that there is a place for one more at an index; an object as it is. */
function filled(container: Container, step: string): Container {
  if (!isList(container) || !isIndex(step)) return container;
  const missing = Number(step) - container.length;
  if (missing > longestMade) throw failure(`a list has no place ${step}`);
  return missing > 0 ? [...container, ...Array.from({ length: missing }, () => null)] : container;
}

function asContainer(value: unknown): Container | undefined {
  return Array.isArray(value) ? asList(value) : asObject(value);
}

function isList(container: Container): container is readonly unknown[] {
  return Array.isArray(container);
}

function isPlace(step: string): boolean {
  return step === '-' || isIndex(step);
}

function isIndex(step: string): boolean {
  return /^[-+]?\d{1,9}$/.test(step);
}

function indexOf(step: string, length: number): number {
  if (!isIndex(step)) throw failure(`"${step}" is no index of a list`);
  const index = Number(step);
  return index < 0 ? index + length : index;
}

function failure(problem: string) {
  return policyError('expression-failed', problem);
}
