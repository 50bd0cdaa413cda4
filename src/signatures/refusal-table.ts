/** Reasons to refuse: a code each, with what mends it, by the stage at which they are found. */
type Reasons = Readonly<Record<string, Readonly<Record<string, string>>>>;

type CodeOf<Table extends Reasons> = { [Stage in keyof Table]: keyof Table[Stage] & string }[keyof Table];

/** What can be asked of such a table. */
interface RefusalTable<Stage extends string, Code extends string> {
  /** In the order in which they are looked at. */
  readonly stages: readonly Stage[];
  readonly codesOf: (stage: Stage) => readonly Code[];
  readonly stageOf: (code: Code) => Stage;
  /** What mends it, as a command or as advice. */
  readonly cureOf: (code: Code) => string;
}

/**
 * Makes a closed list of reasons to refuse, each of which is found at one stage and mended in one way.
 *
 * @example
 * const table = refusalTable({ format: { 'format-invalid': 'sign again' } });
 * table.cureOf('format-invalid');
 */
export function refusalTable<const Table extends Reasons>(
  reasons: Table,
): RefusalTable<keyof Table & string, CodeOf<Table>> {
  // The keys of an object that nothing is added to are those of its type.
  const stages = Object.keys(reasons) as (keyof Table & string)[];
  const found = new Map(
    stages.flatMap((stage) => entriesOf(reasons[stage]).map(([code, cure]) => [code, { stage, cure }] as const)),
  );
  const reasonOf = (code: string) => {
    const reason = found.get(code);
    if (reason === undefined) throw new Error(`there is no reason ${code}`);
    return reason;
  };
  return {
    stages,
    // They are the codes of this table, as it was given.
    codesOf: (stage) => entriesOf(reasons[stage]).map(([code]) => code as CodeOf<Table>),
    stageOf: (code) => reasonOf(code).stage,
    cureOf: (code) => reasonOf(code).cure,
  };
}

function entriesOf(cures: Reasons[string] | undefined): readonly (readonly [code: string, cure: string])[] {
  return Object.entries(cures ?? {});
}
