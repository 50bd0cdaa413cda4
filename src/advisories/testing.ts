import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zip } from '#kit/zip/testing.ts';

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** A record of the OSV format that affects one package up to a version. */
export function osvRecord(id: string, ecosystem: string, name: string, fixed: string, more: object = {}) {
  const events = [{ introduced: '0' }, { fixed }];
  const affected = [{ package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events }] }];
  return { id, modified: '2026-01-01T00:00:00Z', affected, ...more };
}

/** A zip archive of these files. */
export function packZip(files: readonly (readonly [name: string, content: string])[]): Buffer {
  return zip(files.map(([name, content]) => ({ name, content })));
}

/** An `all.zip` of the OSV bucket. */
export function osvArchive(records: readonly { readonly id: string }[]): Buffer {
  return packZip(records.map((record) => [`${record.id}.json`, JSON.stringify(record)]));
}
