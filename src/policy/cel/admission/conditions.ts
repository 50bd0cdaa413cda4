import type { Bindings, Environment } from '#policy/cel/compile/compile.ts';
import { compileExpression, evaluate, type Expression } from '#policy/cel/expression.ts';
import type { Run } from '#policy/cel/run.ts';
import { bool } from '#policy/cel/type.ts';
import { inField } from './in-field.ts';
import type { WrittenConditions } from './schema.ts';

/** Conditions of which all must hold. */
export type Conditions = readonly { readonly name: string; readonly expression: Expression }[];

/** @throws `policy-invalid`, `policy-unsupported` */
export function compileConditions(written: WrittenConditions, path: string, environment: Environment): Conditions {
  return written.map(({ name, expression }, at) => ({
    name,
    expression: inField(`${path}[${at}].expression`, () => compileExpression(expression, environment, bool)),
  }));
}

/**
 * Whether all conditions hold. One that is false decides, even if another fails; else a failure decides (Kubernetes, "Matching
 * requests: matchConditions").
 */
export async function checkConditions(
  conditions: Conditions,
  bindings: Bindings,
  run: Run,
): Promise<{ readonly holds: boolean } | { readonly problem: unknown; readonly name: string }> {
  let failed: { readonly problem: unknown; readonly name: string } | undefined;
  for (const { name, expression } of conditions) {
    try {
      if ((await evaluate(expression, bindings, run)) !== true) return { holds: false };
    } catch (problem) {
      failed ??= { problem, name };
    }
  }
  return failed ?? { holds: true };
}
