import type { FeedName } from '#advisories/feeds/feed.ts';
import type { Inventory } from '#inventory/inventory.ts';
import { contextOf, placementOf } from './places.ts';

/** A part of a feed. */
export interface NeededPart {
  readonly feed: FeedName;
  readonly part: string;
}

/** The parts of feeds that judging these packages takes, what is known of exploitation included. */
export function neededParts({ packages, distribution }: Pick<Inventory, 'packages' | 'distribution'>): NeededPart[] {
  const context = contextOf(packages, distribution);
  const needed = new Map<string, NeededPart>();
  function need(feed: FeedName, part: string): void {
    needed.set(`${feed} ${part}`, { feed, part });
  }
  for (const pkg of packages) {
    const placement = placementOf(pkg, context);
    if (placement.kind === 'unsupported') continue;
    for (const { feed, part, role } of placement.places) if (role !== 'fallback') need(feed, part);
  }
  need('kev', '');
  need('epss', '');
  return [...needed.values()];
}
