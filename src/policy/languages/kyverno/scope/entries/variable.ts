import { asText, type JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import { isMissing } from '#policy/languages/kyverno/jmespath/missing.ts';
import type { Scope } from '#policy/languages/kyverno/scope/scope.ts';
import { substitute, substituteText } from '#policy/languages/kyverno/scope/substitute.ts';
import { partOf } from './part.ts';

/** A value that the policy says, a part of one, or what an expression finds; and what it is where there is none. */
export function variable(written: JsonObject): (scope: Scope) => Promise<unknown> {
  return async (scope) => {
    const fallback = written['default'] === undefined ? null : await substitute(written['default'], scope);
    const value = await find(written, scope, fallback !== null);
    if (value !== null && value !== undefined) return value;
    if (fallback !== null) return fallback;
    throw policyError('expression-failed', 'a variable of the context turns out to be nothing');
  };
}

async function find(written: JsonObject, scope: Scope, hasFallback: boolean): Promise<unknown> {
  const path = asText(written['jmesPath']) ?? '';
  const value = written['value'];
  const given = value === undefined || value === null ? undefined : await substitute(value, scope);
  if (path === '') return given;
  const expression = await substituteText(path, scope);
  try {
    const found = given === undefined ? await scope.query(expression) : partOf(given, expression, scope);
    if (!isMissing(found)) return found;
  } catch (error) {
    if (!hasFallback) throw error;
    return null;
  }
  if (hasFallback) return null;
  throw policyError('expression-failed', `"${expression}" is not there`);
}
