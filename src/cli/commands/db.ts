import { buildCommand, buildRouteMap } from '@stricli/core';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import { replaceAtomically } from '#kit/atomic-file.ts';
import { formatBytes } from '#kit/bytes.ts';
import { messageOf } from '#kit/error.ts';
import { advisoryError } from '#advisories/errors.ts';
import { exportDatabase, snapshotName } from '#advisories/store/archive.ts';
import { listSnapshots, readSnapshotFacts, removeLeftovers } from '#advisories/store/database.ts';
import { openSnapshot } from '#advisories/store/snapshot-file.ts';
import { knownTargets, publishedTargets, targetsIn, type UpdateTarget } from '#advisories/targets.ts';
import { updatePart, type UpdatedPart } from '#advisories/update.ts';
import { openArchive } from '#image/archive.ts';
import { exitCodes, usesColour, type Context } from '#cli/context.ts';
import { reportFailure } from '#cli/failure.ts';
import { commonFlags, text, type CommonFlags } from '#cli/flags.ts';
import { createProgress, formatProgress } from '#cli/progress.ts';
import { readSettings, type Settings } from '#cli/settings.ts';
import { alignColumns, painter } from '#documents/table/layout.ts';

interface UpdateFlags extends CommonFlags {
  readonly from?: readonly string[];
}

const update = buildCommand<UpdateFlags, string[], Context>({
  docs: {
    brief: 'fetch advisories, or bring them up to date',
    fullDescription: [
      'Fetches the ecosystems that are named (Debian, Alpine:v3.20, npm, PyPI, Maven, Go, crates.io …; also kev, epss), or brings',
      'up to date what is there. --from takes them from folders or servers with the same layout as the publishers have: DIR, URL,',
      'or FEED=URL for one feed.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...commonFlags,
      from: {
        kind: 'parsed',
        parse: String,
        optional: true,
        variadic: true,
        brief: 'where to take feeds from',
        placeholder: 'DIR|URL',
      },
    },
    positional: { kind: 'array', parameter: { brief: 'ecosystems', parse: String, placeholder: 'ECOSYSTEM' } },
  },
  async func(flags, ...ecosystems) {
    const settings = await readSettings(this.process, flags);
    await removeLeftovers(settings.database, Date.now());
    const targets = await chooseTargets(settings, flags.from ?? [], ecosystems);
    const failures = await updateAll(this.process, settings, targets);
    if (targets.length === 0)
      this.process.stdout.write('nothing to update: ecosystems are fetched when an image needs them\n');
    this.process.exitCode = failures > 0 ? exitCodes.error : exitCodes.passed;
  },
});

async function chooseTargets(
  settings: Settings,
  from: readonly string[],
  ecosystems: readonly string[],
): Promise<UpdateTarget[]> {
  const { offline, feeds, database } = settings;
  if (from.length > 0) return targetsIn(from, ecosystems, offline);
  if (ecosystems.length > 0) return publishedTargets(ecosystems, feeds, offline);
  const facts = (await listSnapshots(database)).map(readSnapshotFacts).filter((one) => one !== undefined);
  return facts.length > 0 ? knownTargets(facts, offline) : publishedTargets([], feeds, offline);
}

/** Updates one after the other; one that fails does not keep the others from being updated. */
async function updateAll(
  { stdout, stderr, env }: Context['process'],
  settings: Settings,
  targets: readonly UpdateTarget[],
): Promise<number> {
  const progress = createProgress(stderr);
  let failures = 0;
  for (const { feed, part, source } of targets) {
    const name = `${feed.name} ${part}`.trim();
    try {
      const updated = await updatePart(feed, part, source, {
        folder: settings.database,
        now: new Date().toISOString(),
        progress: (bytes, of, records) =>
          progress.show(records > 0 ? `${name}  ${records} records` : formatProgress(name, bytes, of)),
      });
      progress.clear();
      stdout.write(`${name.padEnd(36)}  ${describeUpdate(updated)}\n`);
    } catch (error) {
      progress.clear();
      failures++;
      reportFailure({ stderr, env }, error);
    }
  }
  return failures;
}

function describeUpdate({ facts, changed }: UpdatedPart): string {
  const newest = facts.newest === undefined ? '' : `, the newest of ${facts.newest.slice(0, 10)}`;
  return `${String(facts.records).padStart(8)} records${newest}${changed ? '' : ', nothing new'}`;
}

interface StatusFlags extends CommonFlags {
  readonly format?: string;
}

const status = buildCommand<StatusFlags, [], Context>({
  docs: { brief: 'what is in the database, and how old it is' },
  parameters: {
    flags: { ...commonFlags, format: text('table or json (default: table)', 'FORMAT') },
    aliases: { f: 'format' },
  },
  async func(flags) {
    const { database, staleAfter } = await readSettings(this.process, flags);
    const snapshots = await Promise.all(
      (await listSnapshots(database)).map(async (location) => ({
        ...location,
        facts: readSnapshotFacts(location),
        bytes: (await stat(location.path)).size,
      })),
    );
    const now = Date.now();
    const rows = snapshots.map(({ feed, part, path, facts, bytes }) => ({
      feed,
      part,
      records: facts?.records ?? 0,
      newest: facts?.newest ?? null,
      checked: facts?.checked ?? null,
      source: facts?.source ?? null,
      stale: facts === undefined || now - Date.parse(facts.checked) > staleAfter * 3600_000,
      readable: facts !== undefined,
      path,
      bytes,
    }));
    if (flags.format === 'json') {
      this.process.stdout.write(
        `${JSON.stringify({ schemaVersion: 1, folder: database, snapshots: rows }, undefined, 2)}\n`,
      );
      return;
    }
    if (rows.length === 0) {
      this.process.stdout.write(`${database} is empty; bulla db update, or a scan, fills it\n`);
      return;
    }
    const columns = [
      { heading: 'FEED' },
      { heading: 'PART' },
      { heading: 'RECORDS', align: 'right' as const },
      { heading: 'NEWEST' },
      { heading: 'CHECKED' },
      { heading: 'SIZE', align: 'right' as const },
      { heading: 'SOURCE', shrinks: true },
    ];
    const cells = rows.map((row) => [
      { text: row.feed },
      { text: row.part },
      { text: String(row.records) },
      { text: row.newest?.slice(0, 10) ?? '' },
      {
        text: row.readable
          ? `${row.checked?.slice(0, 16).replace('T', ' ')}${row.stale ? ' STALE' : ''}`
          : 'UNREADABLE',
      },
      { text: formatBytes(row.bytes) },
      { text: row.source ?? row.path },
    ]);
    const { stdout } = this.process;
    const lines = alignColumns(
      columns,
      cells,
      painter(usesColour(this.process)),
      stdout.isTTY === true ? stdout.columns : undefined,
    );
    stdout.write(`${database}\n${lines.join('\n')}\n`);
  },
});

const exportCommand = buildCommand<CommonFlags, [string], Context>({
  docs: { brief: 'write the whole database into one file' },
  parameters: {
    flags: commonFlags,
    positional: { kind: 'tuple', parameters: [{ brief: 'file to write', parse: String, placeholder: 'FILE' }] },
  },
  async func(flags, file) {
    const { database } = await readSettings(this.process, flags);
    const count = await exportDatabase(database, file);
    const { size } = await stat(file);
    this.process.stdout.write(`${file}: ${count} snapshots, ${formatBytes(size)}\n`);
  },
});

const importCommand = buildCommand<CommonFlags, [string], Context>({
  docs: { brief: 'take over a database that was exported' },
  parameters: {
    flags: commonFlags,
    positional: { kind: 'tuple', parameters: [{ brief: 'file to read', parse: String, placeholder: 'FILE' }] },
  },
  async func(flags, file) {
    const { database } = await readSettings(this.process, flags);
    const archive = await openArchive(file);
    try {
      const names = (archive.names?.() ?? []).filter((name) => snapshotName.test(name));
      if (names.length === 0) {
        throw advisoryError('database-archive-invalid', `${file} is not an exported database`, {
          hint: 'bulla db export writes one; a folder of feeds is read by: bulla db update --from DIR',
        });
      }
      for (const name of names) {
        await replaceAtomically(join(database, name), async (temporary) => {
          await pipeline(Readable.from(archive.open(name)), createWriteStream(temporary));
          // What cannot be read must not take the place of what can.
          openSnapshot(temporary).close();
        });
      }
      this.process.stdout.write(`${database}: ${names.length} snapshots taken over\n`);
    } finally {
      await archive.close();
    }
  },
});

const prune = buildCommand<CommonFlags, string[], Context>({
  docs: {
    brief: 'remove what is not needed',
    fullDescription:
      'Removes the ecosystems or feeds that are named; without names, what cannot be read and what broken imports left.',
  },
  parameters: {
    flags: commonFlags,
    positional: { kind: 'array', parameter: { brief: 'ecosystems or feeds', parse: String, placeholder: 'ECOSYSTEM' } },
  },
  async func(flags, ...names) {
    const { database } = await readSettings(this.process, flags);
    await removeLeftovers(database, Date.now());
    const snapshots = await listSnapshots(database);
    const chosen = snapshots.filter((one) =>
      names.length === 0 ? readSnapshotFacts(one) === undefined : names.includes(one.part) || names.includes(one.feed),
    );
    for (const { path } of chosen) {
      try {
        await rm(path);
      } catch (error) {
        throw advisoryError('database-unwritable', `${path} cannot be removed: ${messageOf(error)}`, {
          hint: 'is it yours?',
        });
      }
    }
    this.process.stdout.write(`${chosen.length} of ${snapshots.length} snapshots removed\n`);
  },
});

export default buildRouteMap({
  docs: { brief: 'the local advisory database' },
  routes: { update, status, import: importCommand, export: exportCommand, prune },
});
