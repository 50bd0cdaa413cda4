import type { Reason } from '#policy/outcome.ts';
import type { Catalogue } from './catalogue.ts';
import { german } from './de.ts';
import { english } from './en.ts';

/** The languages for people. */
export const spokenLanguages = ['en', 'de'] as const;
export type SpokenLanguage = (typeof spokenLanguages)[number];

const catalogues: Readonly<Record<SpokenLanguage, Catalogue>> = { en: english, de: german };

/** A reason for a person: a sentence, and what mends it. What the policy's author says comes first. */
export function explainReason(
  { code, words, message }: Reason,
  language: SpokenLanguage = 'en',
): { readonly sentence: string; readonly cure?: string } {
  const { sentence, cure } = catalogues[language][code];
  const named = (name: string) => (Object.hasOwn(words, name) ? (words[name] ?? '') : '');
  const own = sentence(named);
  return { sentence: message === undefined || message === '' ? own : `${message} (${own})`, cure: cure?.(named) };
}
