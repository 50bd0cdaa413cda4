import type { Addition, FoundPackage } from './cataloger.ts';
import type { Distribution } from './distribution.ts';
import type { Owners } from './ownership.ts';
import { isOsPackage, type Package } from './package.ts';
import { purlOf } from './purl.ts';
import type { FileView } from './squash.ts';
import { compareText, type VisibleReading } from './visible.ts';

/** Who owns the files of an image: packages of the distribution, and packages of languages. */
export interface AllOwners {
  readonly os: Owners<OwningPackage>;
  readonly language: Owners<OwningPackage>;
}

/** A package whose files are still being found. */
export type OwningPackage = Package & { readonly files: string[] };

/**
 * Makes packages of what the catalogers found: joins what several files say of one package, names the layer that brought it,
 * and links what a distribution's package owns to that package. Their files are claimed from `owners`, and not listed yet.
 */
export function collectPackages(
  readings: readonly VisibleReading[],
  distribution: Distribution | undefined,
  view: FileView,
  owners: AllOwners,
): OwningPackage[] {
  const additions = indexAdditions(readings);
  const packages = new Map<string, OwningPackage>();
  // The distribution's packages come first, so that all their files are known before others are linked to them.
  for (const isOs of [true, false]) {
    for (const visible of readings) {
      for (const found of visible.reading.packages ?? []) {
        if (isOsPackage(found.type) !== isOs) continue;
        const made = makePackage(
          found,
          visible,
          additionsFor(additions, visible.cataloger, found),
          distribution,
          view,
          owners,
        );
        packages.set(`${made.purl} ${made.location}`, made);
      }
    }
  }
  return [...packages.values()].toSorted(
    (a, b) =>
      compareText(a.type, b.type) ||
      compareText(a.name, b.name) ||
      compareText(a.purl, b.purl) ||
      compareText(a.location, b.location),
  );
}

function makePackage(
  found: FoundPackage,
  { path, layer, cataloger, earlier }: VisibleReading,
  additions: readonly Addition[],
  distribution: Distribution | undefined,
  view: FileView,
  owners: AllOwners,
): OwningPackage {
  const purl = purlOf(found, distribution);
  const isOs = isOsPackage(found.type);
  const licenses = [found.licenses ?? [], ...additions.map((addition) => addition.licenses ?? [])].flat();
  const made: OwningPackage = {
    purl,
    type: found.type,
    name: found.name,
    version: found.version,
    source: sourceOf(found),
    architecture: found.architecture,
    licenses: [...new Set(licenses)].toSorted(),
    location: found.inside === undefined ? path : `${path}!/${found.inside}`,
    layer: firstLayer(found, layer, earlier),
    files: [],
    ownedBy: isOs ? undefined : owners.os.of(view.at(path)?.node)?.purl,
    isOwn: found.isOwn,
    vendor: found.vendor,
    module: found.module,
    symbols: found.symbols,
    foundBy: cataloger,
  };
  const claims = isOs ? owners.os : owners.language;
  for (const { files = [] } of [found, ...additions]) claims.claim(made, files);
  return made;
}

function sourceOf({ source, version }: FoundPackage): Package['source'] {
  return source === undefined ? undefined : { name: source.name, version: source.version ?? version };
}

/** The layer that brought a package: the lowest from which on every version of the file names it. */
function firstLayer(found: FoundPackage, layer: number, earlier: VisibleReading['earlier']): number {
  let first = layer;
  for (const below of earlier) {
    if (below.reading.packages?.some((other) => isSame(found, other)) !== true) break;
    first = below.layer;
  }
  return first;
}

function isSame(a: FoundPackage, b: FoundPackage): boolean {
  return a.name === b.name && a.version === b.version && a.architecture === b.architecture && a.inside === b.inside;
}

type Additions = ReadonlyMap<string, readonly Addition[]>;

function indexAdditions(readings: readonly VisibleReading[]): Additions {
  const index = new Map<string, Addition[]>();
  for (const { cataloger, reading } of readings) {
    for (const addition of reading.adds ?? []) {
      const key = `${cataloger}:${addition.key}`;
      const list = index.get(key);
      if (list === undefined) index.set(key, [addition]);
      else list.push(addition);
    }
  }
  return index;
}

function additionsFor(index: Additions, cataloger: string, { keys }: FoundPackage): Addition[] {
  return (keys ?? []).flatMap((key) => index.get(`${cataloger}:${key}`) ?? []);
}
