/** A text of a policy with variables in it: parts of text, and variables, which are templates themselves. */
export type Template = readonly (string | Variable)[];

export interface Variable {
  /** The expression, in which there may be variables again. */
  readonly inner: Template;
}

const deepest = 20;

/**
 * Reads a text with `{{ expression }}` in it; `\{{` is two braces. A brace that is never closed is text. What variables turn out to
 * be is never read again as a template: whoever writes an object does not write the policy.
 */
export function readTemplate(text: string): Template {
  if (!text.includes('{{')) return [text];
  return read(text, 0, 0).parts;
}

/** Whether a template is one variable and nothing else, which then may be any value. */
export function onlyVariable(template: Template): Variable | undefined {
  const [first, ...rest] = template;
  return rest.length === 0 && typeof first === 'object' ? first : undefined;
}

interface Part {
  readonly parts: Template;
  readonly end: number;
  readonly isClosed: boolean;
}

/** Reads up to the braces that close what is read, or to the end. */
function read(text: string, start: number, depth: number): Part {
  const parts: (string | Variable)[] = [];
  let literal = '';
  let braces = 0;
  let at = start;
  while (at < text.length) {
    if (text.startsWith(String.raw`\{{`, at)) {
      literal += '{{';
      at += 3;
    } else if (text.startsWith('{{', at) && depth < deepest) {
      const variable = read(text, at + 2, depth + 1);
      if (!variable.isClosed) return { parts: [...parts, literal + text.slice(at)], end: text.length, isClosed: false };
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push({ inner: variable.parts });
      at = variable.end;
    } else if (depth > 0 && braces === 0 && text.startsWith('}}', at)) {
      return { parts: literal === '' ? parts : [...parts, literal], end: at + 2, isClosed: true };
    } else {
      if (depth > 0 && text[at] === '{') braces++;
      if (depth > 0 && text[at] === '}') braces--;
      literal += text[at];
      at++;
    }
  }
  return { parts: literal === '' && parts.length > 0 ? parts : [...parts, literal], end: at, isClosed: false };
}

/** Whether a text may have a variable in it. */
export function hasVariable(text: string): boolean {
  return text.includes('{{');
}
