import { parse } from 'yaml';
import { asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import { isSame } from '#policy/languages/kyverno/values/same.ts';
import { stepsOf } from '#policy/workloads/pointer.ts';

const mostOperations = 1000;

/** Reads a patch (RFC 6902), as YAML or JSON. @throws `expression-failed` */
export function readJsonPatch(text: string): readonly JsonObject[] {
  const parsed: unknown = parse(text, { maxAliasCount: 0 });
  const list: readonly unknown[] | undefined = Array.isArray(parsed) ? parsed : undefined;
  if (list === undefined || list.length > mostOperations) throw failure('a JSON Patch is a list of operations');
  return list.map((one) => asObject(one) ?? {});
}

/**
 * Applies a patch as Kyverno does: what stands on the way to something that is added is made, an index may be negative, and what is
 * not there need not be removed.
 * @throws `expression-failed`
 */
export function applyJsonPatch(object: unknown, operations: readonly JsonObject[]): unknown {
  return operations.reduce<unknown>(applyOne, object);
}

function applyOne(document: unknown, operation: JsonObject): unknown {
  const steps = pathOf(operation, 'path');
  switch (operation['op']) {
    case 'add':
      return put(document, steps, operation['value'], true);
    case 'replace':
      if (get(document, steps) === undefined) throw failure(`there is nothing to replace at ${steps.join('/')}`);
      return put(document, steps, operation['value'], false);
    case 'remove':
      return remove(document, steps);
    case 'copy':
      return put(document, steps, get(document, pathOf(operation, 'from')), true);
    case 'move': {
      const from = pathOf(operation, 'from');
      return put(remove(document, from), steps, get(document, from), true);
    }
    case 'test':
      if (!isSame(get(document, steps) ?? null, operation['value'] ?? null)) {
        throw failure(`the test of ${steps.join('/')} fails`);
      }
      return document;
    default:
      throw failure(`JSON Patch has no operation ${asText(operation['op']) ?? ''}`);
  }
}

function pathOf(operation: JsonObject, field: 'path' | 'from'): readonly string[] {
  const steps = stepsOf(asText(operation[field]) ?? '/');
  if (steps === undefined || steps.length > 100) throw failure(`${field} is no JSON pointer`);
  return steps;
}

function get(document: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value.at(indexOf(step, value.length)) as unknown;
    const object = asObject(value);
    return object !== undefined && Object.hasOwn(object, step) ? object[step] : undefined;
  }, document);
}

function put(document: unknown, steps: readonly string[], value: unknown, isAdded: boolean): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (Array.isArray(document)) return putInList(document, step, rest, value, isAdded);
  const object = asObject(document) ?? {};
  const inner = Object.hasOwn(object, step) ? object[step] : undefined;
  const [next] = rest;
  const start = inner ?? (next === undefined ? undefined : /^(?:-|\d+)$/.test(next) ? [] : {});
  return { ...object, [step]: put(start, rest, value, isAdded) };
}

function putInList(
  list: readonly unknown[],
  step: string,
  rest: readonly string[],
  value: unknown,
  isAdded: boolean,
): unknown {
  const index = step === '-' ? list.length : indexOf(step, list.length);
  if (index < 0 || index > list.length) throw failure(`a list has no place ${step}`);
  if (rest.length === 0 && isAdded) return list.toSpliced(index, 0, value);
  return list.toSpliced(index, 1, put(list[index], rest, value, isAdded));
}

function remove(document: unknown, steps: readonly string[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return undefined;
  if (Array.isArray(document)) {
    const index = indexOf(step, document.length);
    if (index < 0 || index >= document.length) return document;
    const changed = rest.length === 0 ? [] : [remove(document[index], rest)];
    return document.toSpliced(index, 1, ...changed);
  }
  const object = asObject(document);
  if (object === undefined || !Object.hasOwn(object, step)) return document;
  if (rest.length > 0) return { ...object, [step]: remove(object[step], rest) };
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== step));
}

function indexOf(step: string, length: number): number {
  if (!/^-?\d{1,9}$/.test(step)) throw failure(`"${step}" is no index of a list`);
  const index = Number(step);
  return index < 0 ? index + length : index;
}

function failure(problem: string) {
  return policyError('expression-failed', problem);
}
