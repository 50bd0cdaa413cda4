import { algorithmOf, digestOf, hexOf, type Digest } from '#kit/digest.ts';
import type { Distribution } from '#inventory/distribution.ts';
import type { Inventory, InventoryLayer } from '#inventory/inventory.ts';
import type { Package } from '#inventory/package.ts';
import {
  distributionProperties,
  imageProperties,
  layerProperties,
  packageProperties,
  type Property,
} from '#documents/properties.ts';
import type { SbomSubject } from '#documents/sbom-subject.ts';
import type { DeclaredLicense } from '#documents/licenses/declared-license.ts';
import { describeSupplier } from '#documents/supplier.ts';
import type { SpdxVersion } from './versions.ts';

/** What all elements of a document have in common. */
export interface ElementContext {
  readonly spec: SpdxVersion;
  readonly annotate: (properties: readonly Property[]) => object;
}

export const imageId = 'SPDXRef-Image';
export const operatingSystemId = 'SPDXRef-OperatingSystem';

/** The image; its version and checksum are the digest of its manifest. */
export function imageElement(
  { name: { name, purl }, ...subject }: SbomSubject,
  { spec, annotate }: ElementContext,
  built: string | undefined,
): object {
  return element(spec, {
    id: imageId,
    name,
    version: subject.digest,
    purpose: 'CONTAINER',
    digest: subject.digest,
    built,
    purl,
    annotations: [annotate(imageProperties(subject, []))],
  });
}

export function operatingSystemElement(distribution: Distribution, { spec, annotate }: ElementContext): object {
  return element(spec, {
    id: operatingSystemId,
    name: distribution.id,
    version: distribution.version,
    purpose: 'OPERATING_SYSTEM',
    summary: distribution.name,
    annotations: [annotate(distributionProperties(distribution))],
  });
}

export function layerId({ index }: InventoryLayer): string {
  return `SPDXRef-Layer-${index}`;
}

/** A layer as it is stored, with its digest as checksum. */
export function layerElement(layer: InventoryLayer, { spec, annotate }: ElementContext): object {
  return element(spec, {
    id: layerId(layer),
    name: layer.digest ?? `layer ${layer.index}`,
    purpose: 'ARCHIVE',
    digest: layer.digest,
    annotations: [annotate(layerProperties(layer))],
  });
}

/** The id of a package's element; `id` is that of `identifyPackages`. */
export function packageId({ type, name }: Package, id: string): string {
  return `SPDXRef-Package-${type}-${slug(name)}-${id}`;
}

export function packageElement(
  pkg: Package,
  id: string,
  { expression }: DeclaredLicense,
  { layers, distribution }: Inventory,
  { spec, annotate }: ElementContext,
): object {
  const layer = layers[pkg.layer];
  const supplier = describeSupplier(pkg, distribution);
  return element(spec, {
    id: packageId(pkg, id),
    name: pkg.name,
    version: pkg.version,
    supplier: supplier === undefined ? undefined : organization(supplier),
    sourceInfo: `found by ${pkg.foundBy} in ${pkg.location}, layer ${pkg.layer}${layer?.digest === undefined ? '' : ` (${layer.digest})`}`,
    license: expression,
    purl: pkg.purl,
    annotations: [annotate([{ name: 'bulla:location', value: pkg.location }, ...packageProperties(pkg, layer)])],
  });
}

export function sourceId({ type, source }: Package): string {
  const { name = '', version = '' } = source ?? {};
  return `SPDXRef-Source-${type}-${slug(name)}-${hexOf(digestOf(`${type}\0${name}\0${version}`)).slice(0, 16)}`;
}

/** What packages of a distribution were built from. It has no purl, lest matchers take it for something installed. */
export function sourceElement(pkg: Package, spec: SpdxVersion): object {
  return element(spec, {
    id: sourceId(pkg),
    name: pkg.source?.name ?? '',
    version: pkg.source?.version,
    purpose: 'SOURCE',
  });
}

interface ElementFacts {
  readonly id: string;
  readonly name: string;
  readonly version?: string;
  readonly purpose?: string;
  readonly supplier?: string;
  readonly digest?: Digest;
  readonly sourceInfo?: string;
  readonly license?: string;
  readonly summary?: string;
  readonly built?: string;
  readonly purl?: string;
  readonly annotations?: readonly object[];
}

/** SPDX 2.3, clause 7: whatever was not looked for is `NOASSERTION`. */
function element(spec: SpdxVersion, facts: ElementFacts): object {
  const { digest, purl } = facts;
  const reference = { referenceCategory: spec.packageManager, referenceType: 'purl', referenceLocator: purl };
  return {
    SPDXID: facts.id,
    name: facts.name,
    versionInfo: facts.version,
    supplier: facts.supplier ?? 'NOASSERTION',
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    primaryPackagePurpose: spec.purposes ? facts.purpose : undefined,
    builtDate: spec.purposes ? facts.built : undefined,
    checksums: digest === undefined ? undefined : [checksumOf(digest)],
    sourceInfo: facts.sourceInfo,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: facts.license ?? 'NOASSERTION',
    copyrightText: 'NOASSERTION',
    summary: facts.summary,
    externalRefs: purl === undefined ? undefined : [reference],
    annotations: facts.annotations,
  };
}

function checksumOf(digest: Digest): object {
  return { algorithm: algorithmOf(digest).toUpperCase(), checksumValue: hexOf(digest) };
}

/** Letters, digits, dots and hyphens, which is all that an id may have. */
function slug(name: string): string {
  return name.slice(0, 40).replaceAll(/[^A-Za-z0-9.]+/g, '-');
}

/** Without parentheses, which would be read as an e-mail address. */
function organization(name: string): string | undefined {
  const bare = name.replaceAll(/[()\s]+/g, ' ').trim();
  return bare === '' ? undefined : `Organization: ${bare}`;
}
