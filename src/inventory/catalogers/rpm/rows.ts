import type { FoundPackage, Reading } from '#inventory/cataloger.ts';
import { inventoryLimits } from '#inventory/limits.ts';
import { readHeader } from './header.ts';
import { packageOf } from './package.ts';
import { nameVendors, type Vended } from './vendors.ts';

/** What a database holds, one after the other: the header of a package, or why there is none where one should be. */
export type Row = { readonly header: Buffer } | { readonly problem: string };

/** Bytes of one header; that of a package with 200,000 files has some 20 MB. */
export const headerBytes = 64 << 20;

/**
 * Reads the packages of a database.
 *
 * @param size bytes of the database: its headers cannot have more unless they overlap, which only happens on purpose
 */
export function readRows(rows: Iterable<Row>, size: number): Reading {
  const packages: Vended[] = [];
  const problems: string[] = [];
  let bytesLeft = size;
  let pathsLeft = limits.pathCharacters;
  for (const row of rows) {
    if (problems.length >= limits.problems) {
      problems.push('and more');
      break;
    }
    if ('problem' in row) {
      problems.push(row.problem);
      continue;
    }
    bytesLeft -= row.header.length;
    if (bytesLeft < 0 || packages.length >= inventoryLimits.packagesPerFile) {
      problems.push(bytesLeft < 0 ? 'its packages overlap' : 'it names too many packages');
      break;
    }
    const header = readHeader(row.header);
    const found = header === undefined ? undefined : packageOf(header, pathsLeft);
    if (found === undefined) problems.push('a package has no readable header');
    else {
      pathsLeft -= found.pathCharacters;
      // The keys that signatures are checked with are kept as if they were packages.
      if (found.name !== 'gpg-pubkey') packages.push(found);
    }
  }
  if (pathsLeft <= 0) problems.push('its packages have too many files');
  return { packages: foundPackages(packages), problems };
}

const limits = {
  problems: 20,
  /** Characters of all paths together; a full desktop has 60 million. */
  pathCharacters: 128 << 20,
};

/** The packages of one database or list, with the vendors of those that are not the distribution's. */
export function foundPackages(packages: readonly Vended[]): FoundPackage[] {
  return nameVendors(packages).map(({ name, version, source, architecture, licenses, vendor, module, files }) => ({
    type: 'rpm',
    name,
    version,
    source,
    architecture,
    licenses,
    vendor,
    module,
    files,
  }));
}
