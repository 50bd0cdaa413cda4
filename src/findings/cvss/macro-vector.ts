/**
 * How severe each metric is, as steps below its most severe value. The metrics that environmental ones modify are those modified;
 * Safety, which only the modified ones know, is 0 for all of SC, SI and SA, so that High is 1 there.
 */
export interface SeverityLevels {
  readonly AV: number;
  readonly AC: number;
  readonly AT: number;
  readonly PR: number;
  readonly UI: number;
  readonly VC: number;
  readonly VI: number;
  readonly VA: number;
  readonly SC: number;
  readonly SI: number;
  readonly SA: number;
  readonly E: number;
  readonly CR: number;
  readonly IR: number;
  readonly AR: number;
}

/** A class of vectors that are alike in severity: CVSS 4.0, section 8.2. Its levels are 0 for the most severe. */
export interface MacroVector {
  readonly eq1: 0 | 1 | 2;
  readonly eq2: 0 | 1;
  /** EQ3 and EQ6 depend on each other, and so are one level of two digits. */
  readonly eq3eq6: '00' | '01' | '10' | '11' | '21';
  readonly eq4: 0 | 1 | 2;
  readonly eq5: 0 | 1 | 2;
}

/** The MacroVector in which a vector lies. */
export function macroVectorOf(m: SeverityLevels): MacroVector {
  return { eq1: eq1Of(m), eq2: m.AC + m.AT === 0 ? 0 : 1, eq3eq6: eq3eq6Of(m), eq4: eq4Of(m), eq5: eq5Of(m) };
}

/** How far a vector is on the way to the next lower level of one set of metrics. */
export interface WayDown {
  /** From 0 at the highest severity vector of its MacroVector to 1 at the next level, if there is one; 1 is never reached. */
  readonly proportion: number;
  /** The MacroVectors at the next level: none below the lowest level, two where either EQ3 or EQ6 can be lower. */
  readonly below: readonly MacroVector[];
}

/** The ways down from a vector to the MacroVectors below its own, one for each set of metrics. */
export function waysDown(m: SeverityLevels, macro: MacroVector): readonly WayDown[] {
  return [
    wayDown(eq1[macro.eq1], m.AV + m.PR + m.UI, (level) => ({ ...macro, eq1: level })),
    wayDown(eq2[macro.eq2], m.AC + m.AT, (level) => ({ ...macro, eq2: level })),
    wayDown(eq3eq6[macro.eq3eq6], m.VC + m.VI + m.VA + m.CR + m.IR + m.AR, (level) => ({ ...macro, eq3eq6: level })),
    wayDown(eq4[macro.eq4], m.SC + m.SI + m.SA, (level) => ({ ...macro, eq4: level })),
    wayDown(eq5[macro.eq5], m.E, (level) => ({ ...macro, eq5: level })),
  ];
}

/** A level of one set of metrics. */
interface Level<Name> {
  /**
   * The sum of severity levels in its highest severity vectors. Where it has several of them the sum is the same in all, so that
   * the severity distance of a vector from the one above it is a difference of sums.
   */
  readonly highest: number;
  /** The steps from its highest severity vector to the next level: one more than what section 8.2 calls depth. */
  readonly steps: number;
  /** The next lower levels. */
  readonly below: readonly Name[];
}

type Levels<Name extends PropertyKey> = Readonly<Record<Name, Level<Name>>>;

/** The lowest level of a set, whichever: nothing is below it, so that distances in it do not count. */
const lowest = { highest: 0, steps: 1, below: [] };

/** Table 24. The steps of all tables are those of the reference implementation. */
const eq1: Levels<MacroVector['eq1']> = {
  0: { highest: 0, steps: 1, below: [1] },
  1: { highest: 1, steps: 4, below: [2] },
  2: lowest,
};

/** Table 25. */
const eq2: Levels<MacroVector['eq2']> = {
  0: { highest: 0, steps: 1, below: [1] },
  1: lowest,
};

/** Table 30. */
const eq3eq6: Levels<MacroVector['eq3eq6']> = {
  '00': { highest: 0, steps: 7, below: ['01', '10'] },
  '01': { highest: 3, steps: 6, below: ['11'] },
  '10': { highest: 1, steps: 8, below: ['11'] },
  '11': { highest: 3, steps: 8, below: ['21'] },
  '21': lowest,
};

/** Table 27. */
const eq4: Levels<MacroVector['eq4']> = {
  0: { highest: 1, steps: 6, below: [1] },
  1: { highest: 3, steps: 5, below: [2] },
  2: lowest,
};

/** Table 28. */
const eq5: Levels<MacroVector['eq5']> = {
  0: { highest: 0, steps: 1, below: [1] },
  1: { highest: 1, steps: 1, below: [2] },
  2: lowest,
};

function wayDown<Name>(level: Level<Name>, sum: number, macroVectorAt: (name: Name) => MacroVector): WayDown {
  return { proportion: (sum - level.highest) / level.steps, below: level.below.map(macroVectorAt) };
}

/** Table 24: Network, None and None; one of these, and not Physical; otherwise. */
function eq1Of({ AV, PR, UI }: SeverityLevels): MacroVector['eq1'] {
  if (AV + PR + UI === 0) return 0;
  return (AV === 0 || PR === 0 || UI === 0) && AV < 3 ? 1 : 2;
}

/** Tables 26, 29 and 30: how many impacts are High, and whether one of them meets a High requirement. */
function eq3eq6Of({ VC, VI, VA, CR, IR, AR }: SeverityLevels): MacroVector['eq3eq6'] {
  const isRequired = VC + CR === 0 || VI + IR === 0 || VA + AR === 0;
  if (VC + VI === 0) return isRequired ? '00' : '01';
  if (VC === 0 || VI === 0 || VA === 0) return isRequired ? '10' : '11';
  return '21';
}

/** Table 27: Safety in SI or SA; else High in any; otherwise. */
function eq4Of({ SC, SI, SA }: SeverityLevels): MacroVector['eq4'] {
  if (SI === 0 || SA === 0) return 0;
  return SC === 1 || SI === 1 || SA === 1 ? 1 : 2;
}

/** Table 28: Attacked, Proof-of-Concept, Unreported. */
function eq5Of({ E }: SeverityLevels): MacroVector['eq5'] {
  if (E === 0) return 0;
  return E === 1 ? 1 : 2;
}
