import { buildCommand } from '@stricli/core';
import { importDatabase, notExported } from '#advisories/store/archive.ts';
import type { Context } from '#cli/context.ts';
import { commonFlags, type CommonFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';
import { openArchive } from '#image/archive.ts';
import { countOf } from '#kit/amounts.ts';
import { BullaError } from '#kit/error.ts';

const formats = ['text', 'json'] as const;

export const importCommand = buildCommand<CommonFlags & FormatFlags, [string], Context>({
  docs: { brief: 'take over a database that was exported' },
  parameters: {
    flags: { ...commonFlags, ...formatFlags(formats) },
    aliases: { f: 'format' },
    positional: { kind: 'tuple', parameters: [{ brief: 'file to read', parse: String, placeholder: 'FILE' }] },
  },
  async func(flags, file) {
    const format = chosenFormat(flags, formats);
    const { database } = await readSettings(this.process, flags);
    const archive = await openExport(file);
    try {
      const snapshots = await importDatabase(database, file, archive);
      this.process.stdout.write(
        format === 'json'
          ? toJson({ schemaVersion: 1, file, snapshots })
          : `${database}: ${countOf(snapshots, 'snapshot')} taken over\n`,
      );
    } finally {
      await archive.close();
    }
  },
});

/** Opens a tar like that of an image, but what is none is to be made in another way. */
async function openExport(file: string): ReturnType<typeof openArchive> {
  try {
    return await openArchive(file);
  } catch (error) {
    throw error instanceof BullaError && error.code === 'archive-invalid' ? notExported(file, error) : error;
  }
}
