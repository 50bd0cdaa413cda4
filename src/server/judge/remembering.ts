import { parseReference } from '#image/reference.ts';
import type { Digest } from '#kit/digest.ts';
import type { Policy } from '#policy/policy.ts';
import type { ImageUse, Question } from '#policy/question.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { verdictKey, type Found, type VerdictMemory } from './verdict-memory.ts';

/**
 * The same policy with a memory. What it says of images is kept by their digests; by how and where they are named; by the policies,
 * and by what is trusted and known (`basis`). A policy that looks at more than that, at the object or at others of the cluster, is
 * asked each time: whether it does is seen while it decides, so that no policy has to say so.
 */
export function remembering(policy: Policy, basis: readonly string[], memory: VerdictMemory): Policy {
  let looksFurther = false;

  async function find(question: Question, surroundings: Surroundings): Promise<Found> {
    const watched = watch(question, surroundings);
    const outcomes = await policy.decide(watched.question, watched.surroundings);
    looksFurther ||= watched.sawMore();
    return { outcomes, isGeneral: !watched.sawMore() };
  }

  return {
    ...policy,
    async decide(question, surroundings) {
      const direct = () => policy.decide(question, surroundings);
      if (looksFurther || question.images.length === 0) return direct();
      const digests = await digestsOf(question, surroundings);
      if (digests === undefined) return direct();
      const images = question.images.map(({ list, name, image, pointer }, index) => [
        list,
        name,
        image,
        pointer,
        digests[index],
      ]);
      const key = verdictKey([...basis, policy.name, policy.language, question.place, images]);
      let isOwn = false;
      const found = await memory.recall(key, () => {
        isOwn = true;
        return find(question, surroundings);
      });
      // What was found out for another question is only for that one.
      return found.isGeneral || isOwn ? found.outcomes : direct();
    },
  };
}

/** What all images mean now, or nothing if it cannot be said of each. */
async function digestsOf({ images }: Question, surroundings: Surroundings): Promise<readonly Digest[] | undefined> {
  try {
    return await Promise.all(images.map((use) => digestOfUse(use, surroundings)));
  } catch {
    return undefined;
  }
}

async function digestOfUse({ image }: ImageUse, surroundings: Surroundings): Promise<Digest> {
  const reference = parseReference(image);
  return reference.digest ?? (await surroundings.evidenceOf(reference).resolve()).digest;
}

/** The same question and surroundings, which tell whether more was looked at than images and their place. */
function watch(
  question: Question,
  surroundings: Surroundings,
): { readonly question: Question; readonly surroundings: Surroundings; readonly sawMore: () => boolean } {
  let sawMore = false;
  const { place, images, imagePaths } = question;
  return {
    question: {
      place,
      images,
      imagePaths,
      get request() {
        sawMore = true;
        return question.request;
      },
    },
    surroundings: {
      now: surroundings.now,
      evidenceOf: (reference) => surroundings.evidenceOf(reference),
      trustRoot: () => surroundings.trustRoot(),
      key: (written) => surroundings.key(written),
      // What was seen once was first seen then for good.
      firstSeen: surroundings.firstSeen,
      get resources() {
        sawMore = true;
        return surroundings.resources;
      },
    },
    sawMore: () => sawMore,
  };
}
