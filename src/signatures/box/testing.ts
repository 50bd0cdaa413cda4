import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The reason to skip a test whose oracle is OpenSSL, or nothing if it is installed. */
export const missingOpenssl: string | undefined =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not installed';

/**
 * Runs OpenSSL on files that exist only for it.
 * @param args the arguments; one that is the name of a file becomes its path
 */
export function openssl(
  args: readonly string[],
  files: Readonly<Record<string, Uint8Array | string>>,
): { readonly passed: boolean; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'bulla-openssl-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const { status, stdout, stderr } = spawnSync(
      'openssl',
      args.map((arg) => (Object.hasOwn(files, arg) ? join(folder, arg) : arg)),
      { encoding: 'utf8', timeout: 10_000 },
    );
    return { passed: status === 0, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
