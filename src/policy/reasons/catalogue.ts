import type { ReasonCode } from './reason.ts';

/** The sentences of one language: one for every reason, and what mends it. */
export type Catalogue = Readonly<Record<ReasonCode, Entry>>;

interface Entry {
  /** One sentence for somebody who has never heard of it. */
  readonly sentence: (words: Words) => string;
  /** The command or the change that mends it; nothing where there is nothing to mend. */
  readonly cure?: (words: Words) => string;
}

/** What a sentence names, by its name; the same in every language. A word that is missing is empty. */
export type Words = (name: string) => string;
