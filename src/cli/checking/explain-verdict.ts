import { usesColour, type CliProcess } from '#cli/context.ts';
import { readFileNamed } from '#cli/read-file-named.ts';
import { table } from '#policy/reports/formats/table.ts';
import { readReport } from '#policy/reports/read-report.ts';
import { readLanguage } from './policy-flags.ts';

/** Explains a verdict that was written down, every rule of it. @throws `file-unreadable`, `policy-invalid` */
export async function explainVerdict(file: string, flags: { readonly lang?: string }, io: CliProcess): Promise<void> {
  const language = readLanguage(flags);
  const report = readReport(await readFileNamed(file), file);
  io.stdout.write(table.write(report, { language, colour: usesColour(io), all: true }));
}
