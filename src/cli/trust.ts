import { join } from 'node:path';
import { countOf } from '#kit/amounts.ts';
import { readTrustRoot, type TrustRoot } from '#signatures/trust/trust-root.ts';
import type { CliProcess } from './context.ts';
import { readFileNamed } from './read-file-named.ts';
import type { Settings } from './settings.ts';

const day = 86_400_000;

/**
 * Whom to believe about certificates: a file that was named, else the trusted root of Sigstore's public instance (or of that which
 * `TUF_MIRROR` and `TUF_ROOT_JSON` name), brought and kept by TUF.
 *
 * @throws `file-unreadable`, `trust-root-invalid`, `tuf-…`
 */
export async function loadTrust(
  path: string | undefined,
  { cache, offline }: Settings,
  { env, stderr }: CliProcess,
): Promise<TrustRoot> {
  if (path !== undefined) return readTrustRoot(await readFileNamed(path), path);
  // Who names a file needs none of this.
  const { loadTrustedRoot } = await import('#signatures/trust/tuf/load-trusted-root.ts');
  const anchor = filled(env['TUF_ROOT_JSON']);
  const loaded = await loadTrustedRoot({
    mirror: filled(env['TUF_MIRROR']),
    root: anchor === undefined ? undefined : await readFileNamed(anchor),
    cache: join(cache, 'tuf'),
    offline,
  });
  for (const { message } of loaded.problems) stderr.write(`bulla: ${message}\n`);
  if (loaded.isStale) {
    const days = countOf(Math.floor((Date.now() - loaded.fetchedAt.getTime()) / day), 'day');
    stderr.write(`bulla: whom to believe was last asked ${days} ago, and authorities may have been withdrawn since\n`);
  }
  return readTrustRoot(loaded.text, 'the trusted root');
}

function filled(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
