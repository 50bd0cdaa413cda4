import { X509Certificate, type KeyObject } from 'node:crypto';
import { parseReference, formatReference } from '#image/reference.ts';
import { imageError } from '#image/errors.ts';
import { isInRegistry } from '#image/sources/index.ts';
import { registryStore } from '#image/registry/store.ts';
import { createTransport } from '#image/registry/transport.ts';
import type { Attached } from '#signatures/sign/attach.ts';
import { attachFormats, type AttachFormat } from '#signatures/sign/attach-format.ts';
import type { SigningIdentity, SigningServices } from '#signatures/sign/sign-content.ts';
import { certifyKey } from '#signatures/services/fulcio.ts';
import { publishInRekor } from '#signatures/services/rekor.ts';
import { publishInRekorTiles } from '#signatures/services/rekor-tiles.ts';
import type { Patience } from '#signatures/services/request.ts';
import { requestTimestamp } from '#signatures/services/timestamp-authority.ts';
import type { SigningConfig } from '#signatures/services/signing-config.ts';
import { findToken, noToken } from '#signatures/services/tokens/index.ts';
import type { Store } from '#image/store.ts';
import type { Repository } from '#signatures/storage/repository.ts';
import { readPemCertificates } from '#signatures/certificate/read-certificate.ts';
import { signatureError } from '#signatures/errors.ts';
import { loadSigningKey } from '#signatures/keys/load-key.ts';
import type { KeySurroundings } from '#signatures/keys/providers/provider.ts';
import { keySurroundings } from './key-surroundings.ts';
import { keyIdOf } from '#signatures/keys/verification-key.ts';
import { checkSignature } from '#signatures/signature.ts';
import { cliError } from './errors.ts';
import { serviceAddresses } from './service-addresses.ts';
import { signIn } from './sign-in.ts';
import { readFileNamed } from './read-file-named.ts';
import { knownWords } from './flags.ts';
import type { SigningFlags } from './signing-flags.ts';
import { hasPerson, type CliProcess } from './context.ts';
import type { Settings } from './settings.ts';
import type { Unpublished } from './unpublished.ts';
import type { LogEntry, Signed, SignerMaterial } from '#signatures/signed.ts';

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
    ? await certifiedBy(await keyIdentity(flags.key ?? '', { ...keySurroundings(io), offline }), flags)
    : await keylessIdentity(addresses, token ?? (await signIn(addresses.issuer, flags, io)));
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

/** A token, or the file that it is in: a token has three parts, and is no name of a file that anyone has. */
async function namedToken(written: string | undefined): Promise<string | undefined> {
  const isToken = written === undefined || /^[\w-]+\.[\w-]+\.[\w-]*$/.test(written);
  return isToken ? written : (await readFileNamed(written)).toString('utf8').trim();
}

const logWords = ['required', 'best-effort', 'none'] as const;

/** The old format has no place for entries of the second version of the log. */
function formatsOf({ formats }: SigningFlags, log: Log | undefined): readonly AttachFormat[] {
  if (formats !== undefined) return knownWords('formats', formats, attachFormats);
  return log?.version === 'v2' ? ['bundle'] : attachFormats;
}

type Log = Pick<Unpublished, 'log' | 'version'>;

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

/** The flags under our names, and what is configured where they say nothing. */
export function withSettings(written: SigningFlags, settings: Settings): SigningFlags {
  return { ...settings.signing, ...defined(inOurWords(written)) };
}

/** The same without what is not set, so that it does not hide what is configured. */
function defined(flags: SigningFlags): SigningFlags {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}

/** The flags with what cosign calls them under our names. */
function inOurWords(flags: SigningFlags): SigningFlags {
  const { fulcioUrl, rekorUrl, timestampServerUrl, tlogUpload } = flags;
  return {
    ...flags,
    fulcio: flags.fulcio ?? fulcioUrl,
    rekor: flags.rekor ?? rekorUrl,
    timestamp: flags.timestamp ?? timestampServerUrl,
    log: flags.log ?? (tlogUpload === undefined ? undefined : tlogUpload ? 'required' : 'none'),
  };
}

type KnownIdentity = SigningIdentity & { readonly publicKey: KeyObject };

/** What publishes in a log what this signer signs. */
export function publisher(
  { log, version }: Log,
  { publicKey, material }: { readonly publicKey: KeyObject; readonly material: SignerMaterial },
  patience?: Patience,
): (signed: Signed, bytes: Buffer) => Promise<LogEntry> {
  if (version === 'v2') return (signed, bytes) => publishInRekorTiles(log, signed, bytes, publicKey, patience);
  const verifier =
    material.kind === 'certificate'
      ? new X509Certificate(material.leaf).toString()
      : publicKey.export({ format: 'pem', type: 'spki' });
  return (signed, bytes) => publishInRekor(log, signed, bytes, verifier, patience);
}

async function keyIdentity(name: string, surroundings: KeySurroundings): Promise<KnownIdentity> {
  const key = await loadSigningKey(name, surroundings);
  const { publicKey } = key;
  return {
    publicKey,
    sign: (bytes) => key.sign(bytes),
    material: { kind: 'key', hint: keyIdOf(publicKey) },
    verifies: (signed) => checkSignature(signed, publicKey, undefined) === undefined,
  };
}

/** The same key, with a certificate that an authority of one's own has issued for it. @throws `key-invalid`, `file-unreadable` */
async function certifiedBy(identity: KnownIdentity, flags: SigningFlags): Promise<KnownIdentity> {
  const { certificate: path, certificateChain: chainPath } = flags;
  if (path === undefined) return identity;
  const [leaf] = await readCertificates(path);
  const chain = chainPath === undefined ? [] : await readCertificates(chainPath);
  const certified = new X509Certificate(leaf ?? Buffer.alloc(0)).publicKey;
  if (leaf === undefined || !certified.equals(identity.publicKey)) {
    throw signatureError('key-invalid', `${path} is a certificate for another key`, {
      hint: 'name the certificate of this key',
    });
  }
  // A root proves nothing: whoever verifies has it.
  const intermediates = chain.filter((der) => !new X509Certificate(der).checkIssued(new X509Certificate(der)));
  return { ...identity, material: { kind: 'certificate', leaf, intermediates } };
}

async function readCertificates(path: string): Promise<readonly Buffer[]> {
  const found = readPemCertificates((await readFileNamed(path)).toString('latin1')) ?? [];
  if (found.length > 0) return found;
  throw signatureError('key-invalid', `${path} has no readable certificates`, { hint: 'write them in PEM' });
}

async function keylessIdentity({ authority }: SigningConfig, token: string): Promise<KnownIdentity> {
  if (authority !== undefined) return certifyKey(authority, token);
  throw cliError('usage', 'the signing configuration names no authority for certificates', {
    hint: 'name it: --fulcio URL; or sign with a key: --key KEY',
  });
}

/** A repository that is written to, and what its reference means there. */
export interface OpenedRepository {
  readonly repository: Repository;
  readonly store: Store;
  /** The repository with its registry, as signatures name it. */
  readonly name: string;
  /** Whether the reference names a digest; a tag may mean something else tomorrow. */
  readonly isPinned: boolean;
}

/**
 * Opens the repository of a reference for writing. Whoever opened it closes its store.
 * @throws `usage` where it is in no registry, `offline`, `reference-invalid`
 */
export function openRepository(
  source: string,
  { registry, offline }: Settings,
  environment: CliProcess['env'],
): OpenedRepository {
  if (!isInRegistry(source) || source.startsWith('file:')) {
    throw cliError('usage', `${source} is not in a registry, and signatures are put beside an image in its registry`, {
      hint: 'push it, and name it as it is called there; a file is signed by itself: bulla sign file:PATH',
    });
  }
  const reference = parseReference(source.replace(/^registry:(?!\d)/, ''));
  if (offline) {
    throw imageError('offline', `${formatReference(reference)} is in a registry, and --offline asks none`, {
      hint: 'sign where there is a network; a file is signed without one: bulla sign file:PATH --key KEY',
    });
  }
  const transport = createTransport(reference.host, { ...registry, environment });
  const { repository, digest } = reference;
  const name = formatReference({ ...reference, tag: undefined, digest: undefined });
  return {
    repository: { transport, name: repository },
    store: registryStore(transport, reference),
    name,
    isPinned: digest !== undefined,
  };
}

/** What was put beside one image. */
export interface AttachedTo {
  readonly reference: string;
  readonly attached: readonly Attached[];
}

/** For a person: what was done to an image, and which manifests have it now. */
export function describeAttached(done: string, { reference, attached }: AttachedTo): string {
  const lines = attached.map(({ format, manifest, wasThere }) => {
    return `  ${format.padEnd(8)}  ${manifest}${wasThere ? '  was there already' : ''}\n`;
  });
  return `${done} ${reference}\n${lines.join('')}`;
}
