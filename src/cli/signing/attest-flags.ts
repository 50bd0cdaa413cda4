import type { CliProcess } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import type { Settings } from '#cli/settings.ts';
import type { Digest } from '#kit/digest.ts';
import type { Predicate } from '#signatures/sign/predicate.ts';
import { signingFlags, type SigningFlags } from './signing-flags.ts';

/** Flags of commands that may sign what they have made. */
export interface AttestFlags extends SigningFlags {
  readonly attest?: boolean;
}

export const attestFlags = {
  attest: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'sign the result, and put it beside the image in its registry; with the options of bulla attest',
  },
  ...hiddenFlags(signingFlags),
} as const;

/** Signs what a command has made, if that is asked for. @throws `usage` for an image without a digest, and what signing throws */
export async function attestIfAsked(
  source: string,
  digest: Digest | undefined,
  flags: AttestFlags,
  settings: Settings,
  io: CliProcess,
  predicate: () => Predicate | Promise<Predicate>,
): Promise<void> {
  if (flags.attest !== true) return;
  if (digest === undefined || /^(?:oci|oci-archive|docker-archive|docker|podman|dir|purls?):/.test(source)) {
    throw cliError('usage', `${source} is in no registry, beside which a statement could be put`, {
      hint: 'push the image first, and name it there',
    });
  }
  // What signs is only loaded by those who want it.
  const [{ attestTo }, { readSigning }, { describeAttached }] = await Promise.all([
    import('./attesting.ts'),
    import('./signing.ts'),
    import('./attached.ts'),
  ]);
  const signing = await readSigning(flags, io, settings);
  io.stderr.write(
    describeAttached('attested', await attestTo(source, { digest }, await predicate(), signing, settings, io)),
  );
}

/** The same flags, understood and not shown: they are explained where they belong. */
function hiddenFlags<Flags extends Readonly<Record<string, object>>>(flags: Flags) {
  const entries = Object.entries(flags).map(([name, flag]) => [name, { ...flag, hidden: true }]);
  // The same names, each with the same flag.
  return Object.fromEntries(entries) as { readonly [Name in keyof Flags]: Flags[Name] & { readonly hidden: true } };
}
