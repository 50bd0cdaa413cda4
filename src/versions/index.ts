import { apk } from './apk.ts';
import { composer } from './composer.ts';
import { cran } from './cran.ts';
import { dpkg } from './dpkg.ts';
import { gem } from './gem.ts';
import { go } from './go.ts';
import { hackage } from './hackage.ts';
import { maven } from './maven.ts';
import { nuget } from './nuget.ts';
import { pep440 } from './pep440.ts';
import { pub } from './pub.ts';
import { rpm } from './rpm.ts';
import type { SchemeName, VersionScheme } from './scheme.ts';
import { semver } from './semver.ts';

export type { SchemeName, VersionScheme } from './scheme.ts';

/** Every version scheme there is. To add one, write its file and name it here. */
export const schemes: readonly VersionScheme[] = [
  dpkg,
  apk,
  rpm,
  semver,
  go,
  pep440,
  maven,
  gem,
  nuget,
  composer,
  cran,
  hackage,
  pub,
];

const byName: ReadonlyMap<string, VersionScheme> = new Map(schemes.map((scheme) => [scheme.name, scheme]));

/** The scheme of that name, if there is one. */
export function findScheme(name: string): VersionScheme | undefined {
  return byName.get(name);
}

/**
 * Compares two versions as the ecosystem does.
 * @returns negative, 0 or positive; `undefined` if the scheme cannot read one of them
 */
export function compareVersions(name: SchemeName, a: string, b: string): number | undefined {
  const scheme = byName.get(name);
  const left = scheme?.parse(a);
  const right = scheme?.parse(b);
  return scheme === undefined || left === undefined || right === undefined ? undefined : scheme.compare(left, right);
}
