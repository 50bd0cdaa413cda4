import { parseReference, type Reference } from '#image/reference.ts';
import type { Surroundings } from '#policy/surroundings.ts';
import { containerLists } from '#policy/workloads/images-of-pod.ts';
import type { Difference } from './compare.ts';

/**
 * Differences without those of images to whose signed tag a digest was added, if it is the one that the tag means now: that is what
 * gates do which pin images.
 * @throws where the registry cannot be asked: then nothing is known
 */
export async function notOnlyPinned(
  differences: readonly Difference[],
  surroundings: Surroundings,
): Promise<readonly Difference[]> {
  const pins = differences.flatMap((difference) => {
    const pin = pinOf(difference);
    return pin === undefined ? [] : [{ difference, ...pin }];
  });
  const others = differences.filter((one) => pins.every(({ difference }) => difference !== one));
  // Where anything else differs, no registry need be asked.
  if (others.length > 0) return [...others, ...pins.map(({ difference }) => difference)];
  const left: Difference[] = [];
  for (const { difference, signed, found } of pins) {
    const { digest } = await surroundings.evidenceOf(signed).resolve();
    if (digest !== found.digest) left.push(difference);
  }
  return left;
}

interface Pin {
  readonly signed: Reference;
  readonly found: Reference;
}

function pinOf({ steps, signed, found }: Difference): Pin | undefined {
  if (!isImage(steps) || typeof signed !== 'string' || typeof found !== 'string') return undefined;
  const [one, other] = [referenceOf(signed), referenceOf(found)];
  if (one === undefined || other === undefined || one.digest !== undefined || other.digest === undefined)
    return undefined;
  const isSameName = one.host === other.host && one.repository === other.repository;
  const isSameTag = other.tag === undefined || other.tag === one.tag;
  return isSameName && isSameTag ? { signed: one, found: other } : undefined;
}

function isImage(steps: readonly string[]): boolean {
  const [list, , field] = steps.slice(-3);
  return field === 'image' && containerLists.some((one) => one === list);
}

function referenceOf(written: string): Reference | undefined {
  try {
    return parseReference(written);
  } catch {
    return undefined;
  }
}
