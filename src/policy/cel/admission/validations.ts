import { messageOf } from '#kit/error.ts';
import type { Bindings, Environment } from '#policy/cel/compile/compile.ts';
import { compileExpression, evaluate, type Expression } from '#policy/cel/expression.ts';
import type { Run } from '#policy/cel/run.ts';
import { bool, text } from '#policy/cel/type.ts';
import type { EvidenceItem } from '#policy/outcome.ts';
import { inField } from './in-field.ts';
import type { WrittenAnnotations, WrittenValidations } from './schema.ts';

/** Something that must hold, and what is said if it does not. */
export interface Validation {
  readonly name: string;
  readonly expression: Expression;
  readonly message: string | undefined;
  readonly messageExpression: Expression | undefined;
}

/** @throws `policy-invalid`, `policy-unsupported` */
export function compileValidations(
  written: WrittenValidations,
  path: string,
  environment: Environment,
): readonly Validation[] {
  return written.map(({ expression, message, messageExpression }, at) => ({
    name: `validations[${at}]`,
    expression: inField(`${path}[${at}].expression`, () => compileExpression(expression, environment, bool)),
    message,
    messageExpression:
      messageExpression === undefined || messageExpression === ''
        ? undefined
        : inField(`${path}[${at}].messageExpression`, () => compileExpression(messageExpression, environment, text)),
  }));
}

export type ValidationResult =
  | { readonly holds: true }
  | { readonly holds: false; readonly message: string | undefined }
  | { readonly problem: unknown };

/** Whether something holds; what has no answer is a problem. */
export async function checkValidation(
  { expression, message, messageExpression }: Validation,
  bindings: Bindings,
  run: Run,
): Promise<ValidationResult> {
  try {
    if ((await evaluate(expression, bindings, run)) === true) return { holds: true };
  } catch (problem) {
    return { problem };
  }
  const made = messageExpression === undefined ? undefined : await workOut(messageExpression, bindings, run);
  return { holds: false, message: made ?? message };
}

const longestMessage = 5000;

/** What cannot be made, is empty or has several lines does not stand for the message (Kubernetes, "Message expression"). */
async function workOut(expression: Expression, bindings: Bindings, run: Run): Promise<string | undefined> {
  try {
    const value = await evaluate(expression, bindings, run);
    const message = typeof value === 'string' ? value.trim() : '';
    return message === '' || message.includes('\n') ? undefined : message.slice(0, longestMessage);
  } catch {
    return undefined;
  }
}

/** Notes that go beside the verdict. */
export type Annotations = readonly { readonly key: string; readonly expression: Expression }[];

/** @throws `policy-invalid`, `policy-unsupported` */
export function compileAnnotations(written: WrittenAnnotations, path: string, environment: Environment): Annotations {
  return written.map(({ key, valueExpression }, at) => ({
    key,
    expression: inField(`${path}[${at}].valueExpression`, () => compileExpression(valueExpression, environment)),
  }));
}

/** Works notes out, as evidence. One that is null is left out; one that fails says so, and decides nothing. */
export async function annotate(annotations: Annotations, bindings: Bindings, run: Run): Promise<EvidenceItem[]> {
  const items: EvidenceItem[] = [];
  for (const { key, expression } of annotations) {
    try {
      const value = await evaluate(expression, bindings, run);
      if (typeof value === 'string' && value !== '') items.push({ what: key, value: value.slice(0, longestMessage) });
    } catch (error) {
      items.push({ what: key, value: `it could not be worked out: ${messageOf(error)}` });
    }
  }
  return items;
}
