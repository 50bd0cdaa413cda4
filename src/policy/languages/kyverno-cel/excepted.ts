import type { Rules } from '#policy/cel/admission/judge.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import type { AdmissionRequest } from '#policy/question.ts';
import { reasonOf } from '#policy/reasons/reason.ts';

/** What a policy says of what an exception accepts. */
export function excepted(
  { name, mode }: Pick<Rules, 'name' | 'mode'>,
  exception: string,
  { kind, name: object }: AdmissionRequest,
): RuleOutcome {
  return {
    policy: name,
    rule: '',
    outcome: 'skipped',
    mode,
    reason: reasonOf('excepted', { image: `${kind.kind} ${object}`.trim() }),
    evidence: [{ what: 'exception', value: exception }],
  };
}
