import { stat } from 'node:fs/promises';
import { buildCommand } from '@stricli/core';
import { exportDatabase } from '#advisories/store/archive.ts';
import type { Context } from '#cli/context.ts';
import { commonFlags, type CommonFlags } from '#cli/flags.ts';
import { chosenFormat, fileToReplace, formatFlags, toJson, unwritable, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';
import { countOf, formatBytes } from '#kit/amounts.ts';
import { BullaError } from '#kit/error.ts';

const formats = ['text', 'json'] as const;

export const exportCommand = buildCommand<CommonFlags & FormatFlags, [string], Context>({
  docs: { brief: 'write the whole database into one file' },
  parameters: {
    flags: { ...commonFlags, ...formatFlags(formats) },
    aliases: { f: 'format' },
    positional: { kind: 'tuple', parameters: [{ brief: 'file to write', parse: String, placeholder: 'FILE' }] },
  },
  async func(flags, file) {
    const format = chosenFormat(flags, formats);
    const { database } = await readSettings(this.process, flags);
    const snapshots = await exportInto(file, database);
    const { size } = await stat(file);
    this.process.stdout.write(
      format === 'json'
        ? toJson({ schemaVersion: 1, file, snapshots, bytes: size })
        : `${file}: ${countOf(snapshots, 'snapshot')}, ${formatBytes(size)}\n`,
    );
  },
});

/** Writes the database into a file. @throws `file-unwritable`, `database-unreadable` */
async function exportInto(file: string, database: string): Promise<number> {
  const replaced = await fileToReplace(file);
  if (replaced === undefined) throw unwritable(file, 'it is something else than a file');
  try {
    return await exportDatabase(database, replaced);
  } catch (error) {
    const isOfSystem = error instanceof Error && 'syscall' in error;
    throw error instanceof BullaError || !isOfSystem ? error : unwritable(file, error);
  }
}
