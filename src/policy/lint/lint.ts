import type { Manifest } from '#policy/manifests/read-manifest.ts';
import type { ManifestGap } from '#policy/manifests/reference.ts';
import { writtenPin } from '#policy/pinning/written-pin.ts';
import { lintRules } from './rules/index.ts';
import type { LintContext, LintProblem, LintRuleName, LintSeverity } from './rule.ts';

/** What was found in files. */
export interface LintReport {
  /** In the order of the files and of what stands in them. */
  readonly findings: readonly LintFinding[];
  /** What could not be looked at, or found out. */
  readonly gaps: readonly LintGap[];
}

export interface LintFinding extends LintProblem {
  readonly rule: LintRuleName;
  readonly severity: LintSeverity;
}

export interface LintGap extends Omit<ManifestGap, 'code'> {
  readonly code: ManifestGap['code'] | 'reference-invalid' | 'unavailable';
  readonly file: string;
}

/** Asks every rule, but those that are left out, about all files together. */
export async function lint(
  files: readonly Manifest[],
  context: LintContext,
  without: readonly LintRuleName[] = [],
): Promise<LintReport> {
  const rules = lintRules.filter(({ name }) => !without.includes(name));
  const asked = await Promise.all(
    rules.map(async (rule) => {
      const { name, severity } = rule;
      return (await rule.find(files, context)).map((problem) => ({ ...problem, rule: name, severity }));
    }),
  );
  const found = asked.flat();
  const unknown = found.flatMap(({ file, line, column, place, unknown: why }): LintGap[] =>
    why === undefined ? [] : [{ file, line, column, place, code: 'unavailable', message: why }],
  );
  const order = new Map(files.map(({ path }, index) => [path, index]));
  const inOrder = <Placed extends Omit<LintGap, 'code' | 'message'>>(list: readonly Placed[]): Placed[] =>
    list.toSorted(
      (a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line || a.column - b.column,
    );
  return {
    findings: inOrder(found.filter((finding) => finding.unknown === undefined)),
    gaps: inOrder([...files.flatMap(gapsOf), ...unknown]),
  };
}

function gapsOf(manifest: Manifest): LintGap[] {
  const { path, formats, gaps, references, text } = manifest;
  const unknownFile: ManifestGap[] =
    formats.length > 0 || gaps.length > 0
      ? []
      : [{ code: 'unreadable', message: 'it is in no format that is known', line: 1, column: 1, place: '' }];
  const invalid = references.flatMap((reference): LintGap[] => {
    const written = writtenPin(text, reference);
    const { line, column, place } = reference;
    return written.state === 'invalid'
      ? [{ file: path, code: 'reference-invalid', message: written.why, line, column, place }]
      : [];
  });
  return [...[...gaps, ...unknownFile].map((gap) => ({ ...gap, file: path })), ...invalid];
}
