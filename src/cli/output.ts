import { appendFile, lstat, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
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

/**
 * Writes a result where the user wants it: a file is put in place whole or not at all, also one behind a link. What is no file
 * (a pipe, a device, what this process has open) is written into.
 *
 * @throws `file-unwritable`
 */
export async function writeFileFor(path: string, document: string): Promise<void> {
  try {
    const stream = streams.get(resolve(path));
    if (stream !== undefined) return void process[stream].write(document);
    const replaced = await fileToReplace(path);
    if (replaced === undefined) await appendFile(path, document);
    else await writeAtomically(replaced, document);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The error for a result that cannot be written where the user wants it. */
export function unwritable(path: string, why: unknown) {
  return cliError('file-unwritable', `${path} cannot be written: ${messageOf(why)}`, { hint: 'check the path' });
}

/** The streams of this process, under the names of Linux. They may be sockets, which cannot be opened by a name. */
const streams: ReadonlyMap<string, 'stdout' | 'stderr'> = new Map([
  ...['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'].map((path) => [path, 'stdout'] as const),
  ...['/dev/stderr', '/dev/fd/2', '/proc/self/fd/2'].map((path) => [path, 'stderr'] as const),
]);

/** What another process gave us open; a file among these may have been written to before. */
const openedByOthers = /^\/(?:dev|proc\/(?:self|\d+))\/fd\/\d+$/;

/** The file that a path names, or will name; nothing if there is something else. */
export async function fileToReplace(path: string): Promise<string | undefined> {
  if (openedByOthers.test(resolve(path))) return undefined;
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return path;
  const real = found.isSymbolicLink() ? await realpath(path).catch(() => undefined) : path;
  return real !== undefined && (await stat(real)).isFile() ? real : undefined;
}
