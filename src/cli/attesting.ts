import type { Digest } from '#kit/digest.ts';
import { imageError } from '#image/errors.ts';
import { attach } from '#signatures/sign/attach.ts';
import { statementOf } from '#signatures/sign/payloads.ts';
import type { Predicate } from '#signatures/sign/predicate.ts';
import type { CliProcess } from './context.ts';
import type { Settings } from './settings.ts';
import { openRepository, type AttachedTo, type Signing } from './signing.ts';

/**
 * Signs a statement about an image and puts it beside the image in its registry.
 * @param digest which manifest of the repository it is about; without one, what the reference means now
 * @throws `image-not-found`, and what signing and pushing throw
 */
export async function attestTo(
  source: string,
  digest: Digest | undefined,
  { type, content }: Predicate,
  signing: Signing,
  settings: Settings,
  { env, stderr }: CliProcess,
): Promise<AttachedTo> {
  const { repository, store, name, isPinned } = openRepository(source, settings, env);
  try {
    const subject = digest === undefined ? await store.root() : await store.find?.(digest);
    if (subject === undefined) throw imageError('image-not-found', `${name} does not have ${digest}`);
    if (!isPinned && digest === undefined) {
      stderr.write(`bulla: ${source} means ${subject.digest} now, and the statement is about that\n`);
    }
    const statement = statementOf(name, subject.digest, type, content);
    const attachment = { legacy: statement, bundle: statement, predicateType: type };
    const attached = await attach(subject, attachment, { ...signing, repository, store, now: new Date() });
    return { reference: `${name}@${subject.digest}`, attached };
  } finally {
    await store.close();
  }
}
