import { openKnowledge, type Knowledge } from '#advisories/knowledge.ts';
import { listSnapshots, readSnapshotFacts } from '#advisories/store/database.ts';
import type { Output } from '#cli/context.ts';
import { formatImport, type Progress } from '#cli/progress.ts';
import type { Settings } from '#cli/settings.ts';
import { neededParts, type NeededPart } from '#findings/needs.ts';
import type { Inventory } from '#inventory/inventory.ts';
import { messageOf } from '#kit/error.ts';

/** Hours after which a feed is asked whether it has something new. */
const freshFor = 24;
const hour = 3600 * 1000;

/**
 * Opens what is known about packages like these. What is not there yet is fetched, and what is older than a day is brought up to
 * date – from where it is published, unless the user keeps the database from own sources or works offline. That it could not be
 * fetched is said and is no error: the missing part will be a gap of the result.
 */
export async function openAdvisories(
  inventory: Inventory,
  settings: Settings,
  stderr: Output,
  progress: Progress,
): Promise<Knowledge> {
  const knowledge = await openKnowledge(settings.database);
  const lacking = settings.offline ? [] : await partsToFetch(neededParts(inventory), knowledge, settings);
  if (lacking.length === 0) return knowledge;
  knowledge.close();
  await fetchParts(lacking, settings, stderr, progress);
  return openKnowledge(settings.database);
}

async function fetchParts(
  parts: readonly NeededPart[],
  settings: Settings,
  stderr: Output,
  progress: Progress,
): Promise<void> {
  // Most scans fetch nothing, and so need not load what fetches.
  const [{ publishedTarget }, { updatePart }] = await Promise.all([
    import('#advisories/targets.ts'),
    import('#advisories/update.ts'),
  ]);
  for (const { feed: name, part } of parts) {
    const { feed, source } = publishedTarget(name, part, settings.feeds, settings.offline);
    const what = `fetching ${name} ${part}`.trim();
    try {
      await updatePart(feed, part, source, {
        folder: settings.database,
        now: new Date().toISOString(),
        progress: (...done) => progress.show(formatImport(what, ...done)),
      });
    } catch (error) {
      progress.clear();
      stderr.write(`bulla: ${messageOf(error)}\n`);
    }
  }
  progress.clear();
}

async function partsToFetch(
  needed: readonly NeededPart[],
  knowledge: Knowledge,
  settings: Settings,
): Promise<NeededPart[]> {
  const missing = needed.filter(({ feed, part }) => !knowledge.has(feed, part));
  const old = needed.filter(({ feed, part }) => {
    const facts = knowledge.facts(feed, part);
    return facts.length > 0 && facts.every(({ source, checked }) => isRemote(source) && isOld(checked));
  });
  // Whoever fills the database from own folders decides what is in it.
  return missing.length > 0 && (await hasOwnSources(settings.database)) ? old : [...missing, ...old];
}

async function hasOwnSources(folder: string): Promise<boolean> {
  const snapshots = await listSnapshots(folder);
  return snapshots.some((location) => {
    const facts = readSnapshotFacts(location);
    return facts !== undefined && !isRemote(facts.source);
  });
}

function isRemote(source: string): boolean {
  return !source.startsWith('file:');
}

function isOld(checked: string): boolean {
  return Date.now() - Date.parse(checked) > freshFor * hour;
}
