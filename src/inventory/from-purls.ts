import { PackageURL } from 'packageurl-js';
import { recognise, type Distribution } from './distribution.ts';
import { inventoryGaps, type UnreadPlace } from './coverage.ts';
import { distributions } from './distributions.ts';
import type { Inventory } from './inventory.ts';
import { inventoryLimits } from './limits.ts';
import { isOsPackage, type Package, type PackageType } from './package.ts';

/** The types of the specification that we know something about. */
const knownTypes: ReadonlySet<string> = new Set<PackageType>([
  'apk',
  'cargo',
  'composer',
  'deb',
  'gem',
  'golang',
  'maven',
  'npm',
  'nuget',
  'opkg',
  'pypi',
  'rpm',
]);

/**
 * An inventory from a list of package URLs, one a line; empty lines and lines that start with `#` are passed over. A line that is
 * not a package URL is named in the coverage ledger. Packages of distributions say which by the qualifier `distro`.
 */
export function inventoryFromPurls(text: string, location: string): Inventory {
  const packages: Package[] = [];
  const unread: UnreadPlace[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const purl = line.trim();
    if (purl === '' || purl.startsWith('#')) continue;
    const found = packages.length < inventoryLimits.packagesPerFile ? packageFromPurl(purl, location) : undefined;
    if (found !== undefined) packages.push(found);
    else
      unread.push({ path: location, layer: 0, why: `line ${index + 1} is not a package URL: ${purl.slice(0, 200)}` });
  }
  const executables = { total: 0, unknown: [], opaqueTotal: 0, scriptTotal: 0 };
  return {
    packages,
    layers: [],
    coverage: {
      sources: [{ path: location, layer: 0, cataloger: 'purl', packages: packages.length }],
      executables,
      unread,
      skipped: [],
      gaps: inventoryGaps(
        packages,
        packages.find((pkg) => pkg.distribution !== undefined)?.distribution,
        { unread, executables },
        [],
      ),
    },
  };
}

/** The package that a package URL means; nothing if the text is not one, or names no version. */
export function packageFromPurl(purl: string, location: string): Package | undefined {
  const parsed = parse(purl);
  if (parsed === undefined || parsed.version === undefined || parsed.version === '') return undefined;
  const { namespace, name } = parsed;
  const type = knownTypes.has(parsed.type) ? (parsed.type as PackageType) : 'generic';
  const qualifiers = new Map(Object.entries(parsed.qualifiers ?? {}));
  const epoch = qualifiers.get('epoch');
  const isOs = isOsPackage(type);
  const version = epoch === undefined || parsed.version.includes(':') ? parsed.version : `${epoch}:${parsed.version}`;
  const separator = type === 'maven' ? ':' : '/';
  return {
    purl,
    type,
    name: isOs || namespace === undefined || namespace === null ? name : `${namespace}${separator}${name}`,
    version,
    source: isOs ? sourceOf(name, version, qualifiers.get('upstream')) : undefined,
    architecture: qualifiers.get('arch'),
    licenses: [],
    location,
    layer: 0,
    files: [],
    vendor: qualifiers.get('vendor'),
    module: qualifiers.get('rpmmod'),
    distribution: isOs ? distributionOf(namespace ?? '', qualifiers.get('distro')) : undefined,
    foundBy: 'purl',
  };
}

function parse(purl: string): PackageURL | undefined {
  try {
    return PackageURL.fromString(purl);
  } catch {
    return undefined;
  }
}

/** `upstream=NAME` or `upstream=NAME@VERSION` */
function sourceOf(name: string, version: string, upstream: string | undefined): Package['source'] {
  const [, source = name, sourceVersion = version] = /^([^@]+)(?:@(.+))?$/.exec(upstream ?? '') ?? [];
  return { name: source, version: sourceVersion };
}

/** `debian-12`, `alpine-3.20.3`, `ubuntu-jammy`, or just the name of the release: `bookworm`. */
function distributionOf(namespace: string, distro: string | undefined): Distribution | undefined {
  const id = distributions.find(
    (candidate) => distro?.toLowerCase().startsWith(`${candidate.id.toLowerCase()}-`) === true,
  )?.id;
  const release = id === undefined ? distro : distro?.slice(id.length + 1);
  const owner = id ?? (namespace === '' ? undefined : namespace);
  return owner === undefined
    ? undefined
    : recognise([
        {
          id: owner,
          versionId: release?.replace(/^v/, ''),
          codename: /^[a-z]+$/i.exec(release ?? '')?.[0].toLowerCase(),
        },
      ]);
}
