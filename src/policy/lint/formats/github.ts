import { printable } from '#documents/table/layout.ts';
import type { LintFormat } from '#policy/lint/format.ts';
import { explainFinding, explainGap } from '#policy/lint/texts/explain.ts';

/** Annotations of GitHub Actions, by its workflow commands: a line each, which the runner puts beside the source. */
export const github: LintFormat = {
  name: 'github',
  write({ findings, gaps }, { language }) {
    const found = findings.map((finding) => {
      const { sentence, cure } = explainFinding(finding, language);
      const level = finding.severity === 'note' ? 'notice' : finding.severity;
      return command(level, finding, finding.rule, `${sentence} – ${cure}`);
    });
    return [...found, ...gaps.map((gap) => command('warning', gap, gap.code, explainGap(gap, language)))].join('');
  },
};

function command(
  level: string,
  { file, line, column }: { readonly file: string; readonly line: number; readonly column: number },
  title: string,
  message: string,
): string {
  return `::${level} file=${property(file)},line=${line},col=${column},title=${property(title)}::${data(message)}\n`;
}

/** What would end a command is no part of a text that can be shown; a percent sign would begin what stands for it. */
function data(text: string): string {
  return printable(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
