import { imagePathUri } from '#documents/sarif/image-path.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import { explainReason, type SpokenLanguage } from '#policy/reasons/explain.ts';
import { objectionsOf, type Check, type CheckFormat } from '#policy/reports/check-report.ts';

/** SARIF 2.1.0: a result for whatever speaks against an image, at the place of the manifest that names it. */
export const sarif: CheckFormat = {
  name: 'sarif',
  write({ tool, checks }, { language }) {
    const found = checks.flatMap((check) => objectionsOf(check.verdict).map((outcome) => ({ check, outcome })));
    const codes = [...new Set(found.map(({ outcome }) => outcome.reason.code))].toSorted();
    const log = {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: tool.name, version: tool.version, rules: codes.map((id) => ({ id })) } },
          results: found.map(({ check, outcome }) => resultOf(check, outcome, codes, language)),
        },
      ],
    };
    return `${JSON.stringify(log, undefined, 2)}\n`;
  },
};

function resultOf(check: Check, outcome: RuleOutcome, codes: readonly string[], language: SpokenLanguage): object {
  const { sentence, cure } = explainReason(outcome.reason, language);
  const position = check.positionOf?.(outcome);
  const uri = imagePathUri(check.file ?? check.subject);
  return {
    ruleId: outcome.reason.code,
    ruleIndex: codes.indexOf(outcome.reason.code),
    level: { enforce: 'error', warn: 'warning', audit: 'note' }[outcome.mode],
    message: { text: cure === undefined ? sentence : `${sentence} ${cure}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri },
          ...(position === undefined ? {} : { region: { startLine: position.line, startColumn: position.column } }),
        },
        logicalLocations: [{ fullyQualifiedName: check.subject }],
      },
    ],
    properties: { policy: outcome.policy, rule: outcome.rule, image: outcome.image?.written ?? null },
  };
}
