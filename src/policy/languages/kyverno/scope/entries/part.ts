import { asText, type JsonObject } from '#kit/narrow.ts';
import { evaluate } from '#policy/languages/kyverno/jmespath/evaluate.ts';
import { readExpression } from '#policy/languages/kyverno/jmespath/expression.ts';
import { orNull } from '#policy/languages/kyverno/jmespath/missing.ts';
import type { Scope } from '#policy/languages/kyverno/scope/scope.ts';
import { substituteText } from '#policy/languages/kyverno/scope/substitute.ts';

/** What an expression finds in a value, or what is missing. */
export function partOf(value: unknown, expression: string, { world: { budget, surroundings } }: Scope): unknown {
  return evaluate(readExpression(expression), value, { now: surroundings.now, budget });
}

/** A value, or the part of it that the entry wants (`jmesPath`). */
export async function wantedPart(value: unknown, written: JsonObject, scope: Scope): Promise<unknown> {
  const path = asText(written['jmesPath']) ?? '';
  return path === '' ? value : orNull(partOf(value, await substituteText(path, scope), scope));
}
