import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CliProcess } from '#cli/context.ts';
import { writeAtomically } from '#kit/atomic-file.ts';
import { asObject, asText, parseJson } from '#kit/narrow.ts';

/** An image whose signatures wait to be published, because the log was down when they were made. */
export interface Unpublished {
  /** The image by its digest. */
  readonly reference: string;
  /** Address of the log. */
  readonly log: string;
  readonly version: 'v1' | 'v2';
}

/** Where they are remembered: this is no cache, and so it is not where caches are cleaned. */
function folderOf(env: CliProcess['env']): string {
  return join(env['XDG_STATE_HOME'] || join(env['HOME'] ?? '.', '.local/state'), 'bulla/unpublished');
}

/** Remembers one, whole or not at all. */
export async function rememberUnpublished(env: CliProcess['env'], one: Unpublished): Promise<void> {
  const text = JSON.stringify(one);
  const name = createHash('sha256').update(text).digest('hex');
  await writeAtomically(join(folderOf(env), `${name}.json`), `${text}\n`);
}

/** All that are remembered, each with what forgets it. */
export async function listUnpublished(
  env: CliProcess['env'],
): Promise<readonly (Unpublished & { readonly forget: () => Promise<void> })[]> {
  const folder = folderOf(env);
  const names = await readdir(folder).catch(() => []);
  const read = names
    .filter((name) => name.endsWith('.json'))
    .map(async (name) => {
      const path = join(folder, name);
      const one = asObject(parseJson(await readFile(path, 'utf8').catch(() => '')));
      const reference = asText(one?.['reference']);
      const log = asText(one?.['log']);
      if (reference === undefined || log === undefined) return [];
      const version = one?.['version'] === 'v2' ? ('v2' as const) : ('v1' as const);
      return [{ reference, log, version, forget: () => rm(path, { force: true }) }];
    });
  return (await Promise.all(read)).flat();
}
