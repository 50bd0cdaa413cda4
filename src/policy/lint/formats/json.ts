import type { LintFormat } from '#policy/lint/format.ts';
import { explainFinding } from '#policy/lint/texts/explain.ts';

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
const schemaVersion = 1;

/** Everything, as `schemas/lint.schema.json` describes it. */
export const json: LintFormat = {
  name: 'json',
  write({ findings, gaps }, { tool, language }) {
    const body = {
      schemaVersion,
      tool,
      findings: findings.map((finding) => {
        const { rule, severity, file, line, column, place, words } = finding;
        return { rule, severity, file, line, column, place, words, ...explainFinding(finding, language) };
      }),
      gaps: gaps.map(({ code, message, file, line, column, place }) => ({ code, message, file, line, column, place })),
    };
    return `${JSON.stringify(body, undefined, 2)}\n`;
  },
};
