import { messageOf } from '#kit/error.ts';
import { invalidField, unsupportedField } from '#policy/languages/read-strictly.ts';
import { namesIn, readExpression, type Expression } from './jmespath/expression.ts';
import { functions } from './jmespath/functions/index.ts';
import { refusedFunctions } from './jmespath/functions/refused.ts';
import { readTemplate, type Template } from './scope/template.ts';

/**
 * Looks at the variables of a rule when it is loaded: what is no expression, and functions that are not there, would otherwise be found
 * when somebody's pod is created.
 * @throws `policy-invalid`, `policy-unsupported` with the path of the text
 */
export function checkExpressions(value: unknown, path: string): void {
  if (typeof value === 'string') checkTemplate(readTemplate(value), path);
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) checkExpressions(item, `${path}[${index}]`);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      checkTemplate(readTemplate(key), path);
      checkExpressions(inner, `${path}.${key}`);
    }
  }
}

function checkTemplate(template: Template, path: string): void {
  for (const part of template) {
    if (typeof part === 'string') continue;
    checkTemplate(part.inner, path);
    checkExpression(part.inner, path);
  }
}

function checkExpression(inner: Template, path: string): void {
  const expression = compile(inner, path);
  for (const name of expression === undefined ? [] : namesIn(expression).functions) {
    const reason = refusedFunctions.get(name);
    if (reason !== undefined)
      throw unsupportedField(path, `the function ${name} is not offered: ${reason}`, 'say it otherwise');
    if (!functions.has(name)) throw invalidField(path, `there is no function ${name}`);
  }
}

/** With names or numbers in place of what is not known yet; what then is no expression may be one when it is. */
function compile(inner: Template, path: string): Expression | undefined {
  const candidates = ['x', '0'].map((placeholder) =>
    inner.map((part) => (typeof part === 'string' ? part : placeholder)).join(''),
  );
  let problem: unknown;
  for (const candidate of candidates) {
    try {
      return readExpression(candidate.trim().replace(/^-\s*/, '') || '@');
    } catch (error) {
      problem ??= error;
    }
  }
  const isWhole = inner.every((part) => typeof part === 'string');
  if (isWhole) throw invalidField(path, messageOf(problem));
  return undefined;
}
