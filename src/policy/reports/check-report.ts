import type { Said } from '#policy/description/said.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import type { LanguageName } from '#policy/policy.ts';
import type { SpokenLanguage } from '#policy/reasons/explain.ts';
import { verdictNames, type Verdict, type VerdictName } from '#policy/verdict.ts';
import type { Tool } from '#documents/report.ts';

/** What a check of images and manifests has to say. */
export interface CheckReport {
  readonly tool: Tool;
  /** When it was decided, RFC 3339. */
  readonly created: string;
  readonly policies: readonly UsedPolicy[];
  readonly checks: readonly Check[];
}

/** A policy that was asked. */
interface UsedPolicy {
  readonly name: string;
  readonly language: LanguageName;
  /** File, and position in it. */
  readonly origin: string;
  readonly remarks: readonly Said[];
}

/** The verdict on one image or object. */
export interface Check {
  /** What was asked about, for a person: an image, or `Deployment/web`. */
  readonly subject: string;
  /** The file that it stands in, if it is in one. */
  readonly file?: string;
  /** The namespace that it is for, if it is for one. */
  readonly namespace?: string;
  readonly verdict: Verdict;
  /** Where in the file what an outcome is about stands. */
  readonly positionOf?: (outcome: RuleOutcome) => CheckPosition | undefined;
}

/** From 1; columns in UTF-16 code units. */
export interface CheckPosition {
  readonly line: number;
  readonly column: number;
}

/** One way to write the report. Each is one file, listed in `formats/index.ts`. */
export interface CheckFormat {
  readonly name: CheckFormatName;
  write(report: CheckReport, options: CheckWriting): string;
}

/** How it is written for people. */
interface CheckWriting {
  readonly language: SpokenLanguage;
  readonly colour: boolean;
  /** Characters a line, on a terminal. */
  readonly width?: number;
  /** Whether to write what has passed, too. */
  readonly all: boolean;
}

/** The names of all formats; a test compares them with the list. */
export const checkFormatNames = ['table', 'json', 'junit', 'sarif', 'github', 'gitlab'] as const;
type CheckFormatName = (typeof checkFormatNames)[number];

/** The worst of all verdicts. */
export function overallVerdict({ checks }: CheckReport): VerdictName {
  const worst = Math.max(0, ...checks.map(({ verdict }) => verdictNames.indexOf(verdict.verdict)));
  return verdictNames[worst] ?? 'deny';
}

/** What speaks against it, the most serious first: failures and unknowns; those of policies that only audit come last. */
export function objectionsOf({ outcomes }: Verdict): readonly RuleOutcome[] {
  const open = outcomes.filter(({ outcome }) => outcome === 'failed' || outcome === 'unknown');
  return open.toSorted((a, b) => seriousness(b) - seriousness(a));
}

function seriousness({ outcome, mode }: RuleOutcome): number {
  const weight = { enforce: 4, warn: 2, audit: 0 } as const;
  return weight[mode] + (outcome === 'failed' ? 1 : 0);
}
