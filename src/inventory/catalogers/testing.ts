import { inMemory } from '#kit/bytes.ts';
import type { Cataloger, FileNature, Reading } from '#inventory/cataloger.ts';

/** Has a cataloger read bytes as the file at `path`; fails if it would not want that file. */
export async function readAs(
  cataloger: Cataloger,
  path: string,
  bytes: Uint8Array | string,
  nature: FileNature = 'other',
): Promise<Reading> {
  const content = inMemory(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  const file = { path, size: content.size, nature, content };
  if (!cataloger.wants(file)) throw new Error(`${cataloger.name} does not want ${path}`);
  return cataloger.read(file);
}

/** Whether a cataloger wants a file of that name. */
export function wants(cataloger: Cataloger, path: string, nature: FileNature = 'other'): boolean {
  return cataloger.wants({ path, size: 1000, nature });
}
