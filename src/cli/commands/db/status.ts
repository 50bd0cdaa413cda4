import { stat } from 'node:fs/promises';
import { buildCommand } from '@stricli/core';
import { listSnapshots, readSnapshotFacts } from '#advisories/store/database.ts';
import { usesColour, type Context } from '#cli/context.ts';
import { commonFlags, type CommonFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';
import { alignColumns, painter, type Column } from '#documents/table/layout.ts';
import { formatBytes, formatCount } from '#kit/amounts.ts';

const formats = ['table', 'json'] as const;
const hour = 3600_000;

export const status = buildCommand<CommonFlags & FormatFlags, [], Context>({
  docs: { brief: 'what is in the database, and how old it is' },
  parameters: { flags: { ...commonFlags, ...formatFlags(formats) }, aliases: { f: 'format' } },
  async func(flags) {
    const format = chosenFormat(flags, formats);
    const { database, staleAfter } = await readSettings(this.process, flags);
    const snapshots = await readSnapshots(database, Date.now() - staleAfter * hour);
    const { stdout } = this.process;
    if (format === 'json') stdout.write(toJson({ schemaVersion: 1, folder: database, snapshots }));
    else if (snapshots.length === 0) stdout.write(`${database} is empty; bulla db update, or a scan, fills it\n`);
    else {
      const width = stdout.isTTY === true ? stdout.columns : undefined;
      const lines = alignColumns(columns, snapshots.map(cellsOf), painter(usesColour(this.process)), width);
      stdout.write(`${database}\n${lines.join('\n')}\n`);
    }
  },
});

interface SnapshotStatus {
  readonly feed: string;
  readonly part: string;
  readonly records: number;
  readonly newest: string | null;
  readonly checked: string | null;
  readonly source: string | null;
  readonly stale: boolean;
  readonly readable: boolean;
  readonly path: string;
  readonly bytes: number;
}

/** @param staleBefore the time, in milliseconds, since when a feed must have been checked */
async function readSnapshots(folder: string, staleBefore: number): Promise<SnapshotStatus[]> {
  const locations = await listSnapshots(folder);
  return Promise.all(
    locations.map(async (location) => {
      const facts = readSnapshotFacts(location);
      return {
        feed: location.feed,
        part: location.part,
        records: facts?.records ?? 0,
        newest: facts?.newest ?? null,
        checked: facts?.checked ?? null,
        source: facts?.source ?? null,
        stale: facts === undefined || Date.parse(facts.checked) < staleBefore,
        readable: facts !== undefined,
        path: location.path,
        bytes: (await stat(location.path)).size,
      };
    }),
  );
}

const columns: readonly Column[] = [
  { heading: 'FEED' },
  { heading: 'PART' },
  { heading: 'RECORDS', align: 'right' },
  { heading: 'NEWEST' },
  { heading: 'CHECKED' },
  { heading: 'SIZE', align: 'right' },
  { heading: 'SOURCE', shrinks: true },
];

function cellsOf({ feed, part, records, newest, checked, source, stale, readable, path, bytes }: SnapshotStatus) {
  const age = readable ? `${checked?.slice(0, 16).replace('T', ' ')}${stale ? ' STALE' : ''}` : 'UNREADABLE';
  return [feed, part, formatCount(records), newest?.slice(0, 10) ?? '', age, formatBytes(bytes), source ?? path].map(
    (text) => ({ text }),
  );
}
