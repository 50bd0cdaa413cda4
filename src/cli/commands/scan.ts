import { buildCommand } from '@stricli/core';
import { exitCodes, usesColour, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { knownWords, sourceFlags, text, words, type SourceFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, writeFileFor, type FormatFlags } from '#cli/output.ts';
import { closingFindings, describeUnrated, gateConditions, shownSeverities } from '#cli/scanning/gate.ts';
import { rememberScan } from '#cli/scanning/last-scan.ts';
import { scanSource } from '#cli/scanning/scan-source.ts';
import { readSettings } from '#cli/settings.ts';
import { attestFlags, attestIfAsked, type AttestFlags } from '#cli/signing/attest-flags.ts';
import { loadReportFormat, reportFormatNames } from '#documents/index.ts';
import type { Report } from '#documents/report.ts';
import type { Finding } from '#findings/finding.ts';
import { severityLevels } from '#findings/severity.ts';

interface Flags extends SourceFlags, FormatFlags, AttestFlags {
  readonly output?: string;
  readonly failOn?: string;
  readonly severity?: string;
  readonly onlyFixed?: boolean;
  readonly all?: boolean;
}

export default buildCommand<Flags, [string], Context>({
  docs: {
    brief: 'what is known about what is in an image',
    fullDescription: [
      'Lists what is in an image, looks up what is known about it, and says what to do first.',
      'Exit code 1 if --fail-on finds something, else 3 if not everything could be looked at, else 0.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...sourceFlags,
      ...attestFlags,
      ...formatFlags(reportFormatNames),
      output: text('write to a file instead of the screen', 'FILE'),
      failOn: text(`exit with 1 for: ${gateConditions.join(', ')}; a severity means that or worse`, 'WHAT,…'),
      severity: text(`show only: ${severityLevels.join(', ')}; with a + that and worse`, 'LEVEL,…'),
      onlyFixed: { kind: 'boolean', optional: true, withNegated: false, brief: 'leave out what has no fix' },
      all: { kind: 'boolean', optional: true, withNegated: false, brief: 'show every line in the table' },
    },
    aliases: { f: 'format', o: 'output' },
    positional: { kind: 'tuple', parameters: [{ brief: 'what to scan', parse: String, placeholder: 'SOURCE' }] },
  },
  async func(flags, source) {
    const { stdout, stderr } = this.process;
    const format = await loadReportFormat(chosenFormat(flags, reportFormatNames));
    const conditions = flags.failOn === undefined ? [] : knownWords('fail-on', flags.failOn, gateConditions);
    const isShown = readSeverities(flags.severity);

    const settings = await readSettings(this.process, flags);
    const report = await scanSource(source, settings, this.process);
    await rememberScan(settings.cache, source);
    const gated = report.matched.findings.filter(({ fix }) => flags.onlyFixed !== true || fix.state === 'fixed');
    const shown: Report = {
      ...report,
      matched: { ...report.matched, findings: gated.filter(isShown) },
      allFindings: report.matched.findings,
    };
    const document = format.write(shown, {
      colour: flags.output === undefined && usesColour(this.process),
      width: flags.output === undefined && stdout.isTTY === true ? stdout.columns : undefined,
      all: flags.all === true,
    });
    if (flags.output === undefined) stdout.write(document);
    else await writeFileFor(flags.output, document);
    await attestIfAsked(source, report.subject.digest, flags, settings, this.process, async () => {
      const { scanPredicate } = await import('#documents/scan-predicate.ts');
      return scanPredicate(report);
    });

    const closing = closingFindings(gated, conditions);
    const remark =
      closing.length > 0 ? `the gate is closed by ${describe(closing)}` : describeUnrated(gated, conditions);
    if (remark !== undefined) stderr.write(`bulla: ${remark}\n`);
    const gaps = report.inventory.coverage.gaps.length + report.matched.gaps.length;
    this.process.exitCode = closing.length > 0 ? exitCodes.failed : gaps > 0 ? exitCodes.unknown : exitCodes.passed;
  },
});

function readSeverities(value: string | undefined): (finding: Finding) => boolean {
  if (value === undefined) return () => true;
  const shown = shownSeverities(words(value));
  if (shown === undefined) {
    throw cliError('usage', `--severity does not know "${value}"`, {
      hint: `choose from: ${severityLevels.join(', ')}`,
    });
  }
  // Malicious code is never filtered away.
  return ({ severity, kind }) => shown.has(severity.level) || kind === 'malware';
}

function describe(findings: readonly Finding[]): string {
  const [first] = findings;
  const more = findings.length > 1 ? ` and ${findings.length - 1} more` : '';
  return `${first?.id} in ${first?.package.name} ${first?.package.version}${more}`;
}
