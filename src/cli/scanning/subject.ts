import { readFile } from 'node:fs/promises';
import { cliError } from '#cli/errors.ts';
import { generation } from '#cli/generation.ts';
import { formatProgress, type Progress } from '#cli/progress.ts';
import type { Settings } from '#cli/settings.ts';
import type { Subject } from '#documents/report.ts';
import { findBase, type BaseImage } from '#image/base.ts';
import { imageError } from '#image/errors.ts';
import type { Image } from '#image/image.ts';
import { folderKeep, noKeep } from '#image/keep.ts';
import { openSource } from '#image/sources/index.ts';
import { titleOf } from '#image/title.ts';
import { inventoryFromPurls } from '#inventory/from-purls.ts';
import type { Inventory } from '#inventory/inventory.ts';
import { readInventory } from '#inventory/read-inventory.ts';
import { formatBytes } from '#kit/amounts.ts';
import { messageOf, within } from '#kit/error.ts';

/** What a source names, and what is in it. */
export interface OpenedSubject {
  readonly subject: Subject;
  readonly inventory: Inventory;
}

/**
 * Opens any source of the command line: an image, a folder, or a list of package URLs.
 * @param baseOf how the base image is found
 */
export async function openSubject(
  source: string,
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  progress: Progress,
  baseOf: (image: Image) => BaseImage | undefined | Promise<BaseImage | undefined> = findBase,
): Promise<OpenedSubject> {
  if (source.startsWith('purl:')) return fromPurl(source.slice('purl:'.length), source);
  if (source.startsWith('pkg:')) return fromPurl(source, `purl:${source}`);
  if (source.startsWith('purls:')) return fromPurls(await readList(source.slice('purls:'.length)), source);
  if (source.startsWith('sbom:')) {
    throw imageError('source-unsupported', `${source} is a file of an SBOM, and these are not read yet`, {
      hint: 'scan the image, or its package URLs with purls:FILE; an image of this name is registry:' + source,
    });
  }
  const { platform, registry, offline } = settings;
  return readSubject(
    await openSource(source, { platform, registry, offline, environment }),
    settings,
    progress,
    baseOf,
  );
}

/** Reads an image, and closes its store. */
export async function readSubject(
  image: Image,
  settings: Pick<Settings, 'cache'>,
  progress: Progress,
  baseOf: (image: Image) => BaseImage | undefined | Promise<BaseImage | undefined> = findBase,
): Promise<OpenedSubject> {
  try {
    const keep = generation === undefined ? noKeep : folderKeep(settings.cache);
    const inventory = await within(image.reference, () =>
      readInventory(image, {
        keep,
        generation: generation ?? '',
        progress: (done, total) => progress.show(formatProgress('reading layers', done, total)),
      }),
    );
    const { reference, digest, indexDigest, id, config } = image;
    const { platform: builtFor, created } = config;
    const [title, base] = [titleOf(image), await baseOf(image)];
    return { subject: { reference, digest, indexDigest, id, platform: builtFor, created, title, base }, inventory };
  } finally {
    progress.clear();
    await image.store?.close();
  }
}

/** One package. In a list, a line that is none is a gap; here there is nothing else. @throws `reference-invalid` */
function fromPurl(text: string, reference: string): OpenedSubject {
  const opened = fromPurls(text, reference);
  const { packages, coverage } = opened.inventory;
  if (packages.length > 0 && coverage.unread.length === 0) return opened;
  throw imageError('reference-invalid', `"${text}" is not a package URL with a version`, {
    hint: 'write it like purl:pkg:npm/lodash@4.17.15',
  });
}

function fromPurls(text: string, reference: string): OpenedSubject {
  return { subject: { reference }, inventory: inventoryFromPurls(text, reference) };
}

/** Longer lists are no lists of packages. */
const longestList = 64 << 20;

async function readList(path: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.length <= longestList) return text;
    throw new Error(`it has more than ${formatBytes(longestList)}`);
  } catch (error) {
    throw cliError('file-unreadable', `${path} cannot be read: ${messageOf(error)}`, { hint: 'check the path' });
  }
}
