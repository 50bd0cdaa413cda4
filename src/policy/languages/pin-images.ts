import type { JsonObject } from '#kit/narrow.ts';
import { parseReference, type Reference } from '#image/reference.ts';
import type { ImageUse, Question } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { setTexts } from '#policy/workloads/set-texts.ts';

/**
 * The object of a question with a digest behind every image that has none: what was judged is what will run. The rest of the text
 * stays as it was written. What is no reference is left for the policy to refuse.
 * @param wants which images; all by default
 * @throws what keeps a tag from being resolved
 */
export async function pinImages(
  { request, images }: Question,
  surroundings: Surroundings,
  wants: (use: ImageUse, reference: Reference) => boolean = () => true,
): Promise<JsonObject | undefined> {
  const object = request?.object;
  if (object === undefined) return undefined;
  const texts = new Map<string, string>();
  await Promise.all(
    images.map(async (use) => {
      const reference = referenceOf(use.image);
      const { pointer } = use;
      if (pointer === undefined || reference === undefined || reference.digest !== undefined) return;
      if (!wants(use, reference)) return;
      const { digest } = await surroundings.evidenceOf(reference).resolve();
      texts.set(pointer, `${use.image}@${digest}`);
    }),
  );
  return setTexts(object, texts);
}

/** What a text refers to, if it is a reference. */
export function referenceOf(written: string): Reference | undefined {
  try {
    return parseReference(written);
  } catch {
    return undefined;
  }
}
