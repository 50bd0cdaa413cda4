import { linesOf } from '#gates/lines.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import type { SpokenLanguage } from '#policy/reasons/explain.ts';
import { admissionLimits } from './limits.ts';

/** The first line that fits, and how many do not. */
export function messageOfDenial(outcomes: readonly RuleOutcome[], id: string, language?: SpokenLanguage): string {
  const lines = linesOf(outcomes, language);
  const end = `(verdict ${id})`;
  const text = lines.length === 1 ? (lines[0] ?? '') : lines.map((line) => `\n- ${line}`).join('');
  return `${cut(text, admissionLimits.message - end.length - 1)} ${end}`;
}

/** Warnings within what API servers hand on; the last says how many are left out. */
export function warningsOf(outcomes: readonly RuleOutcome[], language?: SpokenLanguage): readonly string[] {
  const warnings: string[] = [];
  let left: number = admissionLimits.warnings - admissionLimits.warning;
  const lines = linesOf(outcomes, language).map((line) => cut(line.replaceAll(/\s+/g, ' '), admissionLimits.warning));
  for (const [index, line] of lines.entries()) {
    left -= line.length;
    if (left < 0) return [...warnings, `${lines.length - index} more warnings are in the log of the gate`];
    warnings.push(line);
  }
  return warnings;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
