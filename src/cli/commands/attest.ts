import { buildCommand } from '@stricli/core';
import type { Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { imageFlags, text, type ImageFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { readFileNamed } from '#cli/read-file-named.ts';
import { readSettings } from '#cli/settings.ts';
import { describeAttached } from '#cli/signing/attached.ts';
import { attestTo } from '#cli/signing/attesting.ts';
import { signingFlags, type SigningFlags } from '#cli/signing/signing-flags.ts';
import { readSigning } from '#cli/signing/signing.ts';
import { parseDigest, type Digest } from '#kit/digest.ts';
import { within } from '#kit/error.ts';
import { asObject, asText } from '#kit/narrow.ts';
import { digestIn } from '#provenance/summary/resource.ts';
import { summaryType } from '#provenance/summary/summary.ts';
import { writeProvenance } from '#provenance/write/write.ts';
import { signatureError } from '#signatures/errors.ts';
import { readPredicate, type Predicate } from '#signatures/sign/predicate.ts';

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
      'a document (--predicate FILE) of a type: slsa, sbom, spdx, cyclonedx, vuln, vex, vsa, custom, or a URI.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      type: text('what is stated: slsa, sbom, spdx, cyclonedx, vuln, vex, vsa, custom, or its URI', 'TYPE'),
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
        : await readPredicateFile(flags.type, flags.predicate);
    const signing = await readSigning(flags, this.process, settings);
    const verified = summarizedDigest(predicate, source, flags.platform !== undefined);
    const about = {
      ...(verified === undefined ? {} : { digest: verified }),
      ...(flags.platform === undefined ? {} : { platform: settings.platform }),
    };
    const result = await attestTo(source, about, predicate, signing, settings, this.process);
    stdout.write(
      format === 'json'
        ? toJson({ schemaVersion: 1, predicateType: predicate.type, attested: [result] })
        : describeAttached('attested', result),
    );
  },
});

/** @throws `predicate-invalid` with the file that it is in; `file-unreadable` */
async function readPredicateFile(type: string, path: string): Promise<Predicate> {
  const document = await readFileNamed(path);
  return within(path, async () => readPredicate(type, document, new Date()));
}

/**
 * The digest that a summary says was verified: it is about that, whatever the name means by now.
 * @throws `predicate-invalid` where something else is named
 */
function summarizedDigest({ type, content }: Predicate, source: string, hasPlatform: boolean): Digest | undefined {
  const digest = type === summaryType ? digestIn(asText(asObject(content)?.['resourceUri']) ?? '') : undefined;
  const named = parseDigest(source.slice(source.lastIndexOf('@') + 1));
  if (digest === undefined || (!hasPlatform && (named ?? digest) === digest)) return digest;
  throw signatureError('predicate-invalid', `the summary is about ${digest}, and ${source} was named`, {
    hint: 'name the image without digest and platform: the summary says which one was verified',
  });
}
