import { openKnowledge } from '#advisories/knowledge.ts';
import { contextOf, placementOf } from '#findings/places.ts';
import { inventoryFromPurls } from '#inventory/from-purls.ts';

/**
 * How many look-ups of a package in a database are made a second, on one core, with all that is said there read and understood.
 * They are asked as the matcher asks: all names of one ecosystem in one question.
 */
export async function measureLookups(database: string, purls: string): Promise<number> {
  const { packages, distribution } = inventoryFromPurls(purls, 'purls:bench');
  const context = contextOf(packages, distribution);
  const knowledge = await openKnowledge(database);
  const placements = packages.map((pkg) => placementOf(pkg, context));
  const places = placements.flatMap((placement) => (placement.kind === 'known' ? placement.places : []));
  const questions = Map.groupBy(places, ({ feed, part, ecosystem }) => `${feed} ${part} ${ecosystem}`);
  const round = () => {
    let count = 0;
    for (const [place, ...more] of questions.values()) {
      if (place === undefined) continue;
      const names = new Set([place, ...more].map(({ name }) => name));
      knowledge.advisories(place.feed, place.part, place.ecosystem, [...names]);
      count += names.size * knowledge.facts(place.feed, place.part).length;
    }
    return count;
  };
  round();
  const start = performance.now();
  let done = 0;
  while (performance.now() - start < 2000) done += round();
  const seconds = (performance.now() - start) / 1000;
  knowledge.close();
  return done / seconds;
}
