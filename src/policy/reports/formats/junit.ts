import type { RuleOutcome } from '#policy/outcome.ts';
import { explainReason, type SpokenLanguage } from '#policy/reasons/explain.ts';
import type { Check, CheckFormat } from '#policy/reports/check-report.ts';

/** For continuous integration: a suite for each image or object, a case for each rule. What is unknown is an error, not a failure. */
export const junit: CheckFormat = {
  name: 'junit',
  write({ checks, created }, { language }) {
    const suites = checks.map((check) => suiteOf(check, created, language));
    const outcomes = checks.flatMap(({ verdict }) => verdict.outcomes);
    const totals = `tests="${outcomes.length}" failures="${count(outcomes, isFailure)}" errors="${count(outcomes, isError)}"`;
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="bulla" ${totals}>`,
      ...suites,
      '</testsuites>',
      '',
    ].join('\n');
  },
};

function isFailure({ outcome, mode }: RuleOutcome): boolean {
  return outcome === 'failed' && mode === 'enforce';
}

function isError({ outcome, mode }: RuleOutcome): boolean {
  return outcome === 'unknown' && mode === 'enforce';
}

function count(outcomes: readonly RuleOutcome[], is: (outcome: RuleOutcome) => boolean): number {
  return outcomes.filter(is).length;
}

function suiteOf({ subject, file, verdict }: Check, created: string, language: SpokenLanguage): string {
  const { outcomes } = verdict;
  const skipped = count(outcomes, ({ outcome }) => outcome === 'skipped');
  const totals = `tests="${outcomes.length}" failures="${count(outcomes, isFailure)}" errors="${count(outcomes, isError)}" skipped="${skipped}"`;
  const cases = outcomes.map((outcome) => caseOf(outcome, subject, file, language));
  const head = `  <testsuite name="${escaped(subject)}" timestamp="${created.slice(0, 19)}" ${totals}>`;
  return [head, ...cases, '  </testsuite>'].join('\n');
}

function caseOf(outcome: RuleOutcome, subject: string, file: string | undefined, language: SpokenLanguage): string {
  const { policy, rule, image, reason } = outcome;
  const name =
    [policy, rule].filter((part) => part !== '').join('/') + (image === undefined ? '' : ` ${image.written}`);
  const place = file === undefined ? '' : ` file="${escaped(file)}"`;
  const head = `    <testcase name="${escaped(name)}" classname="${escaped(subject)}"${place}`;
  const { sentence, cure } = explainReason(reason, language);
  const text = escaped(cure === undefined ? sentence : `${sentence}\n${cure}`);
  const body = (tag: string) =>
    `${head}>\n      <${tag} message="${escaped(sentence)}" type="${reason.code}">${text}</${tag}>\n    </testcase>`;
  if (isFailure(outcome)) return body('failure');
  if (isError(outcome)) return body('error');
  if (outcome.outcome === 'skipped')
    return `${head}>\n      <skipped message="${escaped(sentence)}"/>\n    </testcase>`;
  if (outcome.outcome === 'passed') return `${head}/>`;
  return `${head}>\n      <system-out>${text}</system-out>\n    </testcase>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** What XML 1.0 cannot hold at all becomes the character for that. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- these are the ones that XML does not allow
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\uFFFD')
      .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
  );
}
