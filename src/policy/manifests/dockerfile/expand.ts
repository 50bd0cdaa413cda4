import type { Word } from './instructions.ts';

/** What the build arguments of a Dockerfile are if nobody says otherwise. */
export type Arguments = ReadonlyMap<string, Word>;

/** A name of an image with its variables put in. */
export interface Expanded {
  readonly text: string;
  /** Where it is written; the default of an argument if there is nothing else to it. */
  readonly word: Word;
  /** Whether it is written in one place. */
  readonly isDirect: boolean;
  /** The argument whose default it is, if there is nothing else to it. */
  readonly from?: string;
}

/** Puts the defaults of arguments into a word; nothing if a variable in it has none. */
export function expand(word: Word, defaults: Arguments): Expanded | undefined {
  if (!word.text.includes('$')) return { text: word.text, word, isDirect: word.isWhole };
  const only = /^\$(?:(\w+)|\{(\w+)\})$/.exec(word.text);
  const from = only?.[1] ?? only?.[2] ?? '';
  const named = only === null ? undefined : defaults.get(from);
  if (only !== null) {
    // A default may name other arguments; nobody is asked for these.
    return named === undefined || named.text.includes('$')
      ? undefined
      : { text: named.text, word: named, isDirect: named.isWhole, from };
  }
  let isKnown = true;
  const text = word.text.replaceAll(
    /\$(?:(\w+)|\{(\w+)(?::?-([^}$]*))?\})/g,
    (_, bare?: string, braced?: string, other?: string) => {
      const value = defaults.get(bare ?? braced ?? '')?.text ?? other;
      isKnown &&= value !== undefined;
      return value ?? '';
    },
  );
  return isKnown && !text.includes('$') ? { text, word, isDirect: false } : undefined;
}
