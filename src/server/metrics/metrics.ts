/** Numbers about a server, in the text format of Prometheus (version 0.0.4). Every label has few values, known beforehand. */
export interface Metrics {
  /** A number that only grows. */
  counter<Label extends string>(name: string, help: string, labels: readonly Label[]): Counter<Label>;
  /** How long something took, in seconds. */
  histogram<Label extends string>(name: string, help: string, labels: readonly Label[]): Histogram<Label>;
  /** A number that is asked for when somebody looks. */
  gauge(name: string, help: string, value: () => number): void;
  write(): string;
}

type Labels<Label extends string> = Readonly<Record<Label, string>>;
export type Counter<Label extends string> = (labels: Labels<Label>, by?: number) => void;
export type Histogram<Label extends string> = (labels: Labels<Label>, seconds: number) => void;

/** Upper ends, in seconds: a warm answer takes one millisecond, a cold one some hundred, and API servers wait ten seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Whatever happens, no metric has more series than this. */
const mostSeries = 500;

export function createMetrics(): Metrics {
  const writers: (() => readonly string[])[] = [];
  return {
    counter(name, help, labels) {
      const series = new Map<string, number>();
      writers.push(() => [
        ...head(name, help, 'counter'),
        ...[...series].map(([key, value]) => `${name}${key} ${value}`),
      ]);
      return (values, by = 1) => {
        const key = written(labels, values);
        if (series.has(key) || series.size < mostSeries) series.set(key, (series.get(key) ?? 0) + by);
      };
    },
    histogram(name, help, labels) {
      const series = new Map<string, { readonly counts: number[]; sum: number }>();
      writers.push(() => [
        ...head(name, help, 'histogram'),
        ...[...series].flatMap(([key, one]) => linesOf(name, key, one)),
      ]);
      return (values, seconds) => {
        const key = written(labels, values);
        const one = series.get(key) ?? { counts: [...buckets, Infinity].map(() => 0), sum: 0 };
        if (!series.has(key) && series.size >= mostSeries) return;
        series.set(key, one);
        const at = buckets.findIndex((end) => seconds <= end);
        const index = at < 0 ? buckets.length : at;
        one.counts[index] = (one.counts[index] ?? 0) + 1;
        one.sum += seconds;
      };
    },
    gauge(name, help, value) {
      writers.push(() => [...head(name, help, 'gauge'), `${name} ${value()}`]);
    },
    write: () => `${writers.flatMap((write) => write()).join('\n')}\n`,
  };
}

function head(name: string, help: string, type: string): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function linesOf(
  name: string,
  key: string,
  { counts, sum }: { readonly counts: readonly number[]; readonly sum: number },
) {
  let count = 0;
  const inner = key.slice(1, -1);
  const lines = counts.map((one, index) => {
    count += one;
    const end = buckets[index] ?? '+Inf';
    return `${name}_bucket{${inner}${inner === '' ? '' : ','}le="${end}"} ${count}`;
  });
  return [...lines, `${name}_sum${key} ${sum}`, `${name}_count${key} ${count}`];
}

function written<Label extends string>(labels: readonly Label[], values: Labels<Label>): string {
  const pairs = labels.map((label) => `${label}="${values[label].replaceAll(/[\\"\n]/g, '_')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
