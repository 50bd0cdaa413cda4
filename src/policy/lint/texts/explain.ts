import type { LintFinding, LintGap } from '#policy/lint/lint.ts';
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

/** Why something could not be read or found out. */
export function explainGap({ code, message }: Pick<LintGap, 'code' | 'message'>, language: SpokenLanguage): string {
  return language === 'en' ? message : `${germanGaps[code]} (${message})`;
}

const germanGaps: Readonly<Record<LintGap['code'], string>> = {
  template: 'Welches Image hier steht, ist erst zu lesen, wenn die Vorlage ausgefüllt ist.',
  include: 'Eine andere Datei wird eingebunden und nicht gelesen.',
  elsewhere: 'Was hier gilt, steht zum Teil anderswo.',
  unreadable: 'Das ist nicht zu lesen.',
  'reference-invalid': 'Das ist kein Name eines Images.',
  unavailable: 'Was die Registry dazu sagt, ist jetzt nicht zu erfahren.',
};

/** What a rule is about, in one sentence. */
export function explainRule(rule: LintRuleName, language: SpokenLanguage): string {
  return catalogues[language][rule].about;
}
