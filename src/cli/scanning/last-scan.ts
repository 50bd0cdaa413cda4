import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeAtomically } from '#kit/atomic-file.ts';
import { asObject, asText, parseJson } from '#kit/narrow.ts';

/** Remembers which source was scanned last, so that `bulla explain CVE-…` knows what it is about. */
export async function rememberScan(cache: string, source: string, folder: string = process.cwd()): Promise<void> {
  // It is only a convenience; a cache that cannot be written must not fail a scan.
  await writeAtomically(join(cache, fileName), `${JSON.stringify({ source, folder })}\n`).catch(() => undefined);
}

/** The source that was scanned last: as it was typed, if it still means the same here, else with the whole path. */
export async function readLastScan(cache: string, folder: string = process.cwd()): Promise<string | undefined> {
  const bytes = await readFile(join(cache, fileName)).catch(() => undefined);
  const remembered = asObject(bytes === undefined ? undefined : parseJson(bytes));
  const source = asText(remembered?.['source']);
  const typedIn = asText(remembered?.['folder']);
  if (source === undefined || typedIn === undefined || typedIn === folder) return source;
  const [, kind, path] = namesPath.exec(source) ?? [];
  return kind === undefined || path === undefined ? source : `${kind}:${resolve(typedIn, path)}`;
}

const fileName = 'last-scan';

/** Kinds of source whose names are paths. */
const namesPath = /^(oci|oci-archive|docker-archive|dir|purls):(.+)$/s;
