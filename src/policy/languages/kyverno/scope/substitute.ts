import { asObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import { isMissing, missingKey } from '#policy/languages/kyverno/jmespath/missing.ts';
import { parseAnchor } from '#policy/languages/kyverno/pattern/anchor.ts';
import { toJson } from '#policy/languages/kyverno/values/json.ts';
import { printed } from '#policy/languages/kyverno/values/print.ts';
import { insert } from './insert.ts';
import { resolveReferences } from './references.ts';
import type { Scope } from './scope.ts';
import { onlyVariable, readTemplate, type Template, type Variable } from './template.ts';

/**
 * A document of a policy with its variables replaced, in values and in keys. A text that is one variable becomes whatever that is.
 * @throws `expression-failed`, also for a variable that is not there, and what loading an entry throws
 */
export function substitute(document: unknown, scope: Scope): Promise<unknown> {
  return walk(resolveReferences(document), [], scope);
}

/** A text with its variables replaced. @throws as {@link substitute}, and if it becomes something other than a text */
export async function substituteText(text: string, scope: Scope): Promise<string> {
  const value = await substituteIn(text, [], scope);
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return printed(value);
  throw policyError('expression-failed', `it is to be a text: ${text}`);
}

type Steps = readonly (string | number)[];

async function walk(value: unknown, steps: Steps, scope: Scope): Promise<unknown> {
  if (typeof value === 'string') return substituteIn(value, steps, scope);
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    for (const [index, item] of value.entries()) list.push(await walk(item, [...steps, index], scope));
    return list;
  }
  const object = asObject(value);
  if (object === undefined) return value;
  const entries: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(object)) {
    const name = await substituteIn(key, steps, scope);
    if (typeof name !== 'string') throw policyError('expression-failed', `a key becomes no text: ${key}`);
    entries.push([name, await walk(inner, [...steps, key], scope)]);
  }
  return Object.fromEntries(entries);
}

async function substituteIn(text: string, steps: Steps, scope: Scope): Promise<unknown> {
  const template = readTemplate(text);
  const only = onlyVariable(template);
  if (only !== undefined) return valueOf(only, steps, scope);
  let made = '';
  for (const part of template) {
    made += typeof part === 'string' ? part : asWritten(await valueOf(part, steps, scope));
    scope.world.budget.take(typeof part === 'string' ? part.length : made.length);
  }
  return made;
}

async function valueOf({ inner }: Variable, steps: Steps, scope: Scope): Promise<unknown> {
  const expression = (await expressionOf(inner, steps, scope)).trim().replace(/^-\s*/, '');
  const value = await scope.query(expression === '@' ? pathOf(steps) : expression);
  if (isMissing(value)) {
    throw policyError('expression-failed', `"${expression}" is not there: unknown key ${missingKey(value)}`);
  }
  return value;
}

/** The text of an expression, with the variables that are in it. */
async function expressionOf(template: Template, steps: Steps, scope: Scope): Promise<string> {
  let text = '';
  for (const [index, part] of template.entries()) {
    if (typeof part === 'string') text += part;
    else {
      const following = template[index + 1];
      text = insert(text, await valueOf(part, steps, scope), typeof following === 'string' ? following : '');
    }
  }
  return text;
}

function asWritten(value: unknown): string {
  return typeof value === 'string' ? value : toJson(value);
}

/** What stands at the same place of the object as the variable in the policy. */
function pathOf(steps: Steps): string {
  return steps.reduce<string>(
    (path, step) =>
      typeof step === 'number' ? `${path}[${step}]` : `${path}.${JSON.stringify(parseAnchor(step)?.key ?? step)}`,
    'request.object',
  );
}
