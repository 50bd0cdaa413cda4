import type { RangeEvent } from '#versions/range.ts';

/** What one record of a feed says of one package in one ecosystem. */
export interface Advisory {
  /** Id of the record that says so. */
  readonly record: string;
  /** Ecosystem and, for distributions, release, in the words of OSV: `npm`, `Debian:12`, `Alpine:v3.20`. */
  readonly ecosystem: string;
  readonly package: string;
  /** The version is affected if it is so by any of them. Ranges of commits are left out. */
  readonly ranges: readonly AffectedRange[];
  /** Versions that are affected, each by itself. */
  readonly versions: readonly string[];
  /** Versions that have the correction, where only `versions` is given. */
  readonly fixedIn?: readonly string[];
  /** What the distribution says of it in this release. */
  readonly status?: DistributionStatus;
  /** The distribution's own word for its severity, such as Debian's urgency or Ubuntu's priority. */
  readonly urgency?: string;
  /** The distribution's reason for its status. */
  readonly note?: string;
  /** Parts of the package that are affected; the whole of it if none is named. */
  readonly symbols?: readonly AffectedSymbols[];
  /** RPM module stream that the packages belong to, `name:stream`. */
  readonly module?: string;
}

export interface AffectedRange {
  /** How the events are ordered: by Semantic Versioning, or by the ecosystem's own rules. */
  readonly order: 'semver' | 'ecosystem';
  readonly events: readonly RangeEvent[];
}

/** Functions of one import path; all of it if none is named. */
export interface AffectedSymbols {
  readonly path: string;
  readonly symbols: readonly string[];
}

/**
 * How a distribution treats a vulnerability in a release. `affected` has no fix yet; `ignored` will have none; `postponed` is
 * left for later; `no-dsa` will be fixed without an advisory of its own; `undetermined` and `not-affected` are no findings.
 */
export type DistributionStatus =
  | 'fixed'
  | 'affected'
  | 'no-dsa'
  | 'postponed'
  | 'ignored'
  | 'end-of-life'
  | 'undetermined'
  | 'not-affected';

/** What a record says regardless of packages. */
export interface AdvisoryRecord {
  readonly id: string;
  readonly kind: 'vulnerability' | 'malware' | 'informational';
  readonly summary: string;
  /** The start of the long description. */
  readonly details: string;
  /** Other names of the same flaw. */
  readonly aliases: readonly string[];
  /** The flaws that this record of a distribution is about. */
  readonly upstream: readonly string[];
  /** Records that have to do with it; for advisories of distributions, the flaws that they correct. */
  readonly related: readonly string[];
  readonly severities: readonly SeverityRating[];
  /** RFC 3339, or nothing where the publisher gives no real date. */
  readonly published?: string;
  readonly modified: string;
  readonly withdrawn?: string;
  readonly references: readonly string[];
}

/** A rating as published: a CVSS vector, or a word. */
export interface SeverityRating {
  readonly type: 'CVSS_V2' | 'CVSS_V3' | 'CVSS_V4' | 'word';
  readonly value: string;
}

/** An entry of CISA's catalogue of vulnerabilities that are known to be exploited. */
export interface ExploitedEntry {
  readonly cve: string;
  readonly added: string;
  readonly due?: string;
  readonly ransomware: boolean;
  readonly name: string;
}

/** How likely it is that a vulnerability will be exploited within 30 days, by FIRST's EPSS. */
export interface ExploitPrediction {
  readonly cve: string;
  /** Probability, 0 to 1. */
  readonly score: number;
  /** Share of all scored vulnerabilities that are less likely, 0 to 1. */
  readonly percentile: number;
}
