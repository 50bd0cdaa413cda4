import { createHash } from 'node:crypto';
import type { LintFormat } from '#policy/lint/format.ts';
import { explainFinding, explainGap } from '#policy/lint/texts/explain.ts';

/** GitLab's code quality report, which it shows in merge requests. */
export const gitlab: LintFormat = {
  name: 'gitlab',
  write({ findings, gaps }, { language }) {
    const found = findings.map((finding) => {
      const { sentence, cure } = explainFinding(finding, language);
      return issue(finding, finding.rule, severities[finding.severity], `${sentence} – ${cure}`);
    });
    const unread = gaps.map((gap) => issue(gap, gap.code, 'major', explainGap(gap, language)));
    return `${JSON.stringify([...found, ...unread], undefined, 2)}\n`;
  },
};

const severities = { error: 'critical', warning: 'major', note: 'info' } as const;

/** The fingerprint leaves the line out, so that what was moved stays the same issue. */
function issue(
  { file, line, place }: { readonly file: string; readonly line: number; readonly place: string },
  name: string,
  severity: string,
  description: string,
): object {
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([name, file, place, description]))
    .digest('hex');
  return { description, check_name: name, fingerprint, severity, location: { path: file, lines: { begin: line } } };
}
