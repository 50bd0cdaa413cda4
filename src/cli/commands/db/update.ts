import { buildCommand } from '@stricli/core';
import { listSnapshots, readSnapshotFacts, removeLeftovers } from '#advisories/store/database.ts';
import { isFeedWithParts, knownTargets, publishedTargets, targetsIn, type UpdateTarget } from '#advisories/targets.ts';
import { updatePart, type UpdatedPart } from '#advisories/update.ts';
import { exitCodes, type CliProcess, type Context } from '#cli/context.ts';
import { cliError } from '#cli/errors.ts';
import { reportFailure } from '#cli/failure.ts';
import { commonFlags, described, type CommonFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { createProgress, formatImport } from '#cli/progress.ts';
import { readSettings, type Settings } from '#cli/settings.ts';
import { formatCount } from '#kit/amounts.ts';
import { BullaError, messageOf } from '#kit/error.ts';

interface Flags extends CommonFlags, FormatFlags {
  readonly from?: readonly string[];
}

const formats = ['text', 'json'] as const;

export const update = buildCommand<Flags, string[], Context>({
  docs: {
    brief: 'fetch advisories, or bring them up to date',
    fullDescription: [
      'Fetches the ecosystems that are named (Debian, Alpine:v3.20, npm, PyPI, Maven, Go, crates.io …; also kev, epss), or brings',
      'up to date what is there. --from takes them from folders or servers with the same layout as the publishers have: DIR, URL,',
      'or FEED=URL for one feed.',
    ].join('\n'),
    customUsage: ['[ECOSYSTEM…]'],
  },
  parameters: {
    flags: {
      ...commonFlags,
      ...formatFlags(formats),
      from: {
        kind: 'parsed',
        parse: String,
        optional: true,
        variadic: true,
        ...described('where to take feeds from', 'DIR|URL|FEED=URL'),
      },
    },
    aliases: { f: 'format' },
    positional: { kind: 'array', parameter: { brief: 'ecosystems', parse: String, placeholder: 'ECOSYSTEM' } },
  },
  async func(flags, ...ecosystems) {
    const format = chosenFormat(flags, formats);
    const parted = ecosystems.find(isFeedWithParts);
    if (parted !== undefined) throw namesNoPart(parted);
    const settings = await readSettings(this.process, flags);
    await removeLeftovers(settings.database, Date.now());
    const targets = await chooseTargets(settings, flags.from ?? [], ecosystems);
    const results: TargetResult[] = [];
    for (const target of targets) {
      const result = await updateTarget(this.process, settings, target);
      results.push(result);
      if (format === 'text') this.process.stdout.write(describe(result));
    }
    if (format === 'json') this.process.stdout.write(toJson(resultsToJson(results)));
    else if (targets.length === 0) {
      this.process.stdout.write('nothing to update: ecosystems are fetched when an image needs them\n');
    }
    this.process.exitCode = results.some(({ failure }) => failure !== undefined) ? exitCodes.error : exitCodes.passed;
  },
});

async function chooseTargets(
  { offline, feeds, database }: Settings,
  from: readonly string[],
  ecosystems: readonly string[],
): Promise<UpdateTarget[]> {
  if (from.length > 0) return targetsIn(from, ecosystems, offline);
  if (ecosystems.length > 0) return publishedTargets(ecosystems, feeds, offline);
  const facts = (await listSnapshots(database)).map(readSnapshotFacts).filter((one) => one !== undefined);
  return facts.length > 0 ? knownTargets(facts, feeds, offline) : publishedTargets([], feeds, offline);
}

function namesNoPart(feed: string) {
  return cliError('usage', `${feed} has parts, and none is named`, {
    hint: 'name ecosystems: bulla db update Debian npm Alpine:v3.20',
  });
}

interface TargetResult {
  readonly target: UpdateTarget;
  readonly updated?: UpdatedPart;
  readonly failure?: unknown;
}

/** One that fails is reported and does not keep the others from being updated. */
async function updateTarget(
  { stderr, env }: CliProcess,
  settings: Settings,
  target: UpdateTarget,
): Promise<TargetResult> {
  const { feed, part, source } = target;
  const progress = createProgress(stderr);
  try {
    const updated = await updatePart(feed, part, source, {
      folder: settings.database,
      now: new Date().toISOString(),
      progress: (...done) => progress.show(formatImport(nameOf(target), ...done)),
    });
    return { target, updated };
  } catch (failure) {
    progress.clear();
    reportFailure({ stderr, env }, failure);
    return { target, failure };
  } finally {
    progress.clear();
  }
}

function nameOf({ feed, part }: UpdateTarget): string {
  return `${feed.name} ${part}`.trim();
}

function describe({ target, updated }: TargetResult): string {
  if (updated === undefined) return '';
  const { facts, changed } = updated;
  const newest = facts.newest === undefined ? '' : `, the newest of ${facts.newest.slice(0, 10)}`;
  const records = formatCount(facts.records).padStart(9);
  return `${nameOf(target).padEnd(36)}  ${records} records${newest}${changed ? '' : ', nothing new'}\n`;
}

function resultsToJson(results: readonly TargetResult[]) {
  return {
    schemaVersion: 1,
    parts: results.map(({ target: { feed, part, source }, updated, failure }) => ({
      feed: feed.name,
      part,
      source: source.url,
      ...(updated === undefined
        ? { error: { code: failure instanceof BullaError ? failure.code : 'unexpected', message: messageOf(failure) } }
        : { changed: updated.changed, records: updated.facts.records, newest: updated.facts.newest ?? null }),
    })),
  };
}
