import { dpkg } from './dpkg.ts';
import { longestVersion, type SchemeName, type VersionScheme } from './scheme.ts';

/** Every version scheme there is. To add one, write its file and name it here. */
export const schemes: readonly VersionScheme[] = [dpkg];

const byName: ReadonlyMap<string, VersionScheme> = new Map(schemes.map((scheme) => [scheme.name, scheme]));

export type { SchemeName, VersionScheme } from './scheme.ts';

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
  const left = a.length > longestVersion ? undefined : scheme?.parse(a);
  const right = b.length > longestVersion ? undefined : scheme?.parse(b);
  return scheme === undefined || left === undefined || right === undefined ? undefined : scheme.compare(left, right);
}
