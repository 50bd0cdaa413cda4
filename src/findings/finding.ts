import type { ExploitedEntry } from '#advisories/advisory.ts';
import type { Gap } from '#inventory/coverage.ts';
import type { Package } from '#inventory/package.ts';
import type { Fix } from './fix.ts';
import type { Severity } from './severity.ts';
import type { Use } from './answer.ts';

/** A flaw that a package of the image has. One for each package and flaw, whatever the number of advisories. */
export interface Finding {
  /** The CVE, or the id that it goes by without one. */
  readonly id: string;
  readonly aliases: readonly string[];
  readonly kind: 'vulnerability' | 'malware' | 'informational';
  readonly package: Package;
  readonly title: string;
  readonly severity: Severity;
  readonly fix: Fix;
  /** CISA's entry, if it is known to be exploited. */
  readonly exploited?: ExploitedEntry;
  readonly epss?: Prediction;
  /** Ids of all records that were folded into this finding. */
  readonly advisories: readonly string[];
  readonly references: readonly string[];
  readonly published?: string;
  /** Whether the flaw came with the base image. */
  readonly part: ImagePart;
  /** Whether the program has the functions that the advisory names. */
  readonly use: Use;
  /** Kernel headers: the flaws of the kernel, without the kernel. */
  readonly headersOnly: boolean;
  readonly why: Why;
}

export type ImagePart = 'base' | 'own' | 'unknown';

export interface Prediction {
  readonly score: number;
  readonly percentile: number;
  /** Day of the model's scores. */
  readonly date?: string;
}

/** Why a flaw is, or is not, reported for a package. */
export interface Why {
  /** One sentence for a newcomer. */
  readonly sentence: string;
  /** Where was looked, and under which name. */
  readonly searched: readonly Searched[];
  /** The record that decided, what was compared, and why that record. */
  readonly record: string;
  readonly comparison: string;
  readonly rule: string;
  /** What each advisory says. */
  readonly advisories: readonly Said[];
}

export interface Searched {
  readonly feed: string;
  readonly source: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
}

export interface Said {
  readonly record: string;
  readonly feed: string;
  readonly verdict: 'affected' | 'unaffected' | 'undetermined';
  readonly comparison: string;
}

/** What matching found, and what it could not. */
export interface Matched {
  /** The most urgent first. */
  readonly findings: readonly Finding[];
  /** Why the result may be less than the truth. */
  readonly gaps: readonly Gap[];
  /** What must be known to read the result right, without making it uncertain. */
  readonly notes: readonly string[];
  readonly feeds: readonly UsedFeed[];
}

/** A snapshot that was asked. */
export interface UsedFeed {
  readonly feed: string;
  readonly part: string;
  readonly source: string;
  readonly checked: string;
  readonly newest?: string;
  readonly records: number;
}
