import { createHash } from 'node:crypto';
import { explainReason } from '#policy/reasons/explain.ts';
import { objectionsOf, type CheckFormat } from '#policy/reports/check-report.ts';

/** GitLab's code quality report, which it shows in merge requests. */
export const gitlab: CheckFormat = {
  name: 'gitlab',
  write({ checks }, { language }) {
    const issues = checks.flatMap((check) =>
      objectionsOf(check.verdict).map((outcome) => {
        const { sentence, cure } = explainReason(outcome.reason, language);
        const { policy, rule, mode, image } = outcome;
        const same = [check.file, check.subject, policy, rule, outcome.reason.code, image?.written, image?.pointer];
        return {
          description: cure === undefined ? sentence : `${sentence} – ${cure}`,
          check_name: `${policy}/${rule}`,
          fingerprint: createHash('sha256').update(JSON.stringify(same)).digest('hex'),
          severity: { enforce: 'blocker', warn: 'major', audit: 'info' }[mode],
          location: { path: check.file ?? check.subject, lines: { begin: check.positionOf?.(outcome)?.line ?? 1 } },
        };
      }),
    );
    return `${JSON.stringify(issues, undefined, 2)}\n`;
  },
};
