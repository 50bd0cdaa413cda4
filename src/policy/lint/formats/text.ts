import { countOf } from '#kit/amounts.ts';
import { painter, printable, type Paint, type Style } from '#documents/table/layout.ts';
import type { LintFormat } from '#policy/lint/format.ts';
import type { LintFinding, LintGap, LintReport } from '#policy/lint/lint.ts';
import type { LintSeverity } from '#policy/lint/rule.ts';
import { explainFinding, explainGap } from '#policy/lint/texts/explain.ts';
import type { SpokenLanguage } from '#policy/reasons/explain.ts';

/** For people: `file:line:column` as editors and terminals know it, what is wrong, and what mends it. */
export const text: LintFormat = {
  name: 'text',
  write(report, { language, colour }) {
    const paint = painter(colour);
    const lines = [
      ...report.findings.flatMap((finding) => findingLines(finding, language, paint)),
      ...report.gaps.map((gap) => gapLine(gap, language, paint)),
      summary(report, language),
    ];
    return `${lines.join('\n')}\n`;
  },
};

const styles: Readonly<Record<LintSeverity, Style>> = { error: 'red', warning: 'yellow', note: 'dim' };

const texts = {
  en: { error: 'error', warning: 'warning', note: 'note', unread: 'unread', try: 'try' },
  de: { error: 'Fehler', warning: 'Warnung', note: 'Hinweis', unread: 'ungelesen', try: 'Abhilfe' },
} as const;

function findingLines(finding: LintFinding, language: SpokenLanguage, paint: Paint): string[] {
  const { sentence, cure } = explainFinding(finding, language);
  const level = paint(texts[language][finding.severity], styles[finding.severity]);
  const place = finding.place === '' ? '' : `  ${paint(printable(finding.place), 'dim')}`;
  return [
    `${paint(where(finding), 'bold')}  ${level}  ${printable(sentence)} [${finding.rule}]${place}`,
    `  ${paint(texts[language].try, 'dim')}  ${printable(cure)}`,
  ];
}

function gapLine(gap: LintGap, language: SpokenLanguage, paint: Paint): string {
  return `${paint(where(gap), 'bold')}  ${paint(texts[language].unread, 'yellow')}  ${printable(explainGap(gap, language))} [${gap.code}]`;
}

function where({ file, line, column }: Pick<LintFinding, 'file' | 'line' | 'column'>): string {
  return `${printable(file)}:${line}:${column}`;
}

function summary({ findings, gaps }: LintReport, language: SpokenLanguage): string {
  const count = (severity: LintSeverity) => findings.filter((finding) => finding.severity === severity).length;
  if (language === 'de') {
    return `${count('error')} Fehler, ${count('warning')} Warnungen, ${count('note')} Hinweise, ${gaps.length} ungelesen`;
  }
  const unread = `${gaps.length} unread`;
  return `${countOf(count('error'), 'error')}, ${countOf(count('warning'), 'warning')}, ${countOf(count('note'), 'note')}, ${unread}`;
}
