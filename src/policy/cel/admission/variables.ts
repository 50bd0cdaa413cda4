import type { Bindings, Environment } from '#policy/cel/compile/compile.ts';
import { compileExpression, type Expression } from '#policy/cel/expression.ts';
import { Waiting, type Run } from '#policy/cel/run.ts';
import type { Value } from '#policy/cel/value.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';
import { inField } from './in-field.ts';
import type { WrittenVariables } from './schema.ts';

/** Variables of a policy: `variables.NAME`, each worked out when it is asked for, and once. */
export interface Variables {
  /** The environment in which they can be named. */
  readonly environment: Environment;
  /** The values of everything, with those of the variables. */
  bind(bindings: Bindings): Bindings;
}

/** Compiles variables, each of which may name those before it. @throws `policy-invalid`, `policy-unsupported` */
export function compileVariables(written: WrittenVariables, path: string, given: Environment): Variables {
  let environment = given;
  const compiled = written.map(({ name, expression: source }, at) => {
    const field = `${path}[${at}]`;
    const full = `variables.${name}`;
    if (environment.variables.has(full)) throw invalidField(`${field}.name`, `there are two variables ${name}`);
    const expression = inField(`${field}.expression`, () => compileExpression(source, environment));
    environment = { ...environment, variables: new Map([...environment.variables, [full, expression.type]]) };
    return { name: full, expression };
  });
  return {
    environment,
    bind: (bindings) => {
      const all = new Map(bindings);
      for (const { name, expression } of compiled) all.set(name, lazily(expression, all));
      return all;
    },
  };
}

function lazily(expression: Expression, bindings: Bindings): (run: Run) => Value {
  let known: { readonly value: Value } | { readonly problem: unknown } | undefined;
  return (run) => {
    if (known === undefined) {
      try {
        known = { value: expression.evaluate(bindings, run) };
      } catch (error) {
        // What is not there yet is asked for again.
        if (error instanceof Waiting) throw error;
        known = { problem: error };
      }
    }
    if ('problem' in known) throw known.problem;
    return known.value;
  };
}
