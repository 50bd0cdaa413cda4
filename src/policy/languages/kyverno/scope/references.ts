import { asObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import { parseAnchor } from '#policy/languages/kyverno/pattern/anchor.ts';

/**
 * A document with its references, `$(./../key)` or `$(/spec/key)`, replaced by what stands there in the same document; an operator
 * may stand before the path. `\$(…)` is no reference.
 * @throws `expression-failed` for a reference to nothing
 */
export function resolveReferences(document: unknown): unknown {
  return walk(document, [], document);
}

function walk(value: unknown, steps: readonly string[], document: unknown): unknown {
  if (typeof value === 'string') return resolve(value, steps, document);
  if (Array.isArray(value)) return value.map((item, index) => walk(item, [...steps, String(index)], document));
  const object = asObject(value);
  if (object === undefined) return value;
  return Object.fromEntries(
    Object.entries(object).map(([key, inner]) => [
      key,
      walk(inner, [...steps, parseAnchor(key)?.key ?? key], document),
    ]),
  );
}

function resolve(text: string, steps: readonly string[], document: unknown): string {
  if (!text.includes('$(')) return text;
  return text.replaceAll(/(\\?)\$\(([^\s()]{1,1000})\)/g, (all, escape: string, inner: string) => {
    if (escape !== '') return all.slice(1);
    const [, operator = '', path = ''] = /^(>=|<=|>|<|!)?(.*)$/.exec(inner) ?? [];
    const value = lookUp(document, absolute(path, steps));
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw policyError('expression-failed', `there is nothing at ${all}`);
    }
    return `${operator}${value}`;
  });
}

function absolute(path: string, steps: readonly string[]): readonly string[] {
  const walked: string[] = path.startsWith('/') ? [] : [...steps];
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..') walked.pop();
    else walked.push(parseAnchor(step)?.key ?? step);
  }
  return walked;
}

function lookUp(document: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return /^\d{1,6}$/.test(step) ? (value[Number(step)] as unknown) : undefined;
    const found = Object.entries(asObject(value) ?? {}).find(([key]) => (parseAnchor(key)?.key ?? key) === step);
    return found?.[1];
  }, document);
}
