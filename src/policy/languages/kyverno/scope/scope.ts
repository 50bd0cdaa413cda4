import type { JsonObject } from '#kit/narrow.ts';
import { evaluate } from '#policy/languages/kyverno/jmespath/evaluate.ts';
import { namesIn, readExpression } from '#policy/languages/kyverno/jmespath/expression.ts';
import type { World } from './world.ts';

/** What expressions of a rule can name. */
export interface Scope {
  readonly world: World;
  /** The element of a list, if a rule looks at each, and if patterns are about that. */
  readonly element?: unknown;
  /** The value of an expression, or what is missing. @throws `expression-failed`, and what loading an entry throws */
  query(expression: string): Promise<unknown>;
  /** The same with more names; entries that were loaded here are loaded again there, where they may turn out otherwise. */
  with(values: JsonObject, element?: unknown): Scope;
  withEntries(entries: readonly Entry[]): Scope;
}

/** A name that is loaded when an expression mentions it, and not before. */
export interface Entry {
  readonly name: string;
  /** The name that is set, if it is not that which is mentioned. */
  readonly sets?: string;
  readonly load: (scope: Scope) => Promise<unknown>;
}

/** Makes a scope. Of entries with the same name the last counts, and may mention those before it; what is given is not loaded. */
export function newScope(data: JsonObject, entries: readonly Entry[], world: World, element?: unknown): Scope {
  let known = data;
  let waiting = entries.filter(({ name }) => !isGiven(name, world));
  const { budget, surroundings } = world;
  const scope: Scope = {
    world,
    element,
    query: async (text) => {
      const expression = readExpression(text.trim());
      const { fields } = namesIn(expression);
      for (let next = find(waiting, fields); next !== undefined; next = find(waiting, fields)) {
        const loaded = next;
        waiting = waiting.filter((entry) => entry !== loaded);
        const value = await loaded.load(scope);
        budget.step();
        known = withName(known, loaded.sets ?? loaded.name, value);
      }
      return evaluate(expression, known, { now: surroundings.now, budget });
    },
    with: (values, inner) => newScope({ ...known, ...values }, waiting, world, inner),
    withEntries: (more) => newScope(known, [...waiting, ...more], world, element),
  };
  return scope;
}

function find(waiting: readonly Entry[], names: ReadonlySet<string>): Entry | undefined {
  return waiting.find(({ name }) => names.has(name));
}

function withName(known: JsonObject, name: string, value: unknown): JsonObject {
  return { ...known, [name]: value };
}

function isGiven(name: string, { given }: World): boolean {
  const names = [...(given?.values.keys() ?? []), ...(given?.forEach.keys() ?? [])];
  return names.some((one) => one === name || one.startsWith(`${name}.`));
}
