import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder of other tools that tests compare with; `.ci/run` builds them. */
const folder = process.env['BULLA_TEST_PEERS'] ?? join(homedir(), '.cache/bulla-test-peers');

/** The path of a tool. */
export function peer(name: string): string {
  return join(folder, name);
}

/** The reason to skip a test that needs tools, or nothing if they are there. */
export function missingPeers(...names: readonly string[]): string | undefined {
  const absent = names.find((name) => !existsSync(peer(name)));
  return absent === undefined ? undefined : `${absent} is not in ${folder} (BULLA_TEST_PEERS)`;
}
