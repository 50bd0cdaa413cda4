import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import type { Scope } from '#policy/languages/kyverno/scope/scope.ts';
import { substitute } from '#policy/languages/kyverno/scope/substitute.ts';
import { operators } from './operators.ts';

/** What conditions came to, and what their author says of those that decided it. */
export interface ConditionResult {
  readonly holds: boolean;
  readonly messages: readonly string[];
}

/**
 * Evaluates conditions: a list of conditions that must all hold, an object with `any` and `all`, or a list of such objects. None at all
 * hold.
 * @throws `expression-failed`, and what loading an entry throws
 */
export async function evaluateConditions(written: unknown, scope: Scope): Promise<ConditionResult> {
  const blocks = Array.isArray(written) ? asList(written) : [written];
  const messages: string[] = [];
  for (const block of blocks) {
    const fields = asObject(block);
    if (fields === undefined) continue;
    const isBlock = Object.hasOwn(fields, 'any') || Object.hasOwn(fields, 'all');
    const result = isBlock ? await evaluateBlock(fields, scope) : await evaluateOne(fields, scope);
    if (!result.holds) return result;
    messages.push(...result.messages);
  }
  return { holds: true, messages };
}

async function evaluateBlock(block: JsonObject, scope: Scope): Promise<ConditionResult> {
  const refused: string[] = [];
  const held: string[] = [];
  const any = block['any'];
  let holds = !Array.isArray(any);
  for (const condition of asList(any)) {
    const result = await evaluateOne(asObject(condition) ?? {}, scope);
    holds = result.holds;
    if (holds) {
      held.push(...result.messages);
      break;
    }
    refused.push(...result.messages);
  }
  for (const condition of asList(block['all'])) {
    const result = await evaluateOne(asObject(condition) ?? {}, scope);
    if (!result.holds) return { holds: false, messages: [...refused, ...result.messages] };
    held.push(...result.messages);
  }
  return holds ? { holds, messages: held } : { holds, messages: refused };
}

async function evaluateOne(condition: JsonObject, scope: Scope): Promise<ConditionResult> {
  const key = await substitute(condition['key'] ?? null, scope);
  const value = await substitute(condition['value'] ?? null, scope);
  const name = asText(condition['operator']) ?? '';
  const operator = operators.get(name.toLowerCase());
  if (operator === undefined) throw policyError('expression-failed', `there is no operator "${name}"`);
  scope.world.budget.step(sizeOf(key) * sizeOf(value));
  const message = asText(condition['message']);
  return { holds: operator(key, value), messages: message === undefined || message === '' ? [] : [message] };
}

/** Each of a list may be compared with each of another. */
function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length + 1 : 1;
}
