import { algorithmOf, hexOf } from '#kit/digest.ts';
import type { Distribution } from '#inventory/distribution.ts';
import { describeSupplier } from '#documents/supplier.ts';
import type { Inventory } from '#inventory/inventory.ts';
import type { Package, PackageType } from '#inventory/package.ts';
import type { Subject } from '#documents/report.ts';
import type { ImageName } from '#documents/image-name.ts';
import { licensesOf } from './licenses.ts';
import { distributionProperties, imageProperties, packageProperties } from '#documents/properties.ts';
import type { CyclonedxVersion } from './versions.ts';

/** Reference of the image in the document. */
export const imageRef = 'image';

/** Reference of the operating system in the document. */
export const operatingSystemRef = 'operating-system';

/** The image as a component; its version is its digest. */
export function imageComponent(subject: Partial<Subject>, { name, purl }: ImageName, { layers }: Inventory): object {
  const { digest } = subject;
  const algorithm = { sha256: 'SHA-256', sha512: 'SHA-512' };
  return {
    type: 'container',
    'bom-ref': imageRef,
    name,
    version: digest,
    hashes: digest === undefined ? undefined : [{ alg: algorithm[algorithmOf(digest)], content: hexOf(digest) }],
    purl,
    properties: imageProperties(subject, layers),
  };
}

export function operatingSystemComponent(distribution: Distribution): object {
  const { id, version, name } = distribution;
  return {
    type: 'operating-system',
    'bom-ref': operatingSystemRef,
    name: id,
    version: componentVersion(version),
    description: name,
    properties: distributionProperties(distribution),
  };
}

/** The reference of a package in the document, readable and unique; `id` is that of `identifyPackages`. */
export function packageRef({ name, version }: Package, id: string): string {
  return `${name}@${version}#${id}`;
}

export function packageComponent(
  pkg: Package,
  id: string,
  { layers, distribution }: Inventory,
  spec: CyclonedxVersion,
): object {
  const supplier = describeSupplier(pkg, distribution);
  const location = { name: 'bulla:location', value: pkg.location };
  return {
    // Nothing else tells programs from libraries.
    type: pkg.type === 'generic' ? 'application' : 'library',
    'bom-ref': packageRef(pkg, id),
    supplier: supplier === undefined ? undefined : { name: supplier },
    ...splitName(pkg),
    version: componentVersion(pkg.version),
    licenses: licensesOf(pkg.licenses, spec),
    purl: pkg.purl,
    evidence: spec.occurrences ? { occurrences: [{ location: pkg.location }] } : undefined,
    properties: [...packageProperties(pkg, layers[pkg.layer]), ...(spec.occurrences ? [] : [location])],
  };
}

/** A version as the schema takes it, no longer than 1,024 characters; the purl has all of it. */
export function componentVersion(version: string): string {
  return version.slice(0, 1024);
}

/** What stands between the group of a name and the rest of it: `org.slf4j:slf4j-api`, `@babel/core`, `symfony/yaml`. */
const separators: Readonly<Partial<Record<PackageType, string>>> = { maven: ':', npm: '/', composer: '/' };

function splitName({ type, name }: Package): { group?: string; name: string } {
  const separator = separators[type];
  const end = separator === undefined ? -1 : name.lastIndexOf(separator);
  return end <= 0 ? { name } : { group: name.slice(0, end), name: name.slice(end + 1) };
}
