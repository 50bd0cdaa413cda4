import { buildCommand } from '@stricli/core';
import { exitCodes, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { hidden, imageFlags, text, type ImageFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, writeFileFor, type FormatFlags } from '#cli/output.ts';
import { readFileNamed } from '#cli/read-file-named.ts';
import { readSettings } from '#cli/settings.ts';
import { describeAttached } from '#cli/signing/attached.ts';
import { flush, rememberMissed } from '#cli/signing/flush.ts';
import { openRepository, type OpenedRepository } from '#cli/signing/opened-repository.ts';
import { signingFlags, type SigningFlags } from '#cli/signing/signing-flags.ts';
import { signingSubject } from '#cli/signing/signing-subject.ts';
import { readSigning, type Signing } from '#cli/signing/signing.ts';
import type { Descriptor } from '#image/manifest.ts';
import { readManifest } from '#image/store.ts';
import { artifactOfBytes } from '#signatures/artifact.ts';
import { writeBundle } from '#signatures/bundle/write-bundle.ts';
import { signaturePredicate } from '#signatures/predicate-types.ts';
import { attach, type Attached } from '#signatures/sign/attach.ts';
import { signatureStatement, simpleSigningPayload, type Annotations } from '#signatures/sign/payloads.ts';
import { signContent } from '#signatures/sign/sign-content.ts';

interface Flags extends ImageFlags, FormatFlags, SigningFlags {
  readonly annotation?: readonly string[];
  readonly recursive?: boolean;
  readonly flush?: boolean;
  readonly output?: string;
  // What cosign calls them.
  readonly blob?: boolean;
  readonly bundle?: string;
}

const formats = ['text', 'json'] as const;

export default buildCommand<Flags, string[], Context>({
  docs: {
    brief: 'vouch for an image',
    fullDescription: [
      'Signs what the name of an image means now, and puts the signature beside it in its registry, in the two formats that are',
      'read in the field. With a key (--key), or as whom an identity token names. A file (file:PATH) is signed into a bundle.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...signingFlags,
      ...imageFlags,
      ...formatFlags(formats),
      annotation: {
        kind: 'parsed',
        parse: String,
        optional: true,
        variadic: true,
        brief: 'NAME=VALUE: something to say with the signature',
        placeholder: 'NAME=VALUE',
      },
      recursive: { kind: 'boolean', optional: true, withNegated: false, brief: 'sign every image of an index too' },
      flush: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief:
          'publish what could not be published when it was signed (--log best-effort); of one image, or of all from here',
      },
      output: text('where to write the bundle of a file (default: the file with .sigstore.json)', 'FILE'),
      blob: { kind: 'boolean', optional: true, withNegated: false, brief: 'the source is a file', hidden: true },
      bundle: hidden('the same as --output'),
    },
    aliases: { f: 'format', a: 'annotation', o: 'output', y: 'yes' },
    positional: { kind: 'array', parameter: { brief: 'what to sign', parse: String, placeholder: 'SOURCE' } },
  },
  async func(flags, ...sources) {
    const [source] = sources;
    if (sources.length > 1) throw cliError('usage', 'one thing is signed at a time');
    const { stdout, stderr, env } = this.process;
    const format = chosenFormat(flags, formats);
    const settings = await readSettings(this.process, flags);
    if (flags.flush === true) {
      const { flushed, isWhole } = await flush(source, flags, settings, this.process);
      const lines = flushed.map(({ reference, manifests }) => `published ${reference}\n  ${manifests.join('\n  ')}\n`);
      stdout.write(format === 'json' ? toJson({ schemaVersion: 1, published: flushed }) : lines.join(''));
      this.process.exitCode = isWhole ? exitCodes.passed : exitCodes.error;
      return;
    }
    if (source === undefined)
      throw cliError('usage', 'it is not said what to sign', { hint: 'bulla sign IMAGE --key KEY' });
    const annotations = annotationsOf(flags.annotation ?? []);
    const signing = await readSigning(flags, this.process, settings);
    if (source.startsWith('file:') || flags.blob === true) {
      const path = source.replace(/^file:/, '');
      const output = flags.output ?? flags.bundle ?? `${path}.sigstore.json`;
      await writeFileFor(output, `${await signFile(await readFileNamed(path), signing)}\n`);
      stdout.write(
        format === 'json' ? toJson({ schemaVersion: 1, file: path, bundle: output }) : `signed ${path}: ${output}\n`,
      );
      return;
    }
    if (flags.recursive === true && flags.platform !== undefined) {
      throw cliError('usage', 'either one platform is signed or all of them', {
        hint: 'leave --platform or --recursive out',
      });
    }
    const opened = openRepository(source, settings, env);
    try {
      const root = await signingSubject(opened, flags.platform === undefined ? undefined : settings.platform);
      if (!opened.isPinned) {
        stderr.write(`bulla: ${source} means ${root.digest} now, and that is signed; name the digest to be sure\n`);
      }
      const subjects = [root, ...(flags.recursive === true ? await childrenOf(opened, root) : [])];
      const results = [];
      for (const subject of subjects) {
        const attached = await signSubject(subject, opened, signing, annotations);
        const reference = `${opened.name}@${subject.digest}`;
        results.push({ reference, attached });
        await rememberMissed(reference, signing, this.process);
      }
      stdout.write(
        format === 'json'
          ? toJson({ schemaVersion: 1, signed: results })
          : results.map((result) => describeAttached('signed', result)).join(''),
      );
      this.process.exitCode = exitCodes.passed;
    } finally {
      await opened.store.close();
    }
  },
});

function signSubject(
  subject: Descriptor,
  { repository, store, name }: OpenedRepository,
  signing: Signing,
  annotations: Annotations,
): Promise<Attached[]> {
  const attachment = {
    legacy: simpleSigningPayload(name, subject.digest, annotations),
    bundle: signatureStatement(subject.digest, annotations),
    predicateType: signaturePredicate,
  };
  return attach(subject, attachment, { ...signing, repository, store, now: new Date() });
}

async function signFile(bytes: Buffer, { identity, services }: Signing): Promise<string> {
  const value = artifactOfBytes(bytes).digests.sha256 ?? Buffer.alloc(0);
  const content = { kind: 'artifact', stated: { algorithm: 'sha256', value } } as const;
  return writeBundle(await signContent(content, identity, services, bytes));
}

/** The images of an index; attestations that a builder put among them are none. */
async function childrenOf({ store }: OpenedRepository, root: Descriptor): Promise<Descriptor[]> {
  const index = await readManifest(store, root);
  if (index.kind !== 'index') return [];
  return index.manifests.filter(({ annotations }) => annotations['vnd.docker.reference.type'] === undefined);
}

function annotationsOf(written: readonly string[]): Annotations {
  return Object.fromEntries(
    written.map((one) => {
      const [name = '', ...value] = one.split('=');
      if (name === '' || value.length === 0) {
        throw cliError('usage', `"${one}" is not an annotation`, { hint: 'write NAME=VALUE' });
      }
      return [name, value.join('=')];
    }),
  );
}
