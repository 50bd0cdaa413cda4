import { buildCommand } from '@stricli/core';
import { attestTo } from '#cli/attesting.ts';
import type { Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { readFileNamed } from '#cli/read-file-named.ts';
import { imageFlags, text, type ImageFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';
import { describeAttached, readSigning } from '#cli/signing.ts';
import { signingFlags, type SigningFlags } from '#cli/signing-flags.ts';
import { writeProvenance } from '#provenance/write/write.ts';
import { readPredicate } from '#signatures/sign/predicate.ts';

interface Flags extends ImageFlags, FormatFlags, SigningFlags {
  readonly type?: string;
  readonly predicate?: string;
  readonly builder?: string;
}

const formats = ['text', 'json'] as const;

export default buildCommand<Flags, [string], Context>({
  docs: {
    brief: 'state something about an image, signed',
    fullDescription: [
      'Signs a statement about what the name of an image means now, and puts it beside the image in its registry. The statement is',
      'a document (--predicate FILE) of a type: slsa, sbom, spdx, cyclonedx, vuln, vex, custom, or a URI.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      type: text('what is stated: slsa, sbom, spdx, cyclonedx, vuln, vex, custom, or its URI', 'TYPE'),
      predicate: text(
        'the document that is stated; for slsa the environment of the job says it if none is named',
        'FILE',
      ),
      builder: text('who builds, where the environment does not say it', 'ID'),
      ...signingFlags,
      ...imageFlags,
      ...formatFlags(formats),
    },
    aliases: { f: 'format', y: 'yes' },
    positional: { kind: 'tuple', parameters: [{ brief: 'what it is about', parse: String, placeholder: 'SOURCE' }] },
  },
  async func(flags, source) {
    const { stdout, env } = this.process;
    const format = chosenFormat(flags, formats);
    if (flags.type === undefined || (flags.predicate === undefined && flags.type !== 'slsa')) {
      throw cliError('usage', 'it is not said what to state', {
        hint: 'bulla attest IMAGE --type TYPE --predicate FILE',
      });
    }
    const settings = await readSettings(this.process, flags);
    const predicate =
      flags.predicate === undefined
        ? writeProvenance(env, { builder: flags.builder }, () => new Date())
        : readPredicate(flags.type, await readFileNamed(flags.predicate), new Date());
    const signing = await readSigning(flags, this.process, settings);
    const about = flags.platform === undefined ? {} : { platform: settings.platform };
    const result = await attestTo(source, about, predicate, signing, settings, this.process);
    stdout.write(
      format === 'json'
        ? toJson({ schemaVersion: 1, predicateType: predicate.type, attested: [result] })
        : describeAttached('attested', result),
    );
  },
});
