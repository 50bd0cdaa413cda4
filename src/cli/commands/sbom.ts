import { buildCommand } from '@stricli/core';
import { exitCodes, type Context } from '#cli/context.ts';
import { sourceFlags, text, type SourceFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, writeFileFor, type FormatFlags } from '#cli/output.ts';
import { createProgress } from '#cli/progress.ts';
import { readSettings } from '#cli/settings.ts';
import { openSubject } from '#cli/subject.ts';
import { tool } from '#cli/tool.ts';
import { loadSbomFormat, sbomFormatNames } from '#documents/index.ts';

interface Flags extends SourceFlags, FormatFlags {
  readonly output?: string;
}

export default buildCommand<Flags, [string], Context>({
  docs: {
    brief: 'what is in an image',
    fullDescription: [
      'Writes what is in an image as a software bill of materials. The same digest gives the same bytes.',
      'Exit code 3 if not everything could be looked at; the document says what.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...sourceFlags,
      ...formatFlags(sbomFormatNames),
      output: text('write to a file instead of the screen', 'FILE'),
    },
    aliases: { f: 'format', o: 'output' },
    positional: { kind: 'tuple', parameters: [{ brief: 'what to look into', parse: String, placeholder: 'SOURCE' }] },
  },
  async func(flags, source) {
    const format = await loadSbomFormat(chosenFormat(flags, sbomFormatNames));
    const settings = await readSettings(this.process, flags);
    const progress = createProgress(this.process.stderr);
    const { subject, inventory } = await openSubject(source, settings, this.process.env, progress);
    const document = format.write(subject, inventory, tool);
    if (flags.output === undefined) this.process.stdout.write(document);
    else await writeFileFor(flags.output, document);
    this.process.exitCode = inventory.coverage.gaps.length > 0 ? exitCodes.unknown : exitCodes.passed;
  },
});
