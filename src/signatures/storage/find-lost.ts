import { algorithmOf, hexOf, type Digest } from '#kit/digest.ts';
import { BullaError } from '#kit/error.ts';
import { referrersTag } from '#image/registry/referrers.ts';
import type { Store } from '#image/store.ts';
import { refuse } from '#signatures/refusal.ts';
import type { VerifiedEntry } from '#signatures/verification.ts';
import { tagSuffixes } from './collect.ts';

/**
 * What was once beside an image and is gone: tags for signatures that the registry still lists, though they lead nowhere. To be
 * asked where nobody vouches for an image, because it costs a request; what cannot be found out then is left unsaid.
 */
export async function findLost(store: Store, subject: Digest): Promise<readonly VerifiedEntry[]> {
  const name = `${algorithmOf(subject)}-${hexOf(subject)}`;
  const known = [referrersTag(subject), ...tagSuffixes.map((suffix) => `${name}.${suffix}`)];
  try {
    const listed = (await store.tags?.(referrersTag(subject))) ?? [];
    const lost: VerifiedEntry[] = [];
    for (const tag of known.filter((one) => listed.includes(one))) {
      if ((await store.tagged?.(tag)) === undefined) lost.push(lostBelow(tag));
    }
    return lost;
  } catch (error) {
    // The answer is a refusal without it, too.
    if (error instanceof BullaError) return [];
    throw error;
  }
}

function lostBelow(tag: string): VerifiedEntry {
  const outcome = refuse('evidence-missing', `the tag ${tag} is there, and what it names is gone`);
  return { stored: { format: 'unknown', tag }, outcome };
}
