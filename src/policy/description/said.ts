import type { SpokenLanguage } from '#policy/reasons/explain.ts';

/** A sentence, or a part of one, in each language for people. */
export type Said = Readonly<Record<SpokenLanguage, string>>;

const longestText = 200;
const mostParts = 10;
const mostEntries = 50;
const mostSentences = 300;
const longestSentence = 2000;

/** A text of a policy in one line, and no longer than a reader can take in. */
export function shortened(text: string): string {
  const folded = text.replaceAll(/\s+/g, ' ').trim();
  return cut(folded, longestText);
}

/** What is called the same in every language, such as a name. */
export function named(text: string): Said {
  const short = shortened(text);
  return { en: short, de: short };
}

/** What the author of a policy says in words of their own, in whatever language. */
export function quoted(text: string): Said {
  const short = shortened(text);
  return { en: `"${short}"`, de: `„${short}“` };
}

/** Parts of a sentence one after the other; of many the first, and how many more there are. */
export function joined(parts: readonly Said[], between: Said | string = ', '): Said {
  const more = parts.length - mostParts;
  const shown = more > 0 ? parts.slice(0, mostParts) : parts;
  const say = (language: SpokenLanguage) =>
    shown.map((part) => part[language]).join(typeof between === 'string' ? between : between[language]);
  if (more <= 0) return { en: say('en'), de: say('de') };
  return { en: `${say('en')} and ${more} more`, de: `${say('de')} und ${more} weitere` };
}

/** Names one after the other. */
export function listed(names: readonly string[]): Said {
  return joined(names.map(named));
}

/** Something, and in parentheses what must hold of it. */
export function limited(what: Said, conditions: readonly Said[]): Said {
  if (conditions.length === 0) return what;
  const all = joined(conditions, '; ');
  return { en: `${what.en} (${all.en})`, de: `${what.de} (${all.de})` };
}

/** What is said of the first of many entries of a policy, and how many more there are. @param more what they are, of a number */
export function ofFirst<Entry>(
  entries: readonly Entry[],
  say: (entry: Entry) => readonly Said[],
  more: (count: number) => Said,
): readonly Said[] {
  const rest = entries.length - mostEntries;
  return [...entries.slice(0, mostEntries).flatMap(say), ...(rest > 0 ? [more(rest)] : [])];
}

/** A sentence of its parts: with a capital and a full stop. */
export function sentence({ en, de }: Said): Said {
  const whole = (text: string) => `${capital(text)}.`;
  return { en: whole(en), de: whole(de) };
}

/** A sentence about a rule or another part of a policy, which stands before a colon; in German a capital follows. */
export function about(part: Said, { en, de }: Said): Said {
  return { en: `${capital(part.en)}: ${en}.`, de: `${capital(part.de)}: ${capital(de)}.` };
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** The sentences of a policy in one language. However large it is, no more than can be read. */
export function spoken(sentences: readonly Said[], language: SpokenLanguage): readonly string[] {
  const rest = sentences.length - mostSentences;
  const more: Said = { en: `And ${rest} more sentences.`, de: `Und ${rest} weitere Sätze.` };
  const shown = rest > 0 ? [...sentences.slice(0, mostSentences), more] : sentences;
  return shown.map((one) => cut(one[language], longestSentence));
}

/** No character is cut in two. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
