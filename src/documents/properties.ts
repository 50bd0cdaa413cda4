import { formatPlatform } from '#image/platform.ts';
import type { Gap } from '#inventory/coverage.ts';
import type { Distribution } from '#inventory/distribution.ts';
import type { Inventory, InventoryLayer } from '#inventory/inventory.ts';
import type { Package } from '#inventory/package.ts';
import type { Subject } from '#documents/report.ts';

/**
 * What the formats have no field for, under names that begin with `bulla:`. A name may come several times. With these, a list of
 * what is in an image is judged like the image itself; the names are a promise to whoever reads our documents.
 */
export interface Property {
  readonly name: string;
  readonly value: string;
}

/** How a package was found, and all of it that is not in its package URL. */
export function packageProperties(pkg: Package, layer: InventoryLayer | undefined): Property[] {
  return properties({
    'bulla:type': pkg.type,
    'bulla:foundBy': pkg.foundBy,
    'bulla:layer:index': pkg.layer,
    'bulla:layer:digest': layer?.digest,
    'bulla:layer:diffId': layer?.diffId,
    'bulla:architecture': pkg.architecture,
    'bulla:source:name': pkg.source?.name,
    'bulla:source:version': pkg.source?.version,
    'bulla:module': pkg.module,
    'bulla:vendor': pkg.vendor,
    'bulla:ownedBy': pkg.ownedBy,
    'bulla:symbols': pkg.symbols,
  });
}

/** What the image is, beyond name and digest, and which layers it has. */
export function imageProperties(subject: Partial<Subject>, layers: readonly InventoryLayer[]): Property[] {
  const { reference, indexDigest, id, platform, created, base } = subject;
  return [
    ...properties({
      'bulla:image:reference': reference,
      'bulla:image:indexDigest': indexDigest,
      'bulla:image:id': id,
      'bulla:image:platform': platform === undefined ? undefined : formatPlatform(platform),
      'bulla:image:created': created,
      'bulla:image:base:layers': base?.layers,
      'bulla:image:base:name': base?.name,
      'bulla:image:base:by': base?.by,
    }),
    ...layers.flatMap(layerProperties),
  ];
}

/** One layer; the number in the names is its position from the bottom. */
export function layerProperties({ index, digest, diffId, createdBy, size, absent }: InventoryLayer): Property[] {
  return properties({
    [`bulla:image:layer:${index}:digest`]: digest,
    [`bulla:image:layer:${index}:diffId`]: diffId,
    [`bulla:image:layer:${index}:size`]: size,
    [`bulla:image:layer:${index}:createdBy`]: createdBy === '' ? undefined : createdBy,
    [`bulla:image:layer:${index}:absent`]: absent ? 'true' : undefined,
  });
}

export function distributionProperties({ id, version, codename, endOfLife, known }: Distribution): Property[] {
  return properties({
    'bulla:distribution:id': id,
    'bulla:distribution:version': version,
    'bulla:distribution:codename': codename,
    'bulla:distribution:endOfLife': endOfLife,
    'bulla:distribution:known': String(known),
  });
}

/** How much of the image was understood. */
export function coverageProperties({ coverage }: Inventory): Property[] {
  const { executables, skipped } = coverage;
  return [
    ...properties({
      'bulla:executables:total': executables.total,
      'bulla:executables:opaque': executables.opaqueTotal,
      'bulla:executables:scripts': executables.scriptTotal,
    }),
    ...skipped.map(({ path, why }) => ({ name: 'bulla:skipped', value: `${path}: ${why}` })),
  ];
}

/** A gap, followed by what it concerns. */
export function gapProperties({ code, message, items }: Gap): Property[] {
  const name = `bulla:gap:${code}`;
  return [{ name, value: message }, ...items.map((value) => ({ name: `${name}:item`, value }))];
}

/** Properties in the order of their names, without those that are not known. */
export function properties(values: Readonly<Record<string, string | number | undefined>>): Property[] {
  return Object.entries(values)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([name, value]) => ({ name, value: String(value) }));
}
