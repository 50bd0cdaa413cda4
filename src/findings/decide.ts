import type { Answer } from './answer.ts';
import { isErratum, type Flaw } from './flaws.ts';

/** What all advisories about one flaw come to for one package. */
export interface Decision extends Flaw {
  readonly verdict: Answer['verdict'];
  /** The answer that decided. */
  readonly deciding: Answer;
  /** Which rule made it the one that decides, for a person. */
  readonly rule: string;
}

/** Feeds that know better than a conversion of their own data. */
const authorities = ['debian-tracker', 'alpine-secdb'] as const;

/**
 * Weighs what several advisories say of one flaw:
 *
 * 1. the distribution's own tracker has the last word on its release;
 * 2. a record of the flaw itself is more exact than an erratum, which corrects several;
 * 3. a record that draws a line is more exact than one that calls everything affected;
 * 4. otherwise one that says "affected" is enough.
 */
export function decide(flaw: Flaw): Decision | undefined {
  const { answers, rule } = mostExact(flaw.answers);
  const affected = answers.filter(({ verdict }) => verdict === 'affected');
  const sharpest = affected.toSorted((a, b) => sharpness(b) - sharpness(a))[0];
  if (sharpest !== undefined) {
    const line = answers.find(({ verdict, precision }) => verdict === 'unaffected' && precision !== 'open');
    if (line !== undefined && sharpest.precision === 'open') {
      return {
        ...flaw,
        verdict: 'unaffected',
        deciding: line,
        rule: 'it draws a line, where others call every version affected',
      };
    }
    return { ...flaw, verdict: 'affected', deciding: sharpest, rule };
  }
  const deciding = answers.find(({ verdict }) => verdict === 'undetermined') ?? answers[0];
  return deciding === undefined ? undefined : { ...flaw, verdict: deciding.verdict, deciding, rule };
}

function mostExact(answers: readonly Answer[]): { answers: readonly Answer[]; rule: string } {
  for (const authority of authorities) {
    const own = answers.filter(({ feed }) => feed === authority);
    if (own.length > 0)
      return { answers: own.map(heedStatus), rule: "the distribution's own tracker has the last word" };
  }
  const direct = answers.filter(({ record }) => !isErratum(record));
  if (direct.length > 0 && direct.length < answers.length) {
    return { answers: direct, rule: 'a record of the flaw itself is more exact than an erratum' };
  }
  return { answers, rule: 'one advisory that says so is enough' };
}

/** A flaw that the distribution itself has not made up its mind about is no finding. */
function heedStatus(answer: Answer): Answer {
  if (answer.advisory.status !== 'undetermined') return answer;
  return { ...answer, verdict: 'unaffected', comparison: 'the distribution has not determined whether it is affected' };
}

/** Exact advisories first; among equals the one that names a correction, then one whose functions are in use. */
function sharpness({ precision, fixed, use }: Answer): number {
  const exactness = precision === 'open' ? 0 : 4;
  return exactness + (fixed === undefined ? 0 : 2) + (use === 'absent' ? 0 : 1);
}
