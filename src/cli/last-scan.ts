import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '#kit/atomic-file.ts';

/** Remembers which source was scanned last, so that `bulla explain CVE-…` knows what it is about. */
export async function rememberScan(cache: string, source: string): Promise<void> {
  // It is only a convenience; a cache that cannot be written must not fail a scan.
  await writeAtomically(join(cache, fileName), `${source}\n`).catch(() => undefined);
}

export async function readLastScan(cache: string): Promise<string | undefined> {
  const text = await readFile(join(cache, fileName), 'utf8').catch(() => undefined);
  return text?.trim();
}

const fileName = 'last-scan';
