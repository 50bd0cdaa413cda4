import { createPublicKey, X509Certificate } from 'node:crypto';
import type { CliProcess } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import type { Settings } from '#cli/settings.ts';
import { imageError } from '#image/errors.ts';
import { messageOf } from '#kit/error.ts';
import { loadPublicKey } from '#signatures/keys/load-key.ts';
import { publishLater } from '#signatures/sign/publish-later.ts';
import { checkSignature } from '#signatures/signature.ts';
import type { LogEntry, Signed } from '#signatures/signed.ts';
import { keySurroundings } from './key-surroundings.ts';
import { openRepository } from './opened-repository.ts';
import { publisher } from './publisher.ts';
import { serviceAddresses } from './service-addresses.ts';
import { withSettings, type SigningFlags } from './signing-flags.ts';
import type { Signing } from './signing.ts';
import { listUnpublished, rememberUnpublished, type Unpublished } from './unpublished.ts';

/** What was published of one image. */
export interface Flushed {
  readonly reference: string;
  /** The manifests that have the signatures with their entries now. */
  readonly manifests: readonly string[];
}

/** Remembers an image whose signatures could not be published, and says so. */
export async function rememberMissed(
  reference: string,
  { missed, log }: Signing,
  { env, stderr }: CliProcess,
): Promise<void> {
  if (missed.length === 0 || log === undefined) return;
  stderr.write(`bulla: not published yet: ${messageOf(missed[0])}; bulla sign --flush does it later\n`);
  await rememberUnpublished(env, { ...log, reference });
}

/**
 * Publishes what could not be published when it was signed: of one image, or of all that are remembered here.
 * One of several that cannot be published is told, stays remembered, and does not keep the others from it.
 * @throws `offline`; for one image, what the log and the registry throw
 */
export async function flush(
  source: string | undefined,
  flags: SigningFlags,
  settings: Settings,
  io: CliProcess,
): Promise<{ readonly flushed: readonly Flushed[]; readonly isWhole: boolean }> {
  if (settings.offline) {
    throw imageError('offline', 'publishing asks a log and a registry, and --offline asks none', {
      hint: 'publish where there is a network',
    });
  }
  if (source !== undefined) {
    const { log } = await serviceAddresses(withSettings(flags, settings), ['log'], settings, io);
    if (log === undefined) throw cliError('usage', 'it is not said in which log', { hint: 'name it: --rekor URL' });
    const one = { ...log, reference: source };
    return { flushed: [await flushOne(one, flags, settings, io)], isWhole: true };
  }
  const flushed: Flushed[] = [];
  let isWhole = true;
  for (const { forget, ...one } of await listUnpublished(io.env)) {
    try {
      flushed.push(await flushOne(one, flags, settings, io));
      await forget();
    } catch (error) {
      isWhole = false;
      io.stderr.write(`bulla: ${one.reference} is not published yet: ${messageOf(error)}\n`);
    }
  }
  return { flushed, isWhole };
}

async function flushOne(one: Unpublished, flags: SigningFlags, settings: Settings, io: CliProcess): Promise<Flushed> {
  const { repository, store, name } = openRepository(one.reference, settings, io.env);
  const key = flags.key === undefined ? undefined : await loadPublicKey(flags.key, keySurroundings(io));
  try {
    const subject = await store.root();
    const publish = (signed: Signed, bytes: Buffer): Promise<LogEntry | undefined> => {
      const { signer } = signed;
      const publicKey =
        signer.kind === 'certificate' ? createPublicKey(new X509Certificate(signer.leaf).toString()) : key;
      // What somebody else has signed is theirs to publish.
      if (publicKey === undefined || checkSignature(signed, publicKey, undefined) !== undefined) {
        return Promise.resolve(undefined);
      }
      return publisher(one, { publicKey, material: signer })(signed, bytes);
    };
    const manifests = await publishLater(subject, { repository, store, publish, now: new Date() });
    return { reference: `${name}@${subject.digest}`, manifests };
  } finally {
    await store.close();
  }
}
