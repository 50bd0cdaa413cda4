import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const checkout = join(import.meta.dirname, '../..');

/** Real advisories and documents, too large for the project: `shared/data` beside the checkout, or `BULLA_TEST_DATA`. */
export const realData = resolve(process.env['BULLA_TEST_DATA'] ?? join(checkout, '../shared/data'));

/** The reason to skip a test that needs a file of {@link realData}, or nothing if it is there. */
export function missingData(path: string): string | undefined {
  return existsSync(join(realData, path)) ? undefined : `${path} of the real data is not there (BULLA_TEST_DATA)`;
}

let root: string | undefined;
let folders = 0;

/** A new empty folder, which goes away with this process. */
export function newFolder(name = 'folder'): string {
  if (root === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'bulla-test-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    root = made;
  }
  const folder = join(root, `${name}-${++folders}`);
  mkdirSync(folder);
  return folder;
}
