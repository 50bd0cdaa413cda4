import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { asObject, type JsonObject } from './narrow.ts';

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

/** What people and attackers put where something else belongs. */
const instead: readonly unknown[] = [null, [], {}, '', 'x', 5, true, [null], [{}], [[]]];

/** An object with each of its fields, however deep, replaced by each of many things; with the field, and what is there now. */
export function* spoiled(object: JsonObject): Generator<readonly [where: string, spoiled: JsonObject]> {
  for (const path of pathsIn(object)) {
    for (const value of instead) {
      yield [`${path.join('.')} = ${JSON.stringify(value)}`, asObject(replaced(object, path, value)) ?? {}];
    }
  }
}

function pathsIn(value: unknown, above: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...above, key], ...pathsIn(inner, [...above, key])]);
}

function replaced(value: unknown, [step, ...rest]: readonly string[], by: unknown): unknown {
  if (step === undefined) return by;
  const change = (inner: unknown, key: string | number) => (String(key) === step ? replaced(inner, rest, by) : inner);
  if (Array.isArray(value)) return value.map(change);
  return Object.fromEntries(Object.entries(asObject(value) ?? {}).map(([key, inner]) => [key, change(inner, key)]));
}
