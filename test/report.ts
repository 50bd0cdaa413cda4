import assert from 'node:assert/strict';
import { bulla, realAdvisories, type Run } from './bulla.ts';

/** The part of `--format json` that tests look at. `scan-findings.test.ts` checks that the rest is there. */
export interface Report {
  readonly image: { readonly reference: string; readonly digest: string | null; readonly base: object | null };
  readonly packages: readonly ReportedPackage[];
  readonly findings: readonly ReportedFinding[];
  readonly layers: readonly object[];
  readonly summary: Readonly<Record<string, unknown>>;
  readonly coverage: Coverage;
}

interface ReportedPackage extends Located {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly files: readonly string[];
}

export interface ReportedFinding {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: Located & { readonly purl: string; readonly name: string; readonly version: string };
  readonly severity: string;
  readonly fix: { readonly state: string; readonly versions: readonly string[] };
  readonly exploited: boolean;
  readonly epss: { readonly score: number } | null;
  readonly part: string;
  readonly why: {
    readonly sentence: string;
    readonly searched: readonly { readonly ecosystem: string }[];
    readonly record: string;
    readonly comparison: string;
    readonly advisories: readonly object[];
  };
}

interface Located {
  readonly location: string;
  readonly layer: { readonly index: number; readonly digest: string | null } | null;
}

interface Coverage {
  readonly complete: boolean;
  readonly gaps: readonly { readonly code: string; readonly message: string; readonly items: readonly string[] }[];
  readonly sources: readonly object[];
  readonly executables: { readonly examples: readonly object[] };
}

/** Reads what `--format json` wrote. */
export function parseReport({ stdout, stderr }: Run): Report {
  assert.notEqual(stdout, '', stderr);
  // Our own format, whose fields the tests check by using them.
  return JSON.parse(stdout) as Report;
}

/** Scans a source with the real advisories. */
export async function scanFully(source: string, ...flags: readonly string[]): Promise<Report> {
  return parseReport(
    await bulla(['scan', source, '--json', ...flags], { env: { BULLA_DATABASE: await realAdvisories() } }),
  );
}
