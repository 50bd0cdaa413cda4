import { buildCommand } from '@stricli/core';
import { exitCodes, usesColour, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { sourceFlags, text, type SourceFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { createProgress } from '#cli/progress.ts';
import { openAdvisories } from '#cli/scanning/advisories.ts';
import { readFlawWords } from '#cli/scanning/flaw-words.ts';
import { readLastScan } from '#cli/scanning/last-scan.ts';
import { openSubject } from '#cli/scanning/subject.ts';
import { readSettings } from '#cli/settings.ts';
import { writeExplanation } from '#documents/explanation.ts';
import { explanationToJson } from '#documents/json/explanation.ts';
import { explainFlaw } from '#findings/explanation.ts';
import { findFlaws } from '#findings/findings.ts';

interface Flags extends SourceFlags, FormatFlags {
  readonly package?: string;
  readonly lang?: string;
}

const formats = ['text', 'json'] as const;

export default buildCommand<Flags, string[], Context>({
  docs: {
    brief: 'why a flaw is, or is not, reported',
    fullDescription: [
      'Says of a flaw (CVE-…, GHSA-…, DSA-… or any other name of it) for which packages of an image it is reported and why,',
      'and for which it is not and why not. Without a source, the image of the last scan is meant.',
      'Exit code 1 if it is reported, 0 if not, 3 if not although not everything could be looked at.',
      'A verdict that bulla check --format json has written is explained with: bulla explain verdict FILE.',
    ].join('\n'),
    customUsage: ['FLAW [SOURCE]', 'FLAW@PACKAGE [SOURCE]', 'verdict FILE'],
  },
  parameters: {
    flags: {
      ...sourceFlags,
      ...formatFlags(formats),
      package: text('only packages of this name', 'NAME'),
      lang: text('language of the sentences of a verdict: en, de (default: en)', 'LANG'),
    },
    aliases: { f: 'format', p: 'package' },
    positional: {
      kind: 'array',
      parameter: { brief: 'the flaw, and the source', parse: String, placeholder: 'FLAW [SOURCE]' },
    },
  },
  async func(flags, ...words) {
    const { stdout, stderr, env } = this.process;
    const [first, file] = words;
    if (first === 'verdict' && file !== undefined) {
      const { explainVerdict } = await import('#cli/checking/explain-verdict.ts');
      return explainVerdict(file, flags, this.process);
    }
    const format = chosenFormat(flags, formats);
    const settings = await readSettings(this.process, flags);
    const { flaw, packageName, source } = readFlawWords(words);
    const subject = source ?? (await readLastScan(settings.cache));
    if (subject === undefined)
      throw cliError('usage', 'no source is named, and nothing was scanned before', {
        hint: `bulla explain ${flaw} SOURCE`,
      });

    const progress = createProgress(stderr);
    const opened = await openSubject(subject, settings, env, progress);
    const knowledge = await openAdvisories(opened.inventory, settings, stderr, progress);
    try {
      const now = new Date().toISOString();
      const baseLayers = opened.subject.base?.layers;
      const matched = findFlaws(opened.inventory, knowledge, { baseLayers, now, staleAfter: settings.staleAfter });
      const explanation = explainFlaw(flaw, flags.package ?? packageName, opened.inventory, knowledge, matched);
      const gaps = [...opened.inventory.coverage.gaps, ...matched.gaps];
      const about = { ...opened, gaps };
      stdout.write(
        format === 'json'
          ? toJson(explanationToJson(explanation, about))
          : writeExplanation(explanation, about, usesColour(this.process)),
      );
      const silence = gaps.length > 0 ? exitCodes.unknown : exitCodes.passed;
      this.process.exitCode = explanation.reported.length > 0 ? exitCodes.failed : silence;
    } finally {
      knowledge.close();
    }
  },
});
