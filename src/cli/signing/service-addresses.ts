import type { CliProcess } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { readFileNamed } from '#cli/read-file-named.ts';
import type { Settings } from '#cli/settings.ts';
import { loadInstance } from '#cli/trust.ts';
import { BullaError } from '#kit/error.ts';
import { readSigningConfig, type SigningConfig } from '#signatures/services/signing-config.ts';
import type { SigningFlags } from './signing-flags.ts';

/** The services of Sigstore's public instance, where its own list of them cannot be had. */
const publicServices: SigningConfig = {
  authority: 'https://fulcio.sigstore.dev',
  issuer: 'https://oauth2.sigstore.dev/auth',
  log: { log: 'https://rekor.sigstore.dev', version: 'v1' },
  timestamp: 'https://timestamp.sigstore.dev/api/v1/timestamp',
};

type Kind = keyof SigningConfig;

/**
 * Whom to ask to sign: who is named, else who the signing configuration names, which is a file, or comes with the trusted root of the
 * instance of Sigstore. Nobody else is asked for what all are named for.
 *
 * @param needed what is asked for
 * @throws `usage` for what is no address, `signing-config-invalid`, `file-unreadable`, `tuf-…`; for an instance of one's own,
 * `service-…` too
 */
export async function serviceAddresses(
  flags: SigningFlags,
  needed: readonly Kind[],
  settings: Settings,
  io: CliProcess,
): Promise<SigningConfig> {
  checkAddresses(flags);
  const named = namedServices(flags);
  if (needed.every((kind) => named[kind] !== undefined)) return named;
  const config = await findConfig(flags, settings, io);
  return {
    authority: named.authority ?? config.authority,
    issuer: named.issuer ?? config.issuer,
    log: named.log ?? config.log,
    timestamp: named.timestamp ?? config.timestamp,
  };
}

/** The flags and settings that have addresses. */
const addresses = ['fulcio', 'rekor', 'rekorV2', 'timestamp'] as const;

/** Nothing is begun where a service could not be asked. @throws `usage` */
function checkAddresses(flags: SigningFlags): void {
  for (const name of addresses) {
    const address = flags[name];
    const protocol = address === undefined ? 'https:' : URL.parse(address)?.protocol;
    if (protocol === 'https:' || protocol === 'http:') continue;
    throw cliError('usage', `"${address}" is no address of a service (${name})`, {
      hint: 'write it like https://rekor.example.com',
    });
  }
}

function namedServices({ fulcio, oidcIssuer, rekor, rekorV2, timestamp }: SigningFlags): SigningConfig {
  const log =
    rekorV2 !== undefined
      ? ({ log: rekorV2, version: 'v2' } as const)
      : rekor === undefined
        ? undefined
        : ({ log: rekor, version: 'v1' } as const);
  return { authority: fulcio, issuer: oidcIssuer, log, timestamp };
}

async function findConfig({ signingConfig: path }: SigningFlags, settings: Settings, io: CliProcess) {
  const now = new Date();
  if (path !== undefined) return readSigningConfig(await readFileNamed(path), path, now);
  try {
    const { signingConfig } = await loadInstance(settings, io);
    if (signingConfig !== undefined) return readSigningConfig(signingConfig, 'the signing configuration', now);
  } catch (error) {
    if (isOwnInstance(io) || !isOutage(error)) throw error;
    io.stderr.write('bulla: who may be asked to sign cannot be found out now; who usually is asked is\n');
  }
  // What is meant for an instance of one's own is not for the public to see.
  return isOwnInstance(io) ? {} : publicServices;
}

function isOwnInstance({ env }: CliProcess): boolean {
  return (env['TUF_MIRROR'] ?? '') !== '';
}

function isOutage(error: unknown): boolean {
  return error instanceof BullaError && ['service-unreachable', 'service-failed'].includes(error.code);
}
