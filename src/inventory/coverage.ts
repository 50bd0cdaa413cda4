import { countOf } from '#kit/amounts.ts';
import type { Distribution } from './distribution.ts';
import { isOsPackage, type Package } from './package.ts';

/**
 * The coverage ledger: what was looked at and, above all, what could not be. A result without findings means nothing unless
 * this is clean, so it is a part of every output.
 */
export interface Coverage {
  /** Files from which packages were read, by how many each told of. */
  readonly sources: readonly CatalogedFile[];
  /** Programs, libraries and scripts. */
  readonly executables: ExecutableCoverage;
  /** Files that should have told of packages, programs and folders that could not be read. */
  readonly unread: readonly UnreadPlace[];
  /** Files and folders that were not looked at on purpose. */
  readonly skipped: readonly UnreadPlace[];
  /** Everything that makes the result less than certain. */
  readonly gaps: readonly Gap[];
}

export interface CatalogedFile {
  readonly path: string;
  readonly layer: number;
  readonly cataloger: string;
  readonly packages: number;
}

export interface ExecutableCoverage {
  readonly total: number;
  /** Those that no package owns and no cataloger understands; the first {@link mostListed} of each kind. */
  readonly unknown: readonly UnknownExecutable[];
  /** How many of them are compiled, so that nobody can see what is in them. */
  readonly opaqueTotal: number;
  /** How many of them are scripts, which anyone can read. */
  readonly scriptTotal: number;
}

export interface UnknownExecutable {
  readonly path: string;
  readonly layer: number;
  readonly kind: 'elf' | 'script';
}

export interface UnreadPlace {
  readonly path: string;
  readonly layer: number;
  readonly why: string;
}

/** A reason why the answer is "unknown" rather than "nothing found". */
export interface Gap {
  readonly code: GapCode;
  /** One sentence for a person. */
  readonly message: string;
  /** What it concerns: paths, packages, ecosystems; the first {@link mostListed} of them. */
  readonly items: readonly string[];
}

/** The names of all gaps; stable, and each explained in docs/coverage.md. */
export const gapCodes = [
  'no-packages',
  'distribution-unknown',
  'files-unread',
  'layers-absent',
  'executables-unknown',
  'distribution-unsupported',
  'distribution-end-of-life',
  'advisories-missing',
  'advisories-stale',
  'versions-undetermined',
  'packages-third-party',
] as const;

export type GapCode = (typeof gapCodes)[number];

/** Longer lists say no more to a person, and a hostile image could make them endless. */
export const mostListed = 100;

/** The gaps that the inventory itself shows; matching adds those of the advisories. */
export function inventoryGaps(
  packages: readonly Package[],
  distribution: Distribution | undefined,
  { unread, executables }: Pick<Coverage, 'unread' | 'executables'>,
  absentLayers: readonly number[],
): Gap[] {
  const gaps: Gap[] = [];
  const osPackages = packages.filter(({ type }) => isOsPackage(type));
  if (packages.length === 0) gaps.push(gap('no-packages', 'no package was found, so nothing can be said about it', []));
  if (osPackages.length > 0 && distribution === undefined) {
    const message = `${osPackages.length} packages of a distribution were found, but not which one it is`;
    gaps.push(gap('distribution-unknown', message, []));
  }
  if (absentLayers.length > 0) {
    const message = `${countOf(absentLayers.length, 'layer')} not in the registry ("foreign"), and so not looked at`;
    gaps.push(gap('layers-absent', message, absentLayers.map(String)));
  }
  if (unread.length > 0) {
    const message = `${countOf(unread.length, 'place')} that may tell of packages could not be read`;
    gaps.push(
      gap(
        'files-unread',
        message,
        unread.map(({ path, why }) => `${path === '' ? '/' : path}: ${why}`),
      ),
    );
  }
  if (executables.opaqueTotal > 0) {
    const message = `${countOf(executables.opaqueTotal, 'program')} of unknown origin: in no package, and not saying all that is inside`;
    const opaque = executables.unknown.filter(({ kind }) => kind === 'elf').map(({ path }) => path);
    gaps.push(gap('executables-unknown', message, opaque));
  }
  return gaps;
}

export function gap(code: GapCode, message: string, items: readonly string[]): Gap {
  return { code, message, items: items.slice(0, mostListed) };
}
