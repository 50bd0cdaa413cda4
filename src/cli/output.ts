import { writeAtomically } from '#kit/atomic-file.ts';
import { messageOf } from '#kit/error.ts';
import { cliError } from './errors.ts';
import { text } from './flags.ts';

/** Flags of commands whose result can be had in several formats. */
export interface FormatFlags {
  readonly format?: string;
  readonly json?: boolean;
}

/** The flags, for these formats; the first is the default. */
export function formatFlags(formats: readonly string[]) {
  return {
    format: text(`${formats.join(', ')} (default: ${formats[0]})`, 'FORMAT'),
    json: {
      kind: 'boolean',
      optional: true,
      withNegated: false,
      brief: `the same as --format ${jsonAmong(formats)}`,
    },
  } as const;
}

/** The format that is asked for. @throws `usage` */
export function chosenFormat<Format extends string>(flags: FormatFlags, formats: readonly Format[]): Format {
  const wanted = flags.format ?? (flags.json === true ? jsonAmong(formats) : formats[0]);
  const found = formats.find((format) => format === wanted);
  if (found !== undefined) return found;
  throw cliError('usage', `there is no format "${wanted}"`, { hint: `choose from: ${formats.join(', ')}` });
}

function jsonAmong(formats: readonly string[]): string | undefined {
  return formats.includes('json') ? 'json' : formats.find((format) => format.endsWith('json'));
}

/** A result as JSON, ending in a line break. */
export function toJson(result: object): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

/** Writes a result where the user wants it, whole or not at all. @throws `file-unwritable` */
export async function writeFileFor(path: string, document: string): Promise<void> {
  try {
    await writeAtomically(path, document);
  } catch (error) {
    throw cliError('file-unwritable', `${path} cannot be written: ${messageOf(error)}`, { hint: 'check the path' });
  }
}
