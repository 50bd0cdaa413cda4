import type { Answer } from './answer.ts';
import type { Decision } from './decide.ts';
import type { Said, Searched, Why } from './finding.ts';
import type { JudgedPackage } from './match.ts';

/** Why a flaw is, or is not, reported for a package. */
export function explainDecision(item: JudgedPackage, decision: Decision): Why {
  const { deciding, rule, answers } = decision;
  return {
    sentence: sentenceOf(item, decision),
    searched: searchedFor(item, answers),
    record: deciding.record.id,
    comparison: deciding.comparison,
    rule,
    advisories: answers.map(said),
  };
}

/** Where was looked for a package, whether or not anything was there. */
export function searchedFor({ asked, placement }: JudgedPackage, answers: readonly Answer[] = []): Searched[] {
  return asked.map(({ feed, part, ecosystem, name }) => ({
    feed,
    source: answers.find((answer) => answer.feed === feed)?.source ?? '',
    ecosystem: ecosystem === '' ? part : ecosystem,
    name,
    version: placement.version,
  }));
}

function sentenceOf({ package: pkg, placement }: JudgedPackage, { id, verdict, deciding }: Decision): string {
  const built = pkg.source !== undefined && placement.version === pkg.source.version && pkg.source.name !== pkg.name;
  const subject = `${pkg.name} ${pkg.version}${built ? `, built from ${pkg.source?.name} ${pkg.source?.version},` : ''}`;
  const { record, comparison, advisory } = deciding;
  const because = `${record.id} for ${advisory.ecosystem} says so: ${comparison}`;
  if (verdict === 'affected') return `${subject} has ${id}, because ${because}${useOf(deciding)}.`;
  if (verdict === 'unaffected') return `${subject} does not have ${id}, because ${because}.`;
  return `Whether ${subject} has ${id} cannot be said: ${comparison} (${record.id}).`;
}

function useOf({ use }: Answer): string {
  switch (use) {
    case 'present':
      return '; the program has a function that it names';
    case 'absent':
      return '; but the program has none of the functions that it names, so that they are out of reach';
    case 'unknown':
      return '; the program does not tell whether it has the functions that it names';
    case 'not-named':
      return '';
  }
}

function said({ record, feed, verdict, comparison }: Answer): Said {
  return { record: record.id, feed, verdict, comparison };
}
