import { imageError } from '#image/errors.ts';
import { openImage } from '#image/image.ts';
import type { Descriptor } from '#image/manifest.ts';
import type { Platform } from '#image/platform.ts';
import type { OpenedRepository } from './opened-repository.ts';

/**
 * What is signed: what the name means, which may be an index; or, where one platform is named, the image for it.
 * @throws `platform-not-found`, `image-not-found`, and what reading a manifest throws
 */
export async function signingSubject(
  { store, name }: OpenedRepository,
  platform: Platform | undefined,
): Promise<Descriptor> {
  if (platform === undefined) return store.root();
  const { digest } = await openImage(name, store, platform);
  const subject = digest === undefined ? undefined : await store.find?.(digest);
  if (subject === undefined) throw imageError('image-not-found', `${name} does not have ${digest ?? 'a manifest'}`);
  return subject;
}
