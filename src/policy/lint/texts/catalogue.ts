import type { LintRuleName } from '#policy/lint/rule.ts';

/** The sentences of one language: for every rule what it is about, what it has found, and what mends it. */
export type LintCatalogue = Readonly<Record<LintRuleName, LintEntry>>;

interface LintEntry {
  /** The rule in one sentence. */
  readonly about: string;
  /** What was found. */
  readonly sentence: (words: LintWords) => string;
  readonly cure: (words: LintWords) => string;
}

/** What a sentence names, by its name; the same in every language. A word that is missing is empty. */
type LintWords = (name: string) => string;
