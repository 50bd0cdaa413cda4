import type { Reading } from '#inventory/cataloger.ts';
import { linesOf } from '#inventory/catalogers/deb822.ts';
import { inventoryLimits } from '#inventory/limits.ts';
import { sourceOf } from './package.ts';
import { foundPackages } from './rows.ts';
import type { Vended } from './vendors.ts';

/**
 * Reads the list of packages that distroless images of Azure Linux and CBL-Mariner have in place of a database (Azure Linux's
 * "Distroless images"): a line a package, with tabs between name, version and release, times of installation and build, vendor,
 * epoch, size, architecture, epoch again as a number, and source RPM.
 */
export function readManifest(text: string): Reading {
  const packages: Vended[] = [];
  let damaged = 0;
  for (const line of linesOf(text)) {
    if (line.trim() === '') continue;
    if (packages.length >= inventoryLimits.packagesPerFile)
      return { packages: foundPackages(packages), problems: ['it names too many packages'] };
    const found = packageOf(line);
    if (found === undefined) damaged++;
    else if (found.name !== 'gpg-pubkey') packages.push(found);
  }
  const problems = damaged === 0 ? [] : [`${damaged} of its lines name no package`];
  return { packages: foundPackages(packages), problems };
}

function packageOf(line: string): Vended | undefined {
  const [name, version, , , statedVendor, epoch, , architecture, , sourceRpm] = line.split('\t').map(stated);
  if (name === undefined || version === undefined || !version.includes('-')) return undefined;
  return {
    name,
    version: epoch !== undefined && /^\d+$/.test(epoch) ? `${epoch}:${version}` : version,
    source: sourceOf(sourceRpm),
    architecture,
    licenses: [],
    statedVendor,
    files: [],
  };
}

/** rpm writes `(none)` for what a package does not have. */
function stated(field: string): string | undefined {
  return field === '' || field === '(none)' ? undefined : field;
}
