import type { Distribution } from '#inventory/distribution.ts';
import { distributions } from '#inventory/distributions.ts';
import { isOsPackage, type Package } from '#inventory/package.ts';

/** Who distributes a package, as far as that is known: the vendor that it names, or the distribution that it belongs to. */
export function describeSupplier(pkg: Package, distribution: Distribution | undefined): string | undefined {
  if (pkg.vendor !== undefined) return pkg.vendor;
  if (distribution === undefined || !isOsPackage(pkg.type)) return undefined;
  return distributions.find(({ id }) => id === distribution.id)?.name ?? distribution.id;
}
