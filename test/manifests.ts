import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inMemory } from '#kit/bytes.ts';
import { missingData, newFolder, realData } from '#kit/testing.ts';
import { openEntry } from '#kit/zip/content.ts';
import { readDirectory } from '#kit/zip/directory.ts';

const archive = 'k8s/manifests.zip';

/** The reason to skip a test that needs real manifests, or nothing if they are there. */
export const missingManifests = missingData(archive);

/** Real manifests and values of public projects, by their paths. */
export function realManifests(): Map<string, Buffer> {
  const bytes = inMemory(readFileSync(join(realData, archive)));
  const { entries } = readDirectory(bytes, { entries: 10_000, directoryBytes: 1 << 24 });
  return new Map(
    entries
      .filter(({ name }) => !name.endsWith('/'))
      .map((entry) => {
        const { bytes: content, problem } = openEntry(bytes, entry, 16 << 20);
        if (content === undefined) throw new Error(`${entry.name}: ${problem}`);
        return [entry.name, content.read(0, content.size)];
      }),
  );
}

/** The same in a new folder. */
export function writeRealManifests(): string {
  const folder = newFolder('manifests');
  for (const [path, content] of realManifests()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
