import { macroVectorOf, waysDown, type SeverityLevels } from './macro-vector.ts';
import { macroVectorScore } from './macro-vector-scores.ts';
import { rate, type CvssVersion } from './score.ts';
import { vectorReader, type Weights } from './vector.ts';

const attackVector = { N: 0, A: 1, L: 2, P: 3 };
const attackComplexity = { L: 0, H: 1 };
const attackRequirements = { N: 0, P: 1 };
const privilegesRequired = { N: 0, L: 1, H: 2 };
const userInteraction = { N: 0, P: 1, A: 2 };
const vulnerableImpact = { H: 0, L: 1, N: 2 };
const subsequentImpact = { H: 1, L: 2, N: 3 };
const subsequentImpactOrSafety = { S: 0, ...subsequentImpact };
const requirement = { H: 0, M: 1, L: 2 };

/** Severity levels in the order of table 23. */
const base = {
  AV: attackVector,
  AC: attackComplexity,
  AT: attackRequirements,
  PR: privilegesRequired,
  UI: userInteraction,
  VC: vulnerableImpact,
  VI: vulnerableImpact,
  VA: vulnerableImpact,
  SC: subsequentImpact,
  SI: subsequentImpact,
  SA: subsequentImpact,
};

const threat = { E: { A: 0, P: 1, U: 2 } };

const environmental = {
  CR: requirement,
  IR: requirement,
  AR: requirement,
  MAV: attackVector,
  MAC: attackComplexity,
  MAT: attackRequirements,
  MPR: privilegesRequired,
  MUI: userInteraction,
  MVC: vulnerableImpact,
  MVI: vulnerableImpact,
  MVA: vulnerableImpact,
  MSC: subsequentImpact,
  MSI: subsequentImpactOrSafety,
  MSA: subsequentImpactOrSafety,
};

/** These inform and do not score, so that their numbers mean nothing. */
const supplemental = {
  S: { N: 0, P: 0 },
  AU: { N: 0, Y: 0 },
  R: { A: 0, U: 0, I: 0 },
  V: { D: 0, C: 0 },
  RE: { L: 0, M: 0, H: 0 },
  U: { Clear: 0, Green: 0, Amber: 0, Red: 0 },
};

const optional = { ...threat, ...environmental, ...supplemental };
const read = vectorReader({ base, optional, notDefined: 'X', fixedOrder: true });
const prefix = 'CVSS:4.0/';

/**
 * CVSS 4.0: section 7 for the vector, which has one valid order; section 8.2 for the score. It has one score, of whatever is defined
 * (CVSS-B, -BT, -BE or -BTE).
 */
export const v40: CvssVersion = {
  prefix,
  score(text) {
    const vector = read(text);
    if (vector === undefined) return undefined;
    const score = scoreOf(severityLevels(vector.weights));
    const own = scoreOf(severityLevels(baseMetrics(vector.weights)));
    return {
      version: '4.0',
      vector: `${prefix}${vector.metrics}`,
      score,
      severity: rate(score),
      base: { score: own, severity: rate(own) },
    };
  },
};

type Metrics = Weights<typeof base, typeof optional>;

function baseMetrics({ AV, AC, AT, PR, UI, VC, VI, VA, SC, SI, SA }: Metrics): Metrics {
  return { AV, AC, AT, PR, UI, VC, VI, VA, SC, SI, SA };
}

/** Modified metrics stand for the base metrics; what is Not Defined is the worst case (section 8.2). */
function severityLevels(m: Metrics): SeverityLevels {
  return {
    AV: m.MAV ?? m.AV,
    AC: m.MAC ?? m.AC,
    AT: m.MAT ?? m.AT,
    PR: m.MPR ?? m.PR,
    UI: m.MUI ?? m.UI,
    VC: m.MVC ?? m.VC,
    VI: m.MVI ?? m.VI,
    VA: m.MVA ?? m.VA,
    SC: m.MSC ?? m.SC,
    SI: m.MSI ?? m.SI,
    SA: m.MSA ?? m.SA,
    E: m.E ?? threat.E.A,
    CR: m.CR ?? requirement.H,
    IR: m.IR ?? requirement.H,
    AR: m.AR ?? requirement.H,
  };
}

/** The score of the MacroVector, less the mean of the proportional distances to the MacroVectors below it. */
function scoreOf(m: SeverityLevels): number {
  if (isWithoutImpact(m)) return 0;
  const macro = macroVectorOf(m);
  const highest = macroVectorScore(macro);
  const distances = waysDown(m, macro)
    .filter(({ below }) => below.length > 0)
    .map(({ proportion, below }) => proportion * (highest - Math.max(...below.map(macroVectorScore))));
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / Math.max(1, distances.length);
  // Half up; as in the reference implementation, what is added carries true halves over what floating point may lose.
  return Math.round(highest - mean + 1e-5) / 10;
}

/** The exception of the reference implementation: what has no impact scores 0, whatever its MacroVector. */
function isWithoutImpact(m: SeverityLevels): boolean {
  return m.VC + m.VI + m.VA === 3 * vulnerableImpact.N && m.SC + m.SI + m.SA === 3 * subsequentImpact.N;
}
