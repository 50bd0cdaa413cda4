import { createHash } from 'node:crypto';
import type { Time } from '#gates/judge.ts';
import { linesOf } from '#gates/lines.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import type { AdmissionRequest, Question } from '#policy/question.ts';
import type { SpokenLanguage } from '#policy/reasons/explain.ts';
import { verdictOf, type Verdict } from '#policy/verdict.ts';
import type { Answer, Audit } from './answer.ts';
import { questionOf, type Gate } from './gate.ts';
import { admissionLimits } from './limits.ts';
import { ownRules } from './own-rules.ts';
import { messageOfDenial, warningsOf } from './words.ts';

/** What was decided of a request, for whoever keeps records. */
export interface Decision {
  /** Names the verdict in the message, in the audit log and in the log of the gate. */
  readonly id: string;
  readonly question: Question;
  readonly verdict: Verdict;
}

/** Answers for the validating webhook, which sees the object as it will be stored: it decides, and changes nothing. */
export async function validate(
  request: AdmissionRequest,
  gate: Gate,
  time: Time,
): Promise<{ readonly answer: Answer; readonly decision?: Decision }> {
  const question = questionOf(request, gate);
  if (question.images.length > admissionLimits.images) {
    const message = `the object names more than ${admissionLimits.images} images, which no honest one does`;
    return { answer: { allowed: false, code: 413, message } };
  }
  const policies = await gate.judge.open(question, time).decide();
  const verdict = verdictOf([...policies.outcomes, ...ownRules(question, policies)]);
  const id = idOf(question, verdict);
  return { answer: answerOf(verdict, id, gate.language), decision: { id, question, verdict } };
}

function answerOf({ verdict, outcomes }: Verdict, id: string, language?: SpokenLanguage): Answer {
  const negative = outcomes.filter(({ outcome }) => outcome === 'failed' || outcome === 'unknown');
  const of = (mode: RuleOutcome['mode']) => negative.filter((outcome) => outcome.mode === mode);
  const audit = auditOf(verdict, id, of('audit'));
  const warnings = warningsOf(of('warn'), language);
  if (verdict === 'allow' || verdict === 'warn') return { allowed: true, warnings, audit };
  const message = messageOfDenial(of('enforce'), id, language);
  return { allowed: false, code: verdict === 'deny' ? 403 : 503, message, warnings, audit };
}

function auditOf(verdict: string, id: string, audited: readonly RuleOutcome[]): Audit {
  const noted = linesOf(audited).join('\n').slice(0, admissionLimits.warnings);
  return { verdict, id, ...(noted === '' ? {} : { audited: noted }) };
}

/** The same question with the same outcomes has the same name. */
function idOf({ place, images }: Question, { outcomes }: Verdict): string {
  return createHash('sha256')
    .update(JSON.stringify([place, images, outcomes]))
    .digest('hex')
    .slice(0, 16);
}
