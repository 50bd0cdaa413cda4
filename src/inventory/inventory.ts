import type { Digest } from '#kit/digest.ts';
import { releaseFiles } from './catalogers/release.ts';
import type { LayerContents } from './contents.ts';
import {
  inventoryGaps,
  mostListed,
  type CatalogedFile,
  type Coverage,
  type ExecutableCoverage,
  type UnknownExecutable,
  type UnreadPlace,
} from './coverage.ts';
import { recognise, type Distribution } from './distribution.ts';
import { createOwners, withOwners } from './ownership.ts';
import type { Package } from './package.ts';
import { collectPackages, type AllOwners } from './packages.ts';
import type { FileView } from './squash.ts';
import type { VisibleReading } from './visible.ts';

/** What is in an image. The same bytes give the same inventory, whatever they came through. */
export interface Inventory {
  readonly distribution?: Distribution;
  /** In the order of type, name and version. */
  readonly packages: readonly Package[];
  /** From the lowest to the topmost. */
  readonly layers: readonly InventoryLayer[];
  readonly coverage: Coverage;
}

export interface InventoryLayer {
  readonly index: number;
  readonly digest?: Digest;
  readonly diffId?: Digest;
  readonly createdBy: string;
  /** Bytes as stored. */
  readonly size: number;
  /** It is not in the registry, so nothing is known of it. */
  readonly absent: boolean;
}

/**
 * Puts the readings of all layers together to what the finished image holds.
 * @param missed what could not be read behind links
 */
export function assembleInventory(
  layers: readonly InventoryLayer[],
  contents: readonly LayerContents[],
  view: FileView,
  readings: readonly VisibleReading[],
  missed: readonly UnreadPlace[],
): Inventory {
  const distribution = recognise(releasePieces(readings));
  const owners: AllOwners = { os: createOwners(view), language: createOwners(view) };
  const packages = collectPackages(readings, distribution, view, owners);
  const executables = lookAtFiles(view, owners);
  // Files of the distribution's packages are known without being understood.
  const unread = [...unreadPlaces(contents, view), ...missed, ...problemsOf(readings)].filter(
    ({ path }) => owners.os.of(view.at(path)?.node) === undefined,
  );
  const absent = layers.filter((layer) => layer.absent).map(({ index }) => index);
  return {
    distribution,
    packages,
    layers,
    coverage: {
      sources: sourcesOf(readings),
      executables,
      unread,
      skipped: [],
      gaps: inventoryGaps(packages, distribution, { unread, executables }, absent),
    },
  };
}

/** What the files say of the operating system, in the order in which they are believed. */
function releasePieces(readings: readonly VisibleReading[]) {
  const rank = ({ path }: VisibleReading) => releaseFiles.indexOf(path) >>> 0;
  return readings
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ reading }) => reading.release)
    .filter((piece) => piece !== undefined);
}

/** Goes once over all files: gives each to the package that owns it, and finds executables that none owns. */
function lookAtFiles(view: FileView, owners: AllOwners): ExecutableCoverage {
  const unknown: Record<UnknownExecutable['kind'], UnknownExecutable[]> = { elf: [], script: [] };
  const totals = { all: 0, elf: 0, script: 0 };
  for (const [{ path, node }, language] of withOwners(view, owners.language)) {
    const found = [owners.os.of(node), language].filter((owner) => owner !== undefined);
    for (const owner of found) owner.files.push(path);
    const { kind, layer } = node;
    if (kind !== 'elf' && kind !== 'script') continue;
    totals.all++;
    if (found.length > 0) continue;
    totals[kind]++;
    if (unknown[kind].length < mostListed) unknown[kind].push({ path, layer, kind });
  }
  return {
    total: totals.all,
    unknown: [...unknown.elf, ...unknown.script],
    opaqueTotal: totals.elf,
    scriptTotal: totals.script,
  };
}

function sourcesOf(readings: readonly VisibleReading[]): CatalogedFile[] {
  return readings.flatMap(({ path, layer, cataloger, reading }) => {
    const packages = reading.packages?.length ?? 0;
    return packages === 0 ? [] : [{ path, layer, cataloger, packages }];
  });
}

/** What the core could not give to a cataloger, unless the finished image does not show it anyway. */
function unreadPlaces(contents: readonly LayerContents[], view: FileView): UnreadPlace[] {
  return contents.flatMap(({ unread }, layer) =>
    unread.filter(({ path }) => view.at(path)?.node.layer === layer).map(({ path, why }) => ({ path, layer, why })),
  );
}

/** What catalogers did not understand. */
function problemsOf(readings: readonly VisibleReading[]): UnreadPlace[] {
  return readings.flatMap(({ path, layer, reading }) => (reading.problems ?? []).map((why) => ({ path, layer, why })));
}
