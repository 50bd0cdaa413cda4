import type { FeedName } from '#advisories/feeds/feed.ts';
import { lookupName } from '#advisories/package-name.ts';
import type { Distribution } from '#inventory/distribution.ts';
import { isOsPackage, type Package, type PackageType } from '#inventory/package.ts';
import type { SchemeName } from '#versions/index.ts';
import { distributionRules } from './distribution-rules.ts';

/** Where what is known about a package is looked for. */
export type Placement =
  | {
      readonly kind: 'known';
      readonly scheme: SchemeName;
      readonly places: readonly Place[];
      /** The version that advisories speak of: the source package's where they go by source packages. */
      readonly version: string;
      /** What must be known to read the result right. */
      readonly note?: string;
    }
  /** Nobody whom we can ask knows about it. */
  | { readonly kind: 'unsupported'; readonly what: string };

/** A part of a feed, and the name under which it speaks of the package. */
export interface Place extends FeedPlace {
  readonly name: string;
}

/** A part of a feed. */
export interface FeedPlace {
  readonly feed: FeedName;
  readonly part: string;
  /** As the feed's records write it. */
  readonly ecosystem: string;
  /** `main` must be there; `overlay` corrects it if it is; `fallback` is asked where the main one is not there. */
  readonly role: 'main' | 'overlay' | 'fallback';
}

/** What of the whole image decides where to look. */
export interface PlacementContext {
  readonly distribution?: Distribution;
  /** Whether the image takes packages from Ubuntu's paid archive. */
  readonly ubuntuPro: boolean;
}

export function contextOf(packages: readonly Package[], distribution: Distribution | undefined): PlacementContext {
  const ubuntuPro = distribution?.id === 'ubuntu' && packages.some(({ version }) => /\besm\d|fips/i.test(version));
  return { distribution, ubuntuPro };
}

/** Where advisories about a package are: by distribution and release for its packages, by name for those of languages. */
export function placementOf(pkg: Package, context: PlacementContext): Placement {
  if (!isOsPackage(pkg.type)) return languagePlacement(pkg);
  const distribution = pkg.distribution ?? context.distribution;
  if (distribution === undefined) return { kind: 'unsupported', what: 'packages of an unknown distribution' };
  const rule = distributionRules.get(distribution.id);
  if (rule === undefined) return { kind: 'unsupported', what: distribution.name };
  if (!distribution.known && distribution.version === '') {
    return { kind: 'unsupported', what: `${distribution.name} of an unknown release` };
  }
  const { scheme, places, bySource, note } = rule(distribution.version, context.ubuntuPro);
  const { name, version } = bySource ? (pkg.source ?? pkg) : pkg;
  return { kind: 'known', scheme, places: places.map((place) => ({ ...place, name })), version, note };
}

const languages: ReadonlyMap<PackageType, { readonly ecosystem: string; readonly scheme: SchemeName }> = new Map([
  ['npm', { ecosystem: 'npm', scheme: 'semver' }],
  ['pypi', { ecosystem: 'PyPI', scheme: 'pep440' }],
  ['maven', { ecosystem: 'Maven', scheme: 'maven' }],
  ['golang', { ecosystem: 'Go', scheme: 'go' }],
  ['cargo', { ecosystem: 'crates.io', scheme: 'semver' }],
  ['gem', { ecosystem: 'RubyGems', scheme: 'gem' }],
  ['composer', { ecosystem: 'Packagist', scheme: 'composer' }],
  ['nuget', { ecosystem: 'NuGet', scheme: 'nuget' }],
]);

function languagePlacement({ type, name, version }: Package): Placement {
  const language = languages.get(type);
  if (language === undefined) return { kind: 'unsupported', what: `packages of type ${type}` };
  const { ecosystem, scheme } = language;
  const place: Place = { feed: 'osv', part: ecosystem, ecosystem, name: lookupName(ecosystem, name), role: 'main' };
  return { kind: 'known', scheme, places: [place], version };
}

/** Kernel headers carry the kernel's name and so all of its flaws, but no kernel. */
export function isHeadersOnly({ type, name }: Package): boolean {
  return isOsPackage(type) && /^(?:linux-libc-dev|linux-headers\b.*|kernel-headers|linux-api-headers)$/.test(name);
}
