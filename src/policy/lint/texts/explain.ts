import type { LintFinding } from '#policy/lint/lint.ts';
import type { LintRuleName } from '#policy/lint/rule.ts';
import type { SpokenLanguage } from '#policy/reasons/explain.ts';
import type { LintCatalogue } from './catalogue.ts';
import { german } from './de.ts';
import { english } from './en.ts';

const catalogues: Readonly<Record<SpokenLanguage, LintCatalogue>> = { en: english, de: german };

/** A finding for a person: what is wrong, and what mends it. */
export function explainFinding(
  { rule, words }: Pick<LintFinding, 'rule' | 'words'>,
  language: SpokenLanguage,
): { readonly sentence: string; readonly cure: string } {
  const { sentence, cure } = catalogues[language][rule];
  const named = (name: string) => (Object.hasOwn(words, name) ? (words[name] ?? '') : '');
  return { sentence: sentence(named), cure: cure(named) };
}

/** What a rule is about, in one sentence. */
export function explainRule(rule: LintRuleName, language: SpokenLanguage): string {
  return catalogues[language][rule].about;
}
