import { buildCommand } from '@stricli/core';
import { exitCodes, usesColour, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { imageFlags, text, type ImageFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { isOn, readSettings } from '#cli/settings.ts';
import { expectationFlags, readDemand, type ExpectationFlags } from '#cli/verification/expectation.ts';
import { provenanceFlags } from '#cli/verification/provenance-flags.ts';
import { isSummaryType, summaryFlags } from '#cli/verification/summary-flags.ts';
import { writeVerification } from '#cli/verification/verification-text.ts';
import { bundleBeside, verifyFile } from '#cli/verification/verify-file.ts';
import { repositoryOf, verifyImage } from '#cli/verification/verify-images.ts';
import { verifyList } from '#cli/verification/verify-list.ts';
import { readSummaryPlan, writeSummaryFile } from '#cli/verification/write-summary.ts';
import { BullaError } from '#kit/error.ts';
import { refusedSubject, verificationToJson, type Verification } from '#signatures/verification.ts';

interface Flags extends ImageFlags, FormatFlags, ExpectationFlags {
  readonly bundle?: string;
  readonly signers?: number;
  readonly recursive?: boolean;
  readonly from?: string;
  // What cosign calls them.
  readonly blob?: boolean;
  readonly attestation?: boolean;
}

const formats = ['text', 'json'] as const;

export default buildCommand<Flags, string[], Context>({
  docs: {
    brief: 'who vouches for it',
    fullDescription: [
      'Says who signed an image, when, from which commit, with which evidence, whichever format it was signed in; and whether',
      'that is who must have signed. A file (file:PATH or sha256:DIGEST) is verified with its bundle.',
      'Exit code 0 if it is as demanded, 1 if not.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...expectationFlags,
      ...imageFlags,
      ...formatFlags(formats),
      bundle: text('Sigstore bundle of a file (default: the file with .sigstore.json)', 'FILE'),
      signers: {
        kind: 'parsed',
        parse: readCount,
        optional: true,
        brief: 'N: how many different signers there must be (default: 1)',
        placeholder: 'N',
      },
      recursive: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'every image of an index must be signed too',
      },
      blob: { kind: 'boolean', optional: true, withNegated: false, brief: 'the source is a file', hidden: true },
      attestation: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'the same as --type any',
        hidden: true,
      },
      from: text('verify all images of a list, a line each; - for standard input', 'FILE'),
    },
    aliases: { f: 'format' },
    positional: { kind: 'array', parameter: { brief: 'what to verify', parse: String, placeholder: 'SOURCE' } },
  },
  async func(written, ...sources) {
    const { stdout } = this.process;
    const flags = { ...written, type: written.type ?? (written.attestation === true ? 'any' : undefined) };
    const format = chosenFormat(flags, formats);
    const settings = await readSettings(this.process, flags);
    const [source, ...more] = sources;
    if ((source === undefined) === (flags.from === undefined) || more.length > 0) {
      throw cliError('usage', 'one thing is verified at a time, or a list', {
        hint: 'bulla verify IMAGE, or --from FILE',
      });
    }
    if (isOn(this.process.env['DOCKER_CONTENT_TRUST'])) {
      this.process.stderr.write('bulla: Docker Content Trust is retired, and its signatures are not looked at\n');
    }
    if (flags.recursive === true && flags.platform !== undefined) {
      throw cliError('usage', 'either one platform is verified or all of them', {
        hint: 'leave --platform or --recursive out',
      });
    }
    checkTogether(flags);
    const signers = flags.signers ?? 1;
    const options = { signers, recursive: flags.recursive === true, onePlatform: flags.platform !== undefined };
    if (flags.from !== undefined) {
      if (flags.writeSummary !== undefined)
        throw cliError('usage', 'a summary is about one image, and not about a list');
      const demand = await readDemand(flags, settings, this.process, new Date());
      this.process.exitCode = await verifyList(flags.from, demand, options, settings, this.process, format === 'json');
      return;
    }
    const name = source ?? '';
    const bundle = flags.bundle ?? bundleBeside(name, flags.blob === true);
    const now = new Date();
    const plan = readSummaryPlan(flags, bundle === undefined ? repositoryOf(name) : undefined);
    const verification = await refusedForKey(name, async () => {
      const demand = await readDemand(flags, settings, this.process, now);
      return bundle === undefined
        ? verifyImage(name, demand, options, settings, this.process.env)
        : verifyFile(name, bundle, demand, { signers, isTyped: flags.type !== undefined });
    });
    if (plan !== undefined) await writeSummaryFile(verification, plan, now);
    stdout.write(
      format === 'json'
        ? toJson(verificationToJson(verification))
        : writeVerification(verification, usesColour(this.process)),
    );
    this.process.exitCode = verification.isVerified ? exitCodes.passed : exitCodes.failed;
  },
});

/** An option that would ask for nothing must not seem to. @throws `usage` */
function checkTogether(flags: Flags): void {
  const asksForSummary = isSummaryType(flags.type);
  const isSummary = asksForSummary || flags.writeSummary !== undefined;
  const idle = [
    ...(isSummary ? [] : namesOf(flags, summaryFlags)),
    ...(flags.provenance === true ? [] : namesOf(flags, provenanceFlags)),
  ].filter((name) => name !== 'slsaLevel' || !asksForSummary);
  const [name = ''] = idle;
  if (idle.length === 0) return;
  const written = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw cliError('usage', `--${written} asks for nothing here`, {
    hint: name in summaryFlags ? 'add --type vsa' : 'add --provenance',
  });
}

function namesOf(flags: Flags, group: Readonly<Record<string, unknown>>): readonly string[] {
  const given: Readonly<Record<string, unknown>> = { ...flags };
  return Object.keys(group).filter((name) => given[name] !== undefined);
}

/** A key that is none verifies nothing: that is an answer to whoever asks, and no defect of the call. */
async function refusedForKey(source: string, work: () => Promise<Verification>): Promise<Verification> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BullaError && error.code === 'key-invalid') return refusedSubject(source, error.message);
    throw error;
  }
}

function readCount(value: string): number {
  const count = Number(value);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw cliError('usage', `"${value}" is not a number of signers`, { hint: 'write a number from 1' });
}
