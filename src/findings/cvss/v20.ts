import type { CvssVersion, Severity } from './score.ts';
import { groupTest, vectorReader, type Weights } from './vector.ts';

const impact = { N: 0, P: 0.275, C: 0.66 };
const requirement = { L: 0.5, M: 1, H: 1.51 };

/** "A Complete Guide to the CVSS, Version 2.0", section 3.2.1. */
const base = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: impact,
  I: impact,
  A: impact,
};

/** Section 3.2.2. */
const temporal = {
  E: { U: 0.85, POC: 0.9, F: 0.95, H: 1 },
  RL: { OF: 0.87, TF: 0.9, W: 0.95, U: 1 },
  RC: { UC: 0.9, UR: 0.95, C: 1 },
};

/** Section 3.2.3. */
const environmental = {
  CDP: { N: 0, L: 0.1, LM: 0.3, MH: 0.4, H: 0.5 },
  TD: { N: 0, L: 0.25, M: 0.75, H: 1 },
  CR: requirement,
  IR: requirement,
  AR: requirement,
};

const optional = { ...temporal, ...environmental };
const read = vectorReader({ base, optional, notDefined: 'ND', fixedOrder: false });
const isEnvironmental = groupTest(environmental);

type Metrics = Weights<typeof base, typeof optional>;

/**
 * CVSS 2.0, by the equations of section 3.2 of its guide. The guide has no ratings; these are those of the NVD, which has neither
 * none nor critical. NVD and others write the vector in parentheses.
 */
export const v20: CvssVersion = {
  prefix: 'CVSS:2.0/',
  score(text) {
    const vector = read(text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text);
    if (vector === undefined) return undefined;
    const { weights, metrics } = vector;
    const score = isEnvironmental(weights) ? environmentalScore(weights) : temporalScore(weights);
    const own = baseScore(weights);
    return {
      version: '2.0',
      vector: metrics,
      score,
      severity: rateAsNvd(score),
      base: { score: own, severity: rateAsNvd(own) },
    };
  },
};

function environmentalScore(m: Metrics): number {
  const adjustedImpact = 10.41 * (1 - (1 - m.C * (m.CR ?? 1)) * (1 - m.I * (m.IR ?? 1)) * (1 - m.A * (m.AR ?? 1)));
  const adjustedTemporal = temporalScore(m, Math.min(10, adjustedImpact));
  const score = (adjustedTemporal + (10 - adjustedTemporal) * (m.CDP ?? 0)) * (m.TD ?? 1);
  // Low requirements can take the equations below zero; the guide's scores range from 0 to 10.
  return Math.max(0, roundTo1Decimal(score));
}

/** The base score where no temporal metric is defined. */
function temporalScore(m: Metrics, impactScore?: number): number {
  return roundTo1Decimal(baseScore(m, impactScore) * (m.E ?? 1) * (m.RL ?? 1) * (m.RC ?? 1));
}

function baseScore(m: Metrics, impactScore = 10.41 * (1 - (1 - m.C) * (1 - m.I) * (1 - m.A))): number {
  const exploitability = 20 * m.AV * m.AC * m.Au;
  return impactScore === 0 ? 0 : roundTo1Decimal((0.6 * impactScore + 0.4 * exploitability - 1.5) * 1.176);
}

/**
 * Rounds half up. The little that is added carries true halves over what floating point loses; no other value that the equations
 * can give is as near to a half.
 */
function roundTo1Decimal(value: number): number {
  return Math.round(value * 10 + 1e-6) / 10;
}

/** nvd.nist.gov/vuln-metrics/cvss. */
function rateAsNvd(score: number): Severity {
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}
