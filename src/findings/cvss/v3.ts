import { rate, type CvssVersion } from './score.ts';
import { groupTest, vectorReader, type Weights } from './vector.ts';

const attackVector = { N: 0.85, A: 0.62, L: 0.55, P: 0.2 };
const attackComplexity = { L: 0.77, H: 0.44 };
const privilegesRequired = { N: 0.85, L: 0.62, H: 0.27 };
const userInteraction = { N: 0.85, R: 0.62 };
const scope = { U: 0, C: 1 };
const impact = { H: 0.56, L: 0.22, N: 0 };
const requirement = { H: 1.5, M: 1, L: 0.5 };

/** Section 7.4 of CVSS 3.1, 8.4 of 3.0, in the order of the table of vectors. */
const base = {
  AV: attackVector,
  AC: attackComplexity,
  PR: privilegesRequired,
  UI: userInteraction,
  S: scope,
  C: impact,
  I: impact,
  A: impact,
};

const temporal = {
  E: { H: 1, F: 0.97, P: 0.94, U: 0.91 },
  RL: { U: 1, W: 0.97, T: 0.96, O: 0.95 },
  RC: { C: 1, R: 0.96, U: 0.92 },
};

const environmental = {
  CR: requirement,
  IR: requirement,
  AR: requirement,
  MAV: attackVector,
  MAC: attackComplexity,
  MPR: privilegesRequired,
  MUI: userInteraction,
  MS: scope,
  MC: impact,
  MI: impact,
  MA: impact,
};

/** What Privileges Required weighs if the (modified) scope is changed, by what it weighs otherwise. */
const privilegesIfChanged: ReadonlyMap<number, number> = new Map([
  [privilegesRequired.L, 0.68],
  [privilegesRequired.H, 0.5],
]);

const optional = { ...temporal, ...environmental };
const read = vectorReader({ base, optional, notDefined: 'X', fixedOrder: false });
const isEnvironmental = groupTest(environmental);

type BaseMetrics = Readonly<Record<keyof typeof base, number>>;
type Metrics = Weights<typeof base, typeof optional>;

/**
 * Makes a version 3.x of CVSS. They share metrics and equations, but for Modified Impact where Modified Scope is changed.
 * @param changedImpact that sub-formula, of the Modified Impact Sub-Score
 */
export function defineV3(version: '3.0' | '3.1', changedImpact: (miss: number) => number): CvssVersion {
  const prefix = `CVSS:${version}/`;
  return {
    prefix,
    score(text) {
      const vector = read(text);
      if (vector === undefined) return undefined;
      const m = vector.weights;
      const own = baseScore(m);
      const untimed = isEnvironmental(m) ? modifiedScore(m, changedImpact) : own;
      const score = roundup(untimed * (m.E ?? 1) * (m.RL ?? 1) * (m.RC ?? 1));
      return {
        version,
        vector: `${prefix}${vector.metrics}`,
        score,
        severity: rate(score),
        base: { score: own, severity: rate(own) },
      };
    },
  };
}

function baseScore(m: BaseMetrics): number {
  const iss = 1 - (1 - m.C) * (1 - m.I) * (1 - m.A);
  return combine(m, m.S === scope.C ? 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02) ** 15 : 6.42 * iss);
}

/** The environmental score before the temporal metrics are multiplied in. */
function modifiedScore(m: Metrics, changedImpact: (miss: number) => number): number {
  const modified: BaseMetrics = {
    AV: m.MAV ?? m.AV,
    AC: m.MAC ?? m.AC,
    PR: m.MPR ?? m.PR,
    UI: m.MUI ?? m.UI,
    S: m.MS ?? m.S,
    C: (m.MC ?? m.C) * (m.CR ?? 1),
    I: (m.MI ?? m.I) * (m.IR ?? 1),
    A: (m.MA ?? m.A) * (m.AR ?? 1),
  };
  const miss = Math.min(1 - (1 - modified.C) * (1 - modified.I) * (1 - modified.A), 0.915);
  return combine(modified, modified.S === scope.C ? changedImpact(miss) : 6.42 * miss);
}

function combine(m: BaseMetrics, impactScore: number): number {
  if (impactScore <= 0) return 0;
  const privileges = m.S === scope.C ? (privilegesIfChanged.get(m.PR) ?? m.PR) : m.PR;
  const exploitability = 8.22 * m.AV * m.AC * privileges * m.UI;
  return roundup(Math.min((m.S === scope.C ? 1.08 : 1) * (impactScore + exploitability), 10));
}

/**
 * The smallest number with one decimal that is not below `input`, by the integers of appendix A of CVSS 3.1. Version 3.0 defines the
 * same without saying how; taken exactly, both agree on every number that the equations can give.
 */
function roundup(input: number): number {
  return Math.ceil(Math.round(input * 100_000) / 10_000) / 10;
}
