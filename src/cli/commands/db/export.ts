import { countOf, formatBytes } from '#kit/amounts.ts';
import { buildCommand } from '@stricli/core';
import { stat } from 'node:fs/promises';
import { exportDatabase } from '#advisories/store/archive.ts';
import type { Context } from '#cli/context.ts';
import { commonFlags, type CommonFlags } from '#cli/flags.ts';
import { chosenFormat, formatFlags, toJson, type FormatFlags } from '#cli/output.ts';
import { readSettings } from '#cli/settings.ts';

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
    const snapshots = await exportDatabase(database, file);
    const { size } = await stat(file);
    this.process.stdout.write(
      format === 'json'
        ? toJson({ schemaVersion: 1, file, snapshots, bytes: size })
        : `${file}: ${countOf(snapshots, 'snapshot')}, ${formatBytes(size)}\n`,
    );
  },
});
