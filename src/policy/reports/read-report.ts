import { parseDigest } from '#kit/digest.ts';
import { asList, asNumber, asObject, asText, asTextMap, asTexts, parseJson } from '#kit/narrow.ts';
import { policyError } from '#policy/errors.ts';
import { modes, type JudgedImage, type RuleOutcome } from '#policy/outcome.ts';
import { languageNames } from '#policy/policy.ts';
import { reasonCodes } from '#policy/reasons/reason.ts';
import { verdictOf } from '#policy/verdict.ts';
import type { Check, CheckReport } from './check-report.ts';

const outcomes = ['passed', 'failed', 'unknown', 'skipped'] as const;

/**
 * Reads a report that `bulla check --format json` has written, so that it can be explained again, in another language or years
 * later. The verdict is made anew from the outcomes, and must be the one that is written.
 * @throws `policy-invalid`
 */
export function readReport(bytes: Uint8Array, file: string): CheckReport {
  const body = asObject(parseJson(bytes));
  if (body?.['schemaVersion'] !== 1) throw invalid(file, 'it is no verdict of bulla check --format json');
  const tool = asObject(body['tool']);
  return {
    tool: { name: asText(tool?.['name']) ?? '', version: asText(tool?.['version']) ?? '' },
    created: asText(body['created']) ?? '',
    policies: asList(body['policies']).map((item) => {
      const policy = asObject(item);
      const language = languageNames.find((name) => name === policy?.['language']) ?? 'trust-policy';
      const origin = asText(policy?.['origin']) ?? '';
      // They were written down in one language.
      const remarks = asTexts(policy?.['remarks']).map((remark) => ({ en: remark, de: remark }));
      return { name: asText(policy?.['name']) ?? '', language, origin, remarks };
    }),
    checks: asList(body['checks']).map((check) => readCheck(check, file)),
  };
}

function readCheck(value: unknown, file: string): Check {
  const check = asObject(value);
  const subject = asText(check?.['subject']);
  if (check === undefined || subject === undefined) throw invalid(file, 'a check has no subject');
  const items = asList(check['outcomes']).map((item) => ({ item, outcome: readOutcome(item, file) }));
  const verdict = verdictOf(items.map(({ outcome }) => outcome));
  if (verdict.verdict !== check['verdict']) {
    throw invalid(file, `the verdict on ${subject} is not what its outcomes say`);
  }
  const positions = new Map(items.map(({ item, outcome }) => [outcome, readPosition(asObject(item)?.['position'])]));
  return { subject, file: asText(check['file']), verdict, positionOf: (outcome) => positions.get(outcome) };
}

function readOutcome(value: unknown, file: string): RuleOutcome {
  const item = asObject(value);
  const reason = asObject(item?.['reason']);
  const outcome = outcomes.find((name) => name === item?.['outcome']);
  const mode = modes.find((name) => name === item?.['mode']);
  const code = reasonCodes.find((name) => name === reason?.['code']);
  if (item === undefined || outcome === undefined || mode === undefined || code === undefined) {
    throw invalid(file, 'it has an outcome that is not known; it may be from a newer version');
  }
  return {
    policy: asText(item['policy']) ?? '',
    rule: asText(item['rule']) ?? '',
    image: readImage(item['image']),
    outcome,
    mode,
    reason: { code, words: asTextMap(reason?.['words']), message: asText(reason?.['message']) },
    evidence: asList(item['evidence']).flatMap((one) => {
      const { what, value: shown } = asObject(one) ?? {};
      return typeof what === 'string' ? [{ what, value: shown }] : [];
    }),
  };
}

function readImage(value: unknown): JudgedImage | undefined {
  const image = asObject(value);
  const written = asText(image?.['written']);
  if (written === undefined) return undefined;
  return { written, digest: parseDigest(image?.['digest']), pointer: asText(image?.['pointer']) };
}

function readPosition(value: unknown) {
  const position = asObject(value);
  const line = asNumber(position?.['line']);
  const column = asNumber(position?.['column']);
  return line === undefined || column === undefined ? undefined : { line, column };
}

function invalid(file: string, problem: string) {
  return policyError('policy-invalid', `${file} cannot be explained: ${problem}`, {
    hint: 'bulla check --format json --output FILE writes one',
  });
}
