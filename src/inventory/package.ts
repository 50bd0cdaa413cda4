import type { Distribution } from './distribution.ts';

/** The package types of this program: the types of the package-url specification for what it can find in an image. */
export type PackageType =
  | 'apk'
  | 'cargo'
  | 'composer'
  | 'deb'
  | 'gem'
  | 'generic'
  | 'golang'
  | 'maven'
  | 'npm'
  | 'nuget'
  | 'opkg'
  | 'pypi'
  | 'rpm';

/** The types whose packages a distribution ships: they are matched by distribution and release. */
export type OsPackageType = 'apk' | 'deb' | 'opkg' | 'rpm';

export function isOsPackage(type: PackageType): type is OsPackageType {
  return type === 'apk' || type === 'deb' || type === 'rpm' || type === 'opkg';
}

/** A package of an image. */
export interface Package {
  /** Package URL, with all that a matcher needs to judge the package without the image. Not unique: see `location`. */
  readonly purl: string;
  readonly type: PackageType;
  /** As its ecosystem writes it: `@scope/name`, `group:artifact`, a Go module path. */
  readonly name: string;
  /** As its ecosystem writes it, with the epoch where there is one. */
  readonly version: string;
  /** The distribution that it belongs to, where that is not the one of the whole inventory: in lists of package URLs. */
  readonly distribution?: Distribution;
  /** The package it was built from, for packages of a distribution. */
  readonly source?: { readonly name: string; readonly version: string };
  readonly architecture?: string;
  /** Licence expressions or names, as stated by the package. */
  readonly licenses: readonly string[];
  /** The file that says so; `outer.jar!/inner.jar` for what lies inside an archive. */
  readonly location: string;
  /** Position of the layer that brought it, from 0. */
  readonly layer: number;
  /** Paths of the files that belong to it, sorted. */
  readonly files: readonly string[];
  /** Package URL of the distribution's package that this one is a part of. */
  readonly ownedBy?: string;
  /** It is the image's own application, which no registry knows, so that nobody publishes advisories about it. */
  readonly isOwn?: boolean;
  /** Who distributes it, if that is not the image's distribution. */
  readonly vendor?: string;
  /** The RPM module stream, `name:stream`. */
  readonly module?: string;
  /** The symbols that a program has of a Go module, packed: see `hasSymbol`. For advisories that name symbols. */
  readonly symbols?: string;
  readonly foundBy: string;
}
