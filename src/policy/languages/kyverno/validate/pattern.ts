import { asList } from '#kit/narrow.ts';
import { failed, passed, skipped, type RuleResult } from '#policy/languages/kyverno/rule-result.ts';
import { matchPattern, type PatternResult } from '#policy/languages/kyverno/pattern/match-pattern.ts';
import type { Scope } from '#policy/languages/kyverno/scope/scope.ts';
import { substitute } from '#policy/languages/kyverno/scope/substitute.ts';

/** Whether an object is as a pattern wants it (`pattern`). @throws what substituting variables throws */
export async function checkPattern(pattern: unknown, object: unknown, scope: Scope): Promise<RuleResult> {
  return toResult(matchPattern(object, await substitute(pattern, scope)));
}

/** Whether an object is as any of several patterns wants it (`anyPattern`). @throws what substituting variables throws */
export async function checkAnyPattern(patterns: unknown, object: unknown, scope: Scope): Promise<RuleResult> {
  const results = asList(await substitute(patterns, scope)).map((pattern) => matchPattern(object, pattern));
  if (results.some(({ kind }) => kind === 'matched')) return passed;
  return toResult(results.find(({ kind }) => kind === 'failed') ?? results[0] ?? { kind: 'matched' });
}

function toResult(result: PatternResult): RuleResult {
  if (result.kind === 'matched') return passed;
  const path = result.path.replace(/\/$/, '') || '/';
  if (result.kind === 'skipped') return skipped(`${path}: ${result.problem}`);
  return failed('pattern-mismatch', { path }, [{ what: path, value: result.problem }]);
}
