import type { RuleOutcome } from '#policy/outcome.ts';
import { explainReason } from '#policy/reasons/explain.ts';

/** What a person is told of outcomes: a line each, the same line once. */
export function linesOf(outcomes: readonly RuleOutcome[]): string[] {
  return [...new Set(outcomes.map(lineOf))];
}

function lineOf({ policy, rule, image, reason, outcome }: RuleOutcome): string {
  const { sentence, cure } = explainReason(reason);
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
