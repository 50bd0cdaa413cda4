import { policyError } from '#policy/errors.ts';
import { compile, type Bindings, type Environment } from './compile/compile.ts';
import { mostRounds, Waiting, type Run } from './run.ts';
import { parseExpression } from './syntax/parse.ts';
import { accepts, nameOf, type Type } from './type.ts';
import type { Value } from './value.ts';

/** An expression whose names, functions and types have been checked. */
export interface Expression {
  readonly source: string;
  /** As far as it is known before anything is evaluated. */
  readonly type: Type;
  /**
   * @throws `expression-failed` for what has no answer, and whatever is thrown by the work that it waited for; `Waiting` where that is
   * not done yet, see {@link evaluate}
   */
  evaluate(bindings: Bindings, run: Run): Value;
}

/**
 * Compiles an expression of CEL, the Common Expression Language. All that can be found wrong without values is found here.
 * @param wanted the type that it must have
 * @throws `policy-invalid` with line and column; `policy-unsupported` for a function that exists elsewhere and is not offered
 */
export function compileExpression(source: string, environment: Environment, wanted?: Type): Expression {
  const { type, evaluate: run } = notTooDeep('policy-invalid', () =>
    compile(parseExpression(source), source, environment),
  );
  if (wanted !== undefined && !accepts(wanted, type, new Map())) {
    throw policyError('policy-invalid', `the expression gives ${nameOf(type)}, not ${nameOf(wanted)}: ${source}`);
  }
  return {
    source,
    type,
    evaluate: (globals, state) => notTooDeep('expression-failed', () => run({ run: state, globals })),
  };
}

/**
 * Evaluates an expression whose functions may have to wait, such as for what a registry says: when it comes to something that is not
 * there yet, that is waited for and the expression is evaluated again. So the language itself knows of no time.
 * @throws like {@link Expression.evaluate}
 */
export async function evaluate(expression: Expression, bindings: Bindings, run: Run): Promise<Value> {
  for (let round = 0; round < mostRounds; round++) {
    try {
      return expression.evaluate(bindings, run);
    } catch (error) {
      if (!(error instanceof Waiting)) throw error;
      await run.settled();
    }
  }
  throw policyError('expression-failed', `it had to wait more than ${mostRounds} times`);
}

/** Long chains within deep parentheses can be deeper than the stack, whatever the bounds on each. */
function notTooDeep<T>(code: 'policy-invalid' | 'expression-failed', work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw policyError(code, 'the expression is nested too deep', { cause: error });
  }
}
