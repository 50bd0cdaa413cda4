import type { CelFunction, Library } from '#policy/cel/function.ts';
import { standard } from '#policy/cel/standard/index.ts';
import type { FunctionTable } from './scope.ts';

/** Policies have many expressions with the same libraries. */
const known = new WeakMap<readonly Library[], FunctionTable>();

/** All functions of CEL itself and of libraries, by name. */
export function functionTable(libraries: readonly Library[]): FunctionTable {
  const table = known.get(libraries) ?? makeTable(libraries);
  known.set(libraries, table);
  return table;
}

function makeTable(libraries: readonly Library[]): FunctionTable {
  const byName = new Map<string, CelFunction[]>();
  const refused = new Map<string, string>();
  for (const library of [standard, ...libraries]) {
    for (const one of library.functions) {
      const key = keyOf(one.name, one.isMethod);
      byName.set(key, [...(byName.get(key) ?? []), one]);
    }
    for (const [name, why] of library.refused ?? []) refused.set(name, why);
  }
  return {
    find: (name, isMethod) => byName.get(keyOf(name, isMethod)) ?? [],
    refusal: (name) => refused.get(name),
  };
}

function keyOf(name: string, isMethod: boolean): string {
  return isMethod ? `.${name}` : name;
}
