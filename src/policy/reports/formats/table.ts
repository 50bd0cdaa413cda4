import { countOf } from '#kit/amounts.ts';
import { printable, painter, type Paint, type Style } from '#documents/table/layout.ts';
import type { RuleOutcome } from '#policy/outcome.ts';
import { explainReason, type SpokenLanguage } from '#policy/reasons/explain.ts';
import {
  objectionsOf,
  overallVerdict,
  type Check,
  type CheckFormat,
  type CheckReport,
} from '#policy/reports/check-report.ts';
import type { VerdictName } from '#policy/verdict.ts';

/** For people on a terminal: each image or object with its verdict, and why. */
export const table: CheckFormat = {
  name: 'table',
  write(report, { colour, language, all }) {
    const paint = painter(colour);
    const shown = report.checks.filter(({ verdict }) => all || objectionsOf(verdict).length > 0);
    const blocks = shown.map((check) => linesOf(check, language, all, paint));
    return `${[...blocks.flatMap((lines) => [...lines, '']), ...summary(report, language, paint)].join('\n')}\n`;
  },
};

const styles: Readonly<Record<VerdictName, Style>> = { allow: 'green', warn: 'yellow', unknown: 'yellow', deny: 'red' };

const texts = {
  en: {
    allow: 'ALLOW',
    warn: 'WARN',
    unknown: 'UNKNOWN',
    deny: 'DENY',
    audit: 'audit only',
    try: 'try',
    of: 'checked by',
    nothing: 'nothing was there to check',
    policy: 'policy',
    uncovered: (count: number) => `no policy is about ${countOf(count, 'image')}: --all shows which`,
  },
  de: {
    allow: 'ERLAUBT',
    warn: 'WARNUNG',
    unknown: 'UNBEKANNT',
    deny: 'ABGELEHNT',
    audit: 'nur beobachtet',
    try: 'Abhilfe',
    of: 'geprüft mit',
    nothing: 'es gab nichts zu prüfen',
    policy: 'Richtlinie',
    uncovered: (count: number) => `${count} Images betrifft keine Richtlinie: --all zeigt, welche`,
  },
} as const;

function linesOf(check: Check, language: SpokenLanguage, all: boolean, paint: Paint): string[] {
  const { verdict, subject, file } = check;
  const place = file === undefined ? '' : `  ${paint(printable(file), 'dim')}`;
  const word = paint(texts[language][verdict.verdict].padEnd(9), styles[verdict.verdict]);
  const passed = all ? verdict.outcomes.filter(({ outcome }) => outcome === 'passed' || outcome === 'skipped') : [];
  return [
    `${word}  ${paint(printable(subject), 'bold')}${place}`,
    ...[...objectionsOf(verdict), ...passed].flatMap((outcome) => outcomeLines(check, outcome, language, paint)),
  ];
}

const signs = { passed: 'ok', skipped: '--', failed: 'no', unknown: '??' } as const;

function outcomeLines(check: Check, outcome: RuleOutcome, language: SpokenLanguage, paint: Paint): string[] {
  const { sentence, cure } = explainReason(outcome.reason, language);
  const position = check.positionOf?.(outcome);
  const line = position === undefined ? '' : `:${position.line}:${position.column}`;
  const softened = outcome.mode === 'audit' ? `  (${texts[language].audit})` : '';
  const rule = [outcome.policy, outcome.rule].filter((name) => name !== '').join('/');
  const isOpen = outcome.outcome === 'failed' || outcome.outcome === 'unknown';
  const head = `  ${signs[outcome.outcome]}  ${paint(printable(rule), 'cyan')}  ${paint(outcome.reason.code, 'dim')}${softened}${
    line === '' ? '' : `  ${paint(`${printable(check.file ?? '')}${line}`, 'dim')}`
  }`;
  const help = isOpen && cure !== undefined ? [`      ${paint(texts[language].try, 'dim')}  ${printable(cure)}`] : [];
  return [head, `      ${printable(sentence)}`, ...help];
}

function summary(report: CheckReport, language: SpokenLanguage, paint: Paint): string[] {
  const { checks, policies } = report;
  if (checks.length === 0) return [texts[language].nothing];
  const counts = (['deny', 'unknown', 'warn', 'allow'] as const)
    .map((name) => ({ name, count: checks.filter(({ verdict }) => verdict.verdict === name).length }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${count} ${texts[language][name].toLowerCase()}`);
  const overall = overallVerdict(report);
  const by = policies.map(({ name }) => printable(name)).join(', ');
  const remarks = policies.flatMap(({ name, remarks: said }) =>
    said.map((remark) => `  ${printable(name)}: ${printable(remark[language])}`),
  );
  const uncovered = checks
    .flatMap(({ verdict }) => verdict.outcomes)
    .filter(({ reason }) => reason.code === 'no-policy');
  return [
    ...remarks,
    ...(uncovered.length === 0 ? [] : [`  ${texts[language].uncovered(uncovered.length)}`]),
    `${paint(texts[language][overall], styles[overall])}: ${counts.join(', ')}; ${texts[language].of} ${
      policies.length > 3 ? countOf(policies.length, texts[language].policy) : by
    }`,
  ];
}
