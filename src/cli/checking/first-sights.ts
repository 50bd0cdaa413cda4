import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '#kit/atomic-file.ts';
import { asObject, parseJson } from '#kit/narrow.ts';

/** Older ones are forgotten first; a fleet has some thousands of findings. */
const mostSights = 200_000;

/**
 * When things were first seen on this machine, kept in a file of the cache. Where it cannot be written, such as in a job whose cache
 * goes away, everything is new: then nothing is answered, because a deadline that always starts anew is none.
 */
export async function firstSeen(
  cache: string,
  things: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, Date>> {
  const file = join(cache, 'first-sights.json');
  const bytes = await readFile(file).catch(() => undefined);
  const known = new Map(Object.entries(asObject(bytes === undefined ? undefined : parseJson(bytes)) ?? {}));
  const sights = things.map((thing) => {
    const time = Date.parse(String(known.get(thing)));
    return { thing, time: Number.isNaN(time) ? now : new Date(time), isNew: Number.isNaN(time) };
  });
  if (sights.some(({ isNew }) => isNew)) {
    for (const { thing, time } of sights) known.set(thing, time.toISOString());
    const kept = [...known].slice(-mostSights);
    const isKept = await writeAtomically(file, JSON.stringify(Object.fromEntries(kept))).then(
      () => true,
      () => false,
    );
    if (!isKept) return new Map(sights.filter(({ isNew }) => !isNew).map(({ thing, time }) => [thing, time]));
  }
  return new Map(sights.map(({ thing, time }) => [thing, time]));
}
