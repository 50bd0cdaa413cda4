import { asList, asNumber, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import type { Mapping, Run } from '#policy/languages/kyverno/jmespath/evaluate.ts';

/** A function of expressions. @throws `expression-failed` for what it is not for */
export type JmesFunction = (given: readonly unknown[], run: Run) => unknown;

/** What a function takes at a place. */
export interface Parameter<T> {
  readonly what: string;
  /** The value, in a box of its own because nothing is a value too; no box if it does not fit. */
  readonly read: (value: unknown) => { readonly value: T } | undefined;
}

type Values<Parameters> = { readonly [At in keyof Parameters]: Parameters[At] extends Parameter<infer T> ? T : never };

/** Makes a function that takes exactly these. */
export function define<const Parameters extends readonly Parameter<unknown>[]>(
  parameters: Parameters,
  work: (given: Values<Parameters>, run: Run) => unknown,
): JmesFunction {
  return (given, run) => {
    if (given.length !== parameters.length) {
      throw failure(`it takes ${parameters.length} arguments, not ${given.length}`);
    }
    const values = parameters.map(({ what, read }, at) => {
      const box = read(given[at]);
      if (box === undefined) throw failure(`argument ${at + 1} is not ${what}`);
      return box.value;
    });
    // Each was read by the parameter at its place.
    return work(values as Values<Parameters>, run);
  };
}

/** What goes wrong within a function. */
export function failure(problem: string) {
  return policyError('expression-failed', problem);
}

function parameter<T>(what: string, narrow: (value: unknown) => T | undefined): Parameter<T> {
  return {
    what,
    read: (value) => {
      const fitting = narrow(value);
      return fitting === undefined ? undefined : { value: fitting };
    },
  };
}

export const text = parameter('a text', asText);
export const number = parameter('a number', asNumber);
export const object: Parameter<JsonObject> = parameter('an object', asObject);
export const list = parameter('a list', (value) => (Array.isArray(value) ? asList(value) : undefined));
export const anything: Parameter<unknown> = { what: 'a value', read: (value) => ({ value }) };
/** A text, or a number that is taken as text. */
export const textOrNumber = parameter('a text or a number', (value) =>
  typeof value === 'number' ? String(value) : asText(value),
);
export const texts = parameter('a list of texts', (value) =>
  Array.isArray(value) && value.every((item): item is string => typeof item === 'string') ? value : undefined,
);
export const numbers = parameter('a list of numbers', (value) =>
  Array.isArray(value) && value.every((item): item is number => typeof item === 'number') ? value : undefined,
);
export const listOrObject = parameter('a list or an object', (value) =>
  Array.isArray(value)
    ? { list: asList(value) }
    : asObject(value) === undefined
      ? undefined
      : { object: asObject(value) },
);
export const listOrText = parameter('a list or a text', (value): string | readonly unknown[] | undefined =>
  Array.isArray(value) ? asList(value) : asText(value),
);
// What is handed over with & is the only function that ever is a value.
export const mapping = parameter('an expression', (value) =>
  typeof value === 'function' ? (value as Mapping) : undefined,
);
