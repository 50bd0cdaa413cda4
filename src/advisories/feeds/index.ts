import { alpineSecdb } from './alpine-secdb.ts';
import { debianTracker } from './debian-tracker/feed.ts';
import { epss } from './epss.ts';
import type { Feed } from './feed.ts';
import { kev } from './kev.ts';
import { osv } from './osv/feed.ts';

/** Every feed there is. To add one, write its file and name it here. */
export const feeds: readonly Feed[] = [osv, debianTracker, alpineSecdb, kev, epss];
