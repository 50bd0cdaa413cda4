import { digestOf, hexOf } from '#kit/digest.ts';
import type { Package } from '#inventory/package.ts';

/** Short ids of packages, unique in a document. */
export interface PackageIds {
  /** In the order of the packages. */
  readonly all: readonly string[];
  /** The id of a package, also of one that is not among them. */
  readonly of: (pkg: Package) => string;
}

/**
 * Gives every package an id that depends on nothing but its purl and location, so that it is the same in every document about
 * any image that has it there.
 */
export function identifyPackages(packages: readonly Package[]): PackageIds {
  const taken = new Map<string, number>();
  const known = new Map<string, string>();
  const all = packages.map((pkg) => {
    const short = shortId(pkg);
    const count = (taken.get(short) ?? 0) + 1;
    taken.set(short, count);
    // A hostile image could make two packages whose short digests are equal.
    const id = count === 1 ? short : `${short}-${count}`;
    if (!known.has(keyOf(pkg))) known.set(keyOf(pkg), id);
    return id;
  });
  return { all, of: (pkg) => known.get(keyOf(pkg)) ?? shortId(pkg) };
}

function shortId(pkg: Package): string {
  return hexOf(digestOf(keyOf(pkg))).slice(0, 16);
}

function keyOf({ purl, location }: Package): string {
  return `${purl}\0${location}`;
}
