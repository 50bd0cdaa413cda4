import { rm } from 'node:fs/promises';
import { buildCommand } from '@stricli/core';
import { listSnapshots, readSnapshotFacts, removeLeftovers } from '#advisories/store/database.ts';
import { changing } from '#advisories/store/replace-file.ts';
import type { Context } from '#cli/context.ts';
import { commonFlags, type CommonFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';

const formats = ['text', 'json'] as const;

export const prune = buildCommand<CommonFlags & FormatFlags, string[], Context>({
  docs: {
    brief: 'remove what is not needed',
    fullDescription:
      'Removes the ecosystems or feeds that are named; without names, what cannot be read and what broken imports left.',
    customUsage: ['[ECOSYSTEM…]'],
  },
  parameters: {
    flags: { ...commonFlags, ...formatFlags(formats) },
    aliases: { f: 'format' },
    positional: { kind: 'array', parameter: { brief: 'ecosystems or feeds', parse: String, placeholder: 'ECOSYSTEM' } },
  },
  async func(flags, ...names) {
    const format = chosenFormat(flags, formats);
    const { database } = await readSettings(this.process, flags);
    await removeLeftovers(database, Date.now());
    const snapshots = await listSnapshots(database);
    const removed = snapshots.filter((one) =>
      names.length === 0 ? readSnapshotFacts(one) === undefined : names.includes(one.part) || names.includes(one.feed),
    );
    for (const { path } of removed) {
      await changing(path, () => rm(path));
    }
    this.process.stdout.write(
      format === 'json'
        ? toJson({ schemaVersion: 1, removed, kept: snapshots.length - removed.length })
        : `${removed.length} of ${snapshots.length} snapshots removed\n`,
    );
  },
});
