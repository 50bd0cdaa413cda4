import { hasPerson, type CliProcess } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { knownWords } from '#cli/flags.ts';
import { readFileNamed } from '#cli/read-file-named.ts';
import type { Settings } from '#cli/settings.ts';
import { requestTimestamp } from '#signatures/services/timestamp-authority.ts';
import { findToken, noToken } from '#signatures/services/tokens/index.ts';
import { attachFormats, type AttachFormat } from '#signatures/sign/attach-format.ts';
import type { SigningIdentity, SigningServices } from '#signatures/sign/sign-content.ts';
import { keySurroundings } from './key-surroundings.ts';
import { publisher, type Log } from './publisher.ts';
import { serviceAddresses } from './service-addresses.ts';
import { signIn } from './sign-in.ts';
import { withSettings, type SigningFlags } from './signing-flags.ts';
import { identityOfKey, identityOfToken } from './signing-identity.ts';

/** Who signs, and who vouches for it. */
export interface Signing {
  readonly identity: SigningIdentity;
  readonly services: SigningServices;
  readonly formats: readonly AttachFormat[];
  /** Whether the signature must be in a log, now and not later. */
  readonly needsEntry: boolean;
  /** The log that is asked, if one is. */
  readonly log?: Log;
  /** Why signatures could not be published, one by one, where that may be done later. */
  readonly missed: readonly unknown[];
}

/**
 * What the flags say of signing: with a key, or as whom a token names.
 * @throws `usage`, `token-…`, `key-…`, `service-…`, and what {@link serviceAddresses} throws
 */
export async function readSigning(written: SigningFlags, io: CliProcess, settings: Settings): Promise<Signing> {
  const { offline } = settings;
  const flags = withSettings(written, settings);
  const hasKey = flags.key !== undefined;
  const how = flags.log === undefined ? undefined : knownWords('log', flags.log, logWords)[0];
  // What is configured says where to publish, and not whether.
  const isNamed = [written.rekor, written.rekorUrl, written.rekorV2].some((named) => named !== undefined);
  const publishes = how === undefined ? !hasKey || isNamed : how !== 'none';
  const isStamped =
    written.timestamp !== undefined || written.timestampServerUrl !== undefined || !hasKey || how === 'best-effort';
  if (offline && (!hasKey || publishes || isStamped)) {
    throw cliError('usage', 'authorities and logs cannot be asked with --offline', {
      hint: 'sign with a key: --key KEY --log none',
    });
  }
  const token = hasKey ? undefined : ((await namedToken(flags.identityToken)) ?? (await findToken(io.env)));
  const isAsked = !hasKey && token === undefined;
  // Nothing is asked for in vain.
  if (isAsked && !hasPerson(io)) throw noToken();
  const needed = [
    ...(hasKey ? [] : (['authority'] as const)),
    ...(isAsked ? (['issuer'] as const) : []),
    ...(publishes ? (['log'] as const) : []),
    ...(isStamped ? (['timestamp'] as const) : []),
  ];
  const addresses = await serviceAddresses(flags, needed, settings, io);
  const log = publishes ? addresses.log : undefined;
  const stamps = isStamped ? addresses.timestamp : undefined;
  checkWitnesses({ hasKey, isDemanded: how === 'required' || how === 'best-effort' || isNamed }, log, stamps);
  const identity = hasKey
    ? await identityOfKey(flags.key ?? '', flags, { ...keySurroundings(io), offline })
    : await identityOfToken(token ?? (await signIn(addresses.issuer, flags, io)), addresses.authority);
  const missed: unknown[] = [];
  // What may be done later need not hold up a build.
  const patience = how === 'best-effort' ? { timeout: 20_000, pauses: [500] } : undefined;
  const publish = log === undefined ? undefined : publisher(log, identity, patience);
  return {
    identity,
    services: {
      timestamp: stamps === undefined ? undefined : (bytes) => requestTimestamp(stamps, bytes),
      publish:
        publish === undefined || how !== 'best-effort'
          ? publish
          : (signed, bytes) => publish(signed, bytes).catch((error: unknown) => void missed.push(error)),
    },
    formats: formatsOf(flags, log),
    needsEntry: publish !== undefined && how !== 'best-effort',
    log,
    missed,
  };
}

/** A token, or the file that it is in: tokens are JSON in base64, and so all begin alike. */
async function namedToken(written: string | undefined): Promise<string | undefined> {
  const isToken = written === undefined || /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/.test(written);
  return isToken ? written : (await readFileNamed(written)).toString('utf8').trim();
}

const logWords = ['required', 'best-effort', 'none'] as const;

/** The old format has no place for entries of the second version of the log. */
function formatsOf({ formats }: SigningFlags, log: Log | undefined): readonly AttachFormat[] {
  if (formats !== undefined) return knownWords('formats', formats, attachFormats);
  return log?.version === 'v2' ? ['bundle'] : attachFormats;
}

/**
 * Without a log where one is demanded, or without anybody who says when a short-lived certificate was used, the signature would be
 * worth nothing.
 */
function checkWitnesses(
  { hasKey, isDemanded }: { readonly hasKey: boolean; readonly isDemanded: boolean },
  log: Log | undefined,
  stamps: string | undefined,
): void {
  const lacksLog = isDemanded && log === undefined;
  const lacksTime = !hasKey && stamps === undefined && log?.version !== 'v1';
  if (!lacksLog && !lacksTime) return;
  throw cliError(
    'usage',
    `the signing configuration names no ${lacksLog ? 'transparency log' : 'timestamp authority'}`,
    {
      hint: lacksLog ? 'name it: --rekor URL; or do without: --log none' : 'name it: --timestamp URL',
    },
  );
}
