import { join } from 'node:path';
import { countOf } from '#kit/amounts.ts';
import { readTrustRoot, type TrustRoot } from '#signatures/trust/trust-root.ts';
import type { LoadedTrustedRoot } from '#signatures/trust/tuf/load-trusted-root.ts';
import type { CliProcess } from './context.ts';
import { cliError } from './errors.ts';
import { text } from './flags.ts';
import { readFileNamed } from './read-file-named.ts';
import type { Settings } from './settings.ts';

const day = 86_400_000;

/** Flags that say whom to believe about certificates. */
export interface TrustFlags {
  readonly trustedRoot?: string;
  readonly certificateChain?: string;
  readonly timestampChain?: string;
  readonly logKey?: string;
}

export const trustFlags = {
  trustedRoot: text("whom to believe: trusted_root.json of a Sigstore instance (default: the public one's)", 'FILE'),
  certificateChain: text('or your own authority: its certificates, the root last, PEM', 'FILE'),
  timestampChain: text('your own timestamp authority: its certificates, the root last, PEM', 'FILE'),
  logKey: text('your own transparency log: its public key, PEM, and what it calls itself', 'FILE=HOST'),
} as const;

/** Whether authorities of one's own were named. */
export function namesOwnAuthority({ certificateChain, timestampChain, logKey }: TrustFlags): boolean {
  return [certificateChain, timestampChain, logKey].some((named) => named !== undefined);
}

async function readOwnTrust({ certificateChain, timestampChain, logKey }: TrustFlags): Promise<TrustRoot> {
  const { ownTrust } = await import('#signatures/trust/own-trust.ts');
  const [path = '', host = ''] = (logKey ?? '').split('=');
  if (logKey !== undefined && host === '') {
    throw cliError('usage', '--log-key does not say what the log calls itself', {
      hint: 'write FILE=HOST, such as rekor.pub=rekor.example',
    });
  }
  const file = async (name: string | undefined) =>
    name === undefined ? undefined : { name, pem: (await readFileNamed(name)).toString('latin1') };
  const log = logKey === undefined ? undefined : await file(path);
  return ownTrust({
    certificates: await file(certificateChain),
    timestamps: await file(timestampChain),
    log: log === undefined ? undefined : { ...log, host },
  });
}

/**
 * Whom to believe about certificates: authorities or a trusted root that were named, else the trusted root of Sigstore's public instance (or of that which
 * `TUF_MIRROR` and `TUF_ROOT_JSON` name), brought and kept by TUF.
 *
 * @throws `file-unreadable`, `trust-root-invalid`, `tuf-…`
 */
export async function loadTrust(
  flags: TrustFlags,
  { cache, offline }: Settings,
  { env, stderr }: CliProcess,
): Promise<TrustRoot> {
  const { trustedRoot: path } = flags;
  if (path !== undefined && namesOwnAuthority(flags)) {
    throw cliError('usage', 'a trusted root names all authorities, and others were named besides', {
      hint: 'put them into the trusted root, or leave it out',
    });
  }
  if (namesOwnAuthority(flags)) return readOwnTrust(flags);
  if (path !== undefined) return readTrustRoot(await readFileNamed(path), path);
  return readTrustRoot((await loadInstance({ cache, offline }, { env, stderr })).text, 'the trusted root');
}

/**
 * What an instance of Sigstore gives out: its public one, or that which `TUF_MIRROR` and `TUF_ROOT_JSON` name; brought and kept by TUF.
 * @throws `file-unreadable`, `tuf-…`, `service-…`
 */
export async function loadInstance(
  { cache, offline }: Pick<Settings, 'cache' | 'offline'>,
  { env, stderr }: Pick<CliProcess, 'env' | 'stderr'>,
): Promise<LoadedTrustedRoot> {
  // Who names a file needs none of this.
  const { loadTrustedRoot } = await import('#signatures/trust/tuf/load-trusted-root.ts');
  const anchor = filled(env['TUF_ROOT_JSON']);
  const loaded = await loadTrustedRoot({
    mirror: filled(env['TUF_MIRROR']),
    root: anchor === undefined ? undefined : await readFileNamed(anchor),
    cache: join(cache, 'tuf'),
    offline,
  });
  for (const { message } of loaded.problems) stderr.write(`bulla: ${message}\n`);
  if (loaded.isStale) {
    const days = countOf(Math.floor((Date.now() - loaded.fetchedAt.getTime()) / day), 'day');
    stderr.write(`bulla: whom to believe was last asked ${days} ago, and authorities may have been withdrawn since\n`);
  }
  return loaded;
}

function filled(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
