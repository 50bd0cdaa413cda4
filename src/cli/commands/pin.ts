import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { buildCommand } from '@stricli/core';
import { exitCodes, usesColour, type CliProcess, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { imageFlags, type ImageFlags } from '#cli/flags.ts';
import { readManifests, type ManifestFile } from '#cli/manifests/manifest-files.ts';
import { changeFile, undoFile } from '#cli/manifests/pin-files.ts';
import { gapsOf, pinsToJson, writePins, type PinnedFile } from '#cli/manifests/pin-report.ts';
import { pinResolver } from '#cli/manifests/pin-resolver.ts';
import { chosenFormat, formatFlags, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';
import { expectationFlags, readDemand, type ExpectationFlags } from '#cli/verification/expectation.ts';
import { countOf } from '#kit/amounts.ts';
import { applyEdits, type Edit } from '#policy/pinning/edit.ts';
import { planPins } from '#policy/pinning/plan-pins.ts';
import { unifiedDiff } from '#policy/pinning/unified-diff.ts';
import { writtenPin } from '#policy/pinning/written-pin.ts';

interface Flags extends Omit<ImageFlags, 'platform'>, FormatFlags, ExpectationFlags {
  readonly check?: boolean;
  readonly dryRun?: boolean;
  readonly update?: boolean;
  readonly undo?: boolean;
  readonly verify?: boolean;
}

const formats = ['text', 'json'] as const;
const { platform: _, ...networkFlags } = imageFlags;

export default buildCommand<Flags, string[], Context>({
  docs: {
    brief: 'mutable references in files made immutable',
    fullDescription: [
      'Writes digests behind the tags of images, and commits in place of the tags of actions: in Kubernetes objects, Helm values,',
      'kustomizations, Dockerfiles, compose files, GitHub Actions, GitLab CI, Nomad jobs and ECS task definitions; files, folders,',
      'or - for standard input, which is written to standard output. Nothing else in a file changes, not a byte.',
      'Exit code 1 if anything stays mutable, 2 if anything could not be found out, 3 if anything could not be read.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      check: flag('change nothing and ask nobody; only say what is mutable'),
      dryRun: flag('change nothing, and show what would change as a diff'),
      update: flag('move pins whose tag means something else now, too'),
      undo: flag('take back the last change of each file'),
      verify: flag('pin only what is signed as the options of bulla verify demand'),
      ...expectationFlags,
      ...networkFlags,
      ...formatFlags(formats),
    },
    aliases: { f: 'format' },
    positional: { kind: 'array', parameter: { brief: 'files and folders', parse: String, placeholder: 'FILE' } },
  },
  async func(flags, ...named) {
    const io = this.process;
    const format = chosenFormat(flags, formats);
    const isOne = [flags.check, flags.undo, flags.update === true || flags.verify === true].filter((on) => on === true);
    if (named.length === 0) throw cliError('usage', 'no file was named', { hint: 'bulla pin FILE' });
    if (isOne.length > 1 || (flags.undo === true && (flags.dryRun === true || named.includes('-')))) {
      throw cliError('usage', 'these options do not go together', {
        hint: 'use --check or --undo alone; --update, --verify and --dry-run go together',
      });
    }
    if (flags.verify !== true && saysWho(flags)) {
      throw cliError('usage', 'it is said who must have signed, and nothing is verified', { hint: 'add --verify' });
    }
    if (named.includes('-') && named.length > 1) {
      throw cliError('usage', 'standard input is pinned alone', { hint: 'bulla pin - < FILE' });
    }
    const settings = await readSettings(io, flags);
    const folder = join(settings.cache, 'undo');
    if (flags.undo === true) return undoFiles(named, folder, io);

    const manifests = await readManifests(named, io.stdin);
    const files = flags.check === true ? manifests.map(checked) : await plan(manifests);
    const actions = files.flatMap(({ planned }) => planned).filter(isChangedAction).length;
    if (flags.verify === true && actions > 0) {
      io.stderr.write(`bulla: ${countOf(actions, 'action')} pinned without verification: actions are not signed\n`);
    }
    const document = format === 'json' ? pinsToJson(files) : undefined;
    const changes = files.map((file, index) => ({ ...file, edits: editsOf(file), file: manifests[index]?.file }));
    const isStdin = named.includes('-') && flags.check !== true;
    if (flags.dryRun === true) {
      for (const { manifest, edits } of changes) io.stdout.write(unifiedDiff(manifest.path, manifest.text, edits));
    } else {
      for (const { manifest, edits, file } of changes) {
        if (file === undefined && isStdin) io.stdout.write(applyEdits(manifest.text, edits));
        else if (file !== undefined && edits.length > 0) await changeFile(file, manifest.text, edits, folder);
      }
    }
    // A document or a diff on standard output is the result; what is said about it goes beside it.
    const beside = isStdin || flags.dryRun === true;
    const output = beside ? io.stderr : io.stdout;
    output.write(document ?? writePins(files, !beside && usesColour(io)));
    io.exitCode = codeOf(files);

    async function plan(read: readonly ManifestFile[]): Promise<PinnedFile[]> {
      const signed = flags.verify === true ? await readSigned() : undefined;
      const resolver = pinResolver(settings, io, signed);
      const planned: PinnedFile[] = [];
      for (const manifest of read) {
        planned.push({ manifest, planned: await planPins(manifest, resolver, flags.update === true) });
      }
      return planned;
    }

    async function readSigned() {
      return { demand: await readDemand(flags, settings, io, new Date()), signers: 1 };
    }
  },
});

/** Whether any option says who must have signed. */
function saysWho(flags: Flags): boolean {
  return Object.entries(flags).some(([name, value]) => value !== undefined && Object.hasOwn(expectationFlags, name));
}

function isChangedAction({ reference, outcome }: PinnedFile['planned'][number]): boolean {
  return reference.kind === 'action' && 'edits' in outcome;
}

function checked(manifest: ManifestFile): PinnedFile {
  const planned = manifest.references.map((reference) => {
    const written = writtenPin(manifest.text, reference);
    if (written.state === 'invalid') {
      return { reference, outcome: { kind: 'failed', code: 'reference-invalid', why: written.why } } as const;
    }
    if (written.state === 'mutable') return { reference, outcome: { kind: 'mutable' } } as const;
    return { reference, outcome: { kind: 'kept', digest: written.digest } } as const;
  });
  return { manifest, planned };
}

function editsOf({ planned }: PinnedFile): Edit[] {
  return planned.flatMap(({ outcome }) => ('edits' in outcome ? outcome.edits : []));
}

function codeOf(files: readonly PinnedFile[]): number {
  const kinds = new Set(files.flatMap(({ planned }) => planned.map(({ outcome }) => outcome.kind)));
  if (kinds.has('mutable') || kinds.has('refused')) return exitCodes.failed;
  if (kinds.has('failed')) return exitCodes.error;
  return files.some(({ manifest }) => gapsOf(manifest).length > 0) ? exitCodes.unknown : exitCodes.passed;
}

async function undoFiles(named: readonly string[], folder: string, { stdout }: CliProcess): Promise<void> {
  for (const path of named) {
    const file = await realpath(path).catch(() => path);
    await undoFile(file, folder);
    stdout.write(`${path} is as it was\n`);
  }
}

function flag(brief: string) {
  return { kind: 'boolean', optional: true, withNegated: false, brief } as const;
}
