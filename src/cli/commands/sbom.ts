import { buildCommand } from '@stricli/core';
import { exitCodes, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { imageFlags, text, type ImageFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, writeFileFor, type FormatFlags } from '#cli/output.ts';
import { createProgress } from '#cli/progress.ts';
import { openSubject } from '#cli/scanning/subject.ts';
import { readSettings } from '#cli/settings.ts';
import { attestFlags, attestIfAsked, type AttestFlags } from '#cli/signing/attest-flags.ts';
import { tool } from '#cli/tool.ts';
import { loadSbomFormat, sbomFormatNames } from '#documents/index.ts';
import { sbomSubjectOf } from '#documents/sbom-subject.ts';
import { baseInHistory } from '#image/base.ts';

interface Flags extends ImageFlags, FormatFlags, AttestFlags {
  readonly output?: string;
  readonly name?: string;
}

export default buildCommand<Flags, [string], Context>({
  docs: {
    brief: 'what is in an image',
    fullDescription: [
      'Writes what is in an image as a software bill of materials. The same digest gives the same bytes, whatever the source;',
      'with --name, the same digest and name do.',
      'Exit code 3 if not everything could be looked at; the document says what.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...imageFlags,
      ...attestFlags,
      ...formatFlags(sbomFormatNames),
      output: text('write to a file instead of the screen', 'FILE'),
      name: text('what to call the image in the document: any name, or HOST/REPOSITORY[:TAG]', 'NAME'),
    },
    aliases: { f: 'format', o: 'output' },
    positional: { kind: 'tuple', parameters: [{ brief: 'what to look into', parse: String, placeholder: 'SOURCE' }] },
  },
  async func(flags, source) {
    const format = await loadSbomFormat(chosenFormat(flags, sbomFormatNames));
    if (flags.name?.trim() === '' || flags.name?.includes('@sha') === true) {
      throw cliError('usage', '--name wants a name; the digest is that of the image', {
        hint: 'write it like registry.example/team/shop:1.2',
      });
    }
    const settings = await readSettings(this.process, flags);
    const progress = createProgress(this.process.stderr);
    const { subject, inventory } = await openSubject(source, settings, this.process.env, progress, baseInHistory);
    const document = format.write(sbomSubjectOf(subject, flags.name), inventory, tool);
    if (flags.output === undefined) this.process.stdout.write(document);
    else await writeFileFor(flags.output, document);
    await attestIfAsked(source, subject.digest, flags, settings, this.process, async () => {
      const { readPredicate } = await import('#signatures/sign/predicate.ts');
      return readPredicate('sbom', Buffer.from(document), new Date());
    });
    this.process.exitCode = inventory.coverage.gaps.length > 0 ? exitCodes.unknown : exitCodes.passed;
  },
});
