import type { CliProcess } from '#cli/context.ts';
import type { Settings } from '#cli/settings.ts';
import { imageError } from '#image/errors.ts';
import type { Platform } from '#image/platform.ts';
import type { Digest } from '#kit/digest.ts';
import { attach } from '#signatures/sign/attach.ts';
import { statementOf } from '#signatures/sign/payloads.ts';
import type { Predicate } from '#signatures/sign/predicate.ts';
import type { AttachedTo } from './attached.ts';
import { rememberMissed } from './flush.ts';
import { openRepository } from './opened-repository.ts';
import { signingSubject } from './signing-subject.ts';
import type { Signing } from './signing.ts';

/**
 * Signs a statement about an image and puts it beside the image in its registry.
 * @param about which manifest of the repository it is about: one by its digest, or the image for a platform; without either, what
 * the reference means now
 * @throws `image-not-found`, and what signing and pushing throw
 */
export async function attestTo(
  source: string,
  about: { readonly digest?: Digest; readonly platform?: Platform },
  { type, content }: Predicate,
  signing: Signing,
  settings: Settings,
  io: CliProcess,
): Promise<AttachedTo> {
  const opened = openRepository(source, settings, io.env);
  const { repository, store, name, isPinned } = opened;
  const { digest, platform } = about;
  try {
    const subject = digest === undefined ? await signingSubject(opened, platform) : await store.find?.(digest);
    if (subject === undefined) throw imageError('image-not-found', `${name} does not have ${digest}`);
    if (!isPinned && digest === undefined) {
      io.stderr.write(`bulla: ${source} means ${subject.digest} now, and the statement is about that\n`);
    }
    const statement = statementOf(name, subject.digest, type, content);
    const attachment = { legacy: statement, bundle: statement, predicateType: type };
    const attached = await attach(subject, attachment, { ...signing, repository, store, now: new Date() });
    const reference = `${name}@${subject.digest}`;
    await rememberMissed(reference, signing, io);
    return { reference, attached };
  } finally {
    await store.close();
  }
}
