import { printable } from '#documents/table/layout.ts';
import { explainReason } from '#policy/reasons/explain.ts';
import { objectionsOf, type CheckFormat } from '#policy/reports/check-report.ts';

/** Annotations of GitHub Actions, by its workflow commands: a line each, which the runner puts beside the source. */
export const github: CheckFormat = {
  name: 'github',
  write({ checks }, { language }) {
    const lines = checks.flatMap((check) =>
      objectionsOf(check.verdict).map((outcome) => {
        const { sentence, cure } = explainReason(outcome.reason, language);
        const position = check.positionOf?.(outcome);
        const properties = [
          ...(check.file === undefined ? [] : [`file=${property(check.file)}`]),
          ...(position === undefined ? [] : [`line=${position.line}`, `col=${position.column}`]),
          `title=${property(`${check.subject}: ${outcome.rule === '' ? outcome.policy : outcome.rule}`)}`,
        ];
        const level = { enforce: 'error', warn: 'warning', audit: 'notice' }[outcome.mode];
        return `::${level} ${properties.join(',')}::${data(cure === undefined ? sentence : `${sentence} – ${cure}`)}\n`;
      }),
    );
    return lines.join('');
  },
};

/** What would end a command, or begin another, is written in percent; other control characters are none for a log. */
function data(text: string): string {
  return printable(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'));
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
