import { imagePathUri } from '#documents/sarif/image-path.ts';
import type { LintFormat } from '#policy/lint/format.ts';
import type { LintFinding, LintGap } from '#policy/lint/lint.ts';
import { lintRules } from '#policy/lint/rules/index.ts';
import { explainFinding, explainGap, explainRule } from '#policy/lint/texts/explain.ts';

/** SARIF 2.1.0: a result for each finding; what could not be read is a notification, so that nobody takes the results for complete. */
export const sarif: LintFormat = {
  name: 'sarif',
  write({ findings, gaps }, { tool, language }) {
    const rules = lintRules.map(({ name, severity }) => ({
      id: name,
      shortDescription: { text: explainRule(name, language) },
      defaultConfiguration: { level: severity },
    }));
    const codes = [...new Set(gaps.map(({ code }) => code))].toSorted();
    const log = {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: { name: tool.name, version: tool.version, rules, notifications: codes.map((id) => ({ id })) },
          },
          columnKind: 'utf16CodeUnits',
          invocations: [
            {
              executionSuccessful: true,
              toolExecutionNotifications: gaps.map((gap) => ({
                descriptor: { id: gap.code, index: codes.indexOf(gap.code) },
                level: 'error',
                message: { text: plain(explainGap(gap, language)) },
                locations: [locationOf(gap)],
              })),
            },
          ],
          results: findings.map((finding) => {
            const { sentence, cure } = explainFinding(finding, language);
            return {
              ruleId: finding.rule,
              ruleIndex: lintRules.findIndex(({ name }) => name === finding.rule),
              level: finding.severity,
              message: { text: plain(`${sentence} ${cure}`) },
              locations: [locationOf(finding)],
            };
          }),
        },
      ],
    };
    return `${JSON.stringify(log, undefined, 2)}\n`;
  },
};

function locationOf({
  file,
  line,
  column,
  place,
}: Pick<LintFinding | LintGap, 'file' | 'line' | 'column' | 'place'>): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: imagePathUri(file) },
      region: { startLine: line, startColumn: column },
    },
    ...(place === '' ? {} : { logicalLocations: [{ fullyQualifiedName: plain(place) }] }),
  };
}

/** Brackets would make links of texts that come from files (§3.11.6). */
function plain(text: string): string {
  return text.toWellFormed().replaceAll(/[\\[\]]/g, String.raw`\$&`);
}
