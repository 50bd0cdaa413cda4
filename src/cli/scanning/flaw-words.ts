import { cliError } from '#cli/errors.ts';

/** What `bulla explain` is asked. */
export interface FlawQuestion {
  readonly flaw: string;
  /** Which package is meant, if only one is. */
  readonly packageName?: string;
  readonly source?: string;
}

/**
 * Tells the flaw from the source among the words of a question, in whatever order they come; `CVE-…@lodash` names a package as
 * well. A word of a well-known kind is the flaw rather than one that only looks like it, and of equals it is the first.
 *
 * @throws `usage`
 */
export function readFlawWords(words: readonly string[]): FlawQuestion {
  const found =
    words.find((word) => knownFlaw.test(nameIn(word))) ?? words.find((word) => otherFlaw.test(nameIn(word)));
  const others = words.filter((word) => word !== found);
  if (found === undefined) throw cliError('usage', 'no flaw is named', { hint: 'bulla explain CVE-2021-44228 SOURCE' });
  if (others.length > 1) throw cliError('usage', `one source is meant, not ${others.join(' and ')}`);
  const flaw = nameIn(found);
  return { flaw, packageName: flaw === found ? undefined : found.slice(flaw.length + 1), source: others[0] };
}

function nameIn(word: string): string {
  return word.split('@', 1)[0] ?? '';
}

/** By their first words, in any case. Those that are also words of other things (Echo, Root …) must be written as published. */
const knownPrefixes = [
  '(?:(?:ALPINE|BELL|CURL|DEBIAN|EEF|UBUNTU)-)?CVE',
  'ALAS|AL[BES]A|AZL|ELSA|MGASA|OESA|PHSA|RH[BES]A|RLSA|RXSA|(?:open)?SUSE-[FORS]U',
  'DLA|DSA|DTSA|ELA|LSN|USN',
  'GSD|HSEC|MAL|OSV|PYSEC|RSEC|RUSTSEC',
];
const knownFlaw = new RegExp(
  `^(?:(?:${knownPrefixes.join('|')})-\\d[\\w:.-]*|(?:CGA|GHSA)-[\\w-]+|GO-\\d{4}-\\d+)$`,
  'i',
);

/** Others begin with capitals, which names of images do not have. */
const otherFlaw = /^[A-Z][A-Z0-9]*(?:-\w+)*-\d[\w:.-]*$/;
