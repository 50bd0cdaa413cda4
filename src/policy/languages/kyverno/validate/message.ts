import { messageOf } from '#kit/error.ts';
import { asText, type JsonObject } from '#kit/narrow.ts';
import type { RuleResult } from '#policy/languages/kyverno/rule-result.ts';
import type { Scope } from '#policy/languages/kyverno/scope/scope.ts';
import { substituteText } from '#policy/languages/kyverno/scope/substitute.ts';

/**
 * A failure with the message of the policy, for whoever asked, and that of what decided it. Without them if their variables cannot be
 * replaced.
 */
export async function withMessage(result: RuleResult, written: JsonObject, scope: Scope): Promise<RuleResult> {
  if (result.outcome !== 'failed') return result;
  const said = [asText(written['message']) ?? '', result.reason.message ?? ''].filter((text) => text !== '').join('; ');
  if (said === '') return result;
  try {
    return { ...result, reason: { ...result.reason, message: await substituteText(said, scope) } };
  } catch (error) {
    const evidence = [...result.evidence, { what: 'message that cannot be written', value: messageOf(error) }];
    return { ...result, reason: { ...result.reason, message: undefined }, evidence };
  }
}
