/** What a CVSS vector comes to. */
export interface CvssScore {
  readonly version: '2.0' | '3.0' | '3.1' | '4.0';
  /** The vector as its specification writes it: metrics in order, none that is Not Defined; of version 2.0 without a prefix. */
  readonly vector: string;
  /** 0 to 10, in steps of 0.1. */
  readonly score: number;
  readonly severity: Severity;
  /** The same of the base metrics alone: how bad the flaw is by itself, whatever is known to mitigate it somewhere. */
  readonly base: { readonly score: number; readonly severity: Severity };
}

/** A qualitative rating, as CVSS 3.x and 4.0 name them; 2.0 knows neither `none` nor `critical`. */
export type Severity = 'none' | 'low' | 'medium' | 'high' | 'critical';

/** How one version of CVSS writes and scores its vectors. Each is one pure file, listed in `index.ts`. */
export interface CvssVersion {
  /** What its vectors begin with, the slash included. */
  readonly prefix: string;
  /** Scores the metrics that follow the prefix; nothing if they are not a vector of this version. */
  score(metrics: string): CvssScore | undefined;
}

/** The rating of a score, the same in CVSS 3.0 and 3.1 (section 5) and 4.0 (section 6). */
export function rate(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}
