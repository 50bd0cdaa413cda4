import { policyError } from '#policy/errors.ts';
import { compileExpression, type Expression } from '#policy/cel/expression.ts';
import { kubernetesLibraries } from '#policy/cel/libraries/index.ts';
import { bool, dyn } from '#policy/cel/type.ts';

/**
 * Compiles a condition: an expression of CEL over these variables, of any type, that is true or false.
 * @throws `policy-invalid`, `policy-unsupported`
 */
export function readCondition(source: string, variables: readonly string[]): Expression {
  const types = new Map(variables.map((name) => [name, dyn]));
  const expression = compileExpression(source, { variables: types, libraries: kubernetesLibraries });
  if (expression.type === bool || expression.type === dyn) return expression;
  throw policyError('policy-invalid', `the expression is neither true nor false: ${source}`, {
    hint: 'compare something: ==, !=, <, in',
  });
}
