import type { Run } from './run.ts';
import type { Type } from './type.ts';
import type { Value } from './value.ts';

/** One signature of a function or a method, and what it does. */
export interface CelFunction {
  /** As it is called: `size`, `ip.isCanonical`, `_+_` for an operator. */
  readonly name: string;
  readonly isMethod: boolean;
  /** Of a method, that on which it is called comes first. */
  readonly parameters: readonly Type[];
  readonly result: Type;
  /** @throws `expression-failed` for values that it has no answer for */
  call(values: readonly Value[], run: Run): Value;
}

/** Functions that belong together. Those that are `refused` exist elsewhere, and an expression that calls one does not load. */
export interface Library {
  readonly name: string;
  readonly functions: readonly CelFunction[];
  /** Names of functions or variables that cannot be offered, with why. */
  readonly refused?: ReadonlyMap<string, string>;
}

type ValuesOf<Types extends readonly Type[]> = {
  [At in keyof Types]: Types[At] extends Type<infer V> ? V : never;
};

/** A function: `name(a, b)`. */
export function fn<const Types extends readonly Type[]>(
  name: string,
  parameters: Types,
  result: Type,
  call: (...values: [...ValuesOf<Types>, Run]) => Value,
): CelFunction {
  return {
    name,
    isMethod: false,
    parameters,
    result,
    // Whoever calls has matched the values with the parameters.
    call: (values, run) => call(...(values as unknown as ValuesOf<Types>), run),
  };
}

/** A method: `a.name(b)`. */
export function method<const Types extends readonly [Type, ...Type[]]>(
  name: string,
  parameters: Types,
  result: Type,
  call: (...values: [...ValuesOf<Types>, Run]) => Value,
): CelFunction {
  return { ...fn(name, parameters, result, call), isMethod: true };
}
