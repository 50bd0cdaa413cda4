import { mapConcurrently } from '#kit/concurrency.ts';
import type { Digest } from '#kit/digest.ts';
import { messageOf } from '#kit/error.ts';
import type { JsonObject } from '#kit/narrow.ts';
import { formatReference, parseReference, type Reference } from '#image/reference.ts';
import type { ImageUse } from '#policy/question.ts';
import { setTexts } from '#policy/workloads/set-texts.ts';

/** An object with digests, and the images for which none could be had. */
export interface Pinned {
  readonly object: JsonObject;
  readonly problems: readonly string[];
}

/** So many images of one object are resolved at once. */
const atOnce = 8;

/**
 * Writes the digest beside the name of each image that has none: what is judged is then what runs. Images that have one stay as
 * they are, so that to pin twice is to pin once. The tag stays, for people to read.
 */
export async function pinImages(
  object: JsonObject,
  images: readonly ImageUse[],
  resolve: (reference: Reference) => Promise<Digest>,
): Promise<Pinned> {
  const problems: string[] = [];
  const pinned = await mapConcurrently(images, atOnce, async ({ image, pointer }) => {
    try {
      const reference = parseReference(image);
      if (pointer === undefined || reference.digest !== undefined) return undefined;
      return { pointer, image: withDigest(image, reference, await resolve(reference)) };
    } catch (error) {
      problems.push(`${image}: ${messageOf(error)}`);
      return undefined;
    }
  });
  const changes = pinned.filter((one) => one !== undefined);
  return { object: setTexts(object, new Map(changes.map(({ pointer, image: text }) => [pointer, text]))), problems };
}

/** As it was written, unless its host was written so that a container runtime would take it for another one. */
function withDigest(written: string, reference: Reference, digest: Digest): string {
  const isPlain = reference.host === 'docker.io' || written.startsWith(`${reference.host}/`);
  return isPlain ? `${written}@${digest}` : formatReference({ ...reference, digest });
}
