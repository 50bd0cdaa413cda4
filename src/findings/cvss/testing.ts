import assert from 'node:assert/strict';
import fc from 'fast-check';
import { scoreVector, type CvssScore } from './index.ts';

/** Asserts the score of each vector, `metrics` being what follows the prefix. */
export function assertScores(prefix: string, table: readonly (readonly [metrics: string, score: number])[]): void {
  for (const [metrics, score] of table) {
    assert.equal(scoreVector(`${prefix}${metrics}`)?.score, score, `${prefix}${metrics}`);
  }
}

/** Asserts that none of these is a vector. */
export function assertRefused(texts: readonly string[]): void {
  for (const text of texts) assert.equal(scoreVector(text), undefined, `"${text}" should be refused`);
}

/** What a version's vectors are made of, copied from its specification and not from the code under test. */
interface Notation {
  readonly prefix: string;
  readonly notDefined: string;
  /** Each metric with its values, the most severe first. */
  readonly base: string;
  readonly optional: string;
}

const base3 = 'AV:N,A,L,P AC:L,H PR:N,L,H UI:N,R S:C,U C:H,L,N I:H,L,N A:H,L,N';
const optional3 =
  'E:H,F,P,U RL:U,W,T,O RC:C,R,U CR:H,M,L IR:H,M,L AR:H,M,L ' +
  'MAV:N,A,L,P MAC:L,H MPR:N,L,H MUI:N,R MS:C,U MC:H,L,N MI:H,L,N MA:H,L,N';

/** The four notations, by version. */
export const notations: Readonly<Record<CvssScore['version'], Notation>> = {
  '2.0': {
    prefix: '',
    notDefined: 'ND',
    base: 'AV:N,A,L AC:L,M,H Au:N,S,M C:C,P,N I:C,P,N A:C,P,N',
    optional: 'E:H,F,POC,U RL:U,W,TF,OF RC:C,UR,UC CDP:H,MH,LM,L,N TD:H,M,L,N CR:H,M,L IR:H,M,L AR:H,M,L',
  },
  '3.0': { prefix: 'CVSS:3.0/', notDefined: 'X', base: base3, optional: optional3 },
  '3.1': { prefix: 'CVSS:3.1/', notDefined: 'X', base: base3, optional: optional3 },
  '4.0': {
    prefix: 'CVSS:4.0/',
    notDefined: 'X',
    base: 'AV:N,A,L,P AC:L,H AT:N,P PR:N,L,H UI:N,P,A VC:H,L,N VI:H,L,N VA:H,L,N SC:H,L,N SI:H,L,N SA:H,L,N',
    optional:
      'E:A,P,U CR:H,M,L IR:H,M,L AR:H,M,L MAV:N,A,L,P MAC:L,H MAT:N,P MPR:N,L,H MUI:N,P,A MVC:H,L,N MVI:H,L,N ' +
      'MVA:H,L,N MSC:H,L,N MSI:S,H,L,N MSA:S,H,L,N S:P,N AU:Y,N R:I,U,A V:C,D RE:H,M,L U:Red,Amber,Green,Clear',
  },
};

/** The metrics of a notation: `AV` with `['AV:N', 'AV:A', …]`, the most severe first. */
export function metricsOf(list: string): readonly (readonly string[])[] {
  return list.split(' ').map((metric) => {
    const [name = '', values = ''] = metric.split(':');
    return values.split(',').map((value) => `${name}:${value}`);
  });
}

/** Every vector that has just the base metrics. */
export function* baseVectors({ prefix, base }: Notation): Generator<string> {
  const metrics = metricsOf(base);
  const count = metrics.reduce((product, values) => product * values.length, 1);
  for (let number = 0; number < count; number++) {
    let rest = number;
    const parts = metrics.map((values) => {
      const part = values[rest % values.length];
      rest = Math.floor(rest / values.length);
      return part;
    });
    yield `${prefix}${parts.join('/')}`;
  }
}

/** Random vectors as lists of metrics in order, some of the optional ones left out and some said to be Not Defined. */
export function arbitraryMetrics({ base, optional, notDefined }: Notation): fc.Arbitrary<string[]> {
  const given = metricsOf(base).map((values) => fc.constantFrom(...values));
  const perhaps = metricsOf(optional).map((values) => {
    const unsaid = `${values[0]?.split(':')[0]}:${notDefined}`;
    return fc.option(fc.constantFrom(...values, unsaid), { nil: undefined });
  });
  return fc
    .tuple(...given, ...perhaps)
    .map((parts: (string | undefined)[]) => parts.filter((part) => part !== undefined));
}
