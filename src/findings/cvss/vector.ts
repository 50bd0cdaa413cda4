/** Metrics in the order of the specification: each with its values, and the number that the equations take for a value. */
export type MetricTable = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The numbers that a vector stands for, by metric. A metric that is not a base metric is absent where it is Not Defined. */
export type Weights<Base extends MetricTable, Optional extends MetricTable> = {
  readonly [Name in keyof Base]: number;
} & { readonly [Name in keyof Optional]?: number };

interface VectorFormat<Base extends MetricTable, Optional extends MetricTable> {
  /** All of these must be given. */
  readonly base: Base;
  /** Any of these may be given, in the order in which they follow. */
  readonly optional: Optional;
  /** How an optional metric says that it is Not Defined. */
  readonly notDefined: string;
  /** Whether any other order than that of the tables is invalid. */
  readonly fixedOrder: boolean;
}

interface Value {
  readonly metric: string;
  /** The metric's place in the order of the specification. */
  readonly place: number;
  /** Nothing for Not Defined. */
  readonly weight: number | undefined;
}

/**
 * Makes the reader of a version's vectors, `AV:N/AC:L/…` without the prefix. It gives the numbers of the tables and the metrics in
 * their canonical form, or nothing for any text that is not such a vector.
 */
export function vectorReader<const Base extends MetricTable, const Optional extends MetricTable>(
  format: VectorFormat<Base, Optional>,
): (text: string) => { weights: Weights<Base, Optional>; metrics: string } | undefined {
  const names = [...Object.keys(format.base), ...Object.keys(format.optional)];
  const values = valuesOf(format, names);
  return (text) => {
    const given = new Map<string, string>();
    let lastPlace = -1;
    for (const part of (text.endsWith('/') ? text.slice(0, -1) : text).split('/')) {
      const value = values.get(part);
      if (value === undefined || given.has(value.metric)) return undefined;
      if (format.fixedOrder && value.place < lastPlace) return undefined;
      given.set(value.metric, part);
      lastPlace = value.place;
    }
    const weights: Record<string, number> = {};
    const metrics: string[] = [];
    for (const name of names) {
      const part = given.get(name);
      const weight = part === undefined ? undefined : values.get(part)?.weight;
      if (part !== undefined && weight !== undefined) {
        weights[name] = weight;
        metrics.push(part);
      } else if (name in format.base) return undefined;
    }
    // The parsed edge: the loop above has found every base metric.
    return { weights: weights as Weights<Base, Optional>, metrics: metrics.join('/') };
  };
}

/** Tells whether the numbers of a vector have any metric of a group. */
export function groupTest(group: MetricTable): (weights: object) => boolean {
  const names = Object.keys(group);
  return (weights) => names.some((name) => name in weights);
}

/** Every metric with every value, as vectors write them: `AV:N`. A map, because the keys that are asked for are untrusted. */
function valuesOf(
  { base, optional, notDefined }: VectorFormat<MetricTable, MetricTable>,
  names: readonly string[],
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const [place, metric] of names.entries()) {
    for (const [value, weight] of Object.entries(base[metric] ?? optional[metric] ?? {})) {
      values.set(`${metric}:${value}`, { metric, place, weight });
    }
    if (metric in optional) values.set(`${metric}:${notDefined}`, { metric, place, weight: undefined });
  }
  return values;
}
