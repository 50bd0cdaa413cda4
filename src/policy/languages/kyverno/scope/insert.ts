import { policyError } from '#policy/errors.ts';
import { openQuote } from '#policy/languages/kyverno/jmespath/open-quote.ts';
import { toJson } from '#policy/languages/kyverno/values/json.ts';

/**
 * Puts a value into an expression after what stands before it. The value may come from whoever wrote the object: it must stay a value
 * and never become a part of the expression, and so is escaped for the quotes that it stands in.
 * @throws `expression-failed` for a value outside quotes that is neither a number nor a name
 */
export function insert(before: string, value: unknown, after: string): string {
  const text = typeof value === 'string' ? value : toJson(value);
  switch (openQuote(before)) {
    case "'":
      return before + asRaw(text, after);
    case '"':
      return before + JSON.stringify(text).slice(1, -1);
    case '`': {
      // In a JSON literal, between the quotes of a text, or as a value of its own.
      const isInText = typeof value === 'string' && before.endsWith('"');
      return before + (isInText ? JSON.stringify(text).slice(1, -1) : text).replaceAll('`', String.raw`\u0060`);
    }
    case undefined:
      if (/^[\w.]*$/.test(text)) return before + text;
      if (before.endsWith('.') && typeof value === 'string') return before + JSON.stringify(text);
      throw policyError('expression-failed', `"${text.slice(0, 100)}" cannot stand in an expression without quotes`);
  }
}

/** In a raw text only the quote is escaped, and so a backslash before it cannot be written. */
function asRaw(text: string, after: string): string {
  const hasHidden = text.includes(String.raw`\'`) || (text.endsWith('\\') && after.startsWith("'"));
  if (hasHidden) throw policyError('expression-failed', `"${text.slice(0, 100)}" cannot stand in a quoted text`);
  return text.replaceAll("'", String.raw`\'`);
}
