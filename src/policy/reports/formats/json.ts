import type { RuleOutcome } from '#policy/outcome.ts';
import { explainReason, type SpokenLanguage } from '#policy/reasons/explain.ts';
import { overallVerdict, type Check, type CheckFormat } from '#policy/reports/check-report.ts';

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
const schemaVersion = 1;

/** Everything, as `schemas/verdict.schema.json` describes it; `bulla explain verdict FILE` reads it again. */
export const json: CheckFormat = {
  name: 'json',
  write(report, { language }) {
    const { tool, created, policies, checks } = report;
    const body = {
      schemaVersion,
      tool,
      created,
      verdict: overallVerdict(report),
      policies: policies.map((policy) => ({ ...policy, remarks: policy.remarks.map((remark) => remark[language]) })),
      checks: checks.map((check) => checkOf(check, language)),
    };
    return `${JSON.stringify(body, undefined, 2)}\n`;
  },
};

function checkOf(check: Check, language: SpokenLanguage): object {
  const { subject, file, verdict } = check;
  return {
    subject,
    file: file ?? null,
    verdict: verdict.verdict,
    outcomes: verdict.outcomes.map((outcome) => outcomeToJson(outcome, language, check)),
  };
}

/** One outcome with its sentence. */
function outcomeToJson(outcome: RuleOutcome, language: SpokenLanguage, check?: Pick<Check, 'positionOf'>): object {
  const { policy, rule, image, mode, reason, evidence } = outcome;
  const { sentence, cure } = explainReason(reason, language);
  return {
    policy,
    rule,
    image:
      image === undefined
        ? null
        : { written: image.written, digest: image.digest ?? null, pointer: image.pointer ?? null },
    position: check?.positionOf?.(outcome) ?? null,
    outcome: outcome.outcome,
    mode,
    reason: { code: reason.code, words: reason.words, message: reason.message ?? null, sentence, cure: cure ?? null },
    evidence,
  };
}
