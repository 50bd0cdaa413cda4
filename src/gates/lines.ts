import type { Mode, RuleOutcome } from '#policy/outcome.ts';
import { explainReason, type SpokenLanguage } from '#policy/reasons/explain.ts';
import type { Verdict } from '#policy/verdict.ts';

/** What a person is told of outcomes: a line each, the same line once. */
export function linesOf(outcomes: readonly RuleOutcome[], language?: SpokenLanguage): string[] {
  return [...new Set(outcomes.map((outcome) => lineOf(outcome, language)))];
}

/** What speaks against it, as far as it is meant in this mode, in one line of at most so many characters. */
export function objections({ outcomes }: Verdict, mode: Mode, most: number, language?: SpokenLanguage): string {
  const negative = outcomes.filter((one) => one.mode === mode && ['failed', 'unknown'].includes(one.outcome));
  const text = linesOf(negative, language).join('; ');
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function lineOf({ policy, rule, image, reason, outcome }: RuleOutcome, language?: SpokenLanguage): string {
  const { sentence, cure } = explainReason(reason, language);
  const where =
    image === undefined || image.written === '' || sentence.includes(image.written) ? '' : `${image.written}: `;
  const rest = outcome === 'unknown' ? 'could not be decided: ' : '';
  const mend = cure === undefined ? '' : ` To mend it: ${cure}.`;
  const who = [policy, rule].filter((part) => part !== '').join('/');
  return printable(`${where}${rest}${sentence}${mend} [${who}: ${reason.code}]`);
}

function printable(text: string): string {
  // Texts of objects must not end a line of a log or colour a terminal.
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
}
