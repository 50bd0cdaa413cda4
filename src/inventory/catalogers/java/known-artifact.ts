import { families, type Family } from './families.ts';

/** Maven coordinates without a version. */
export interface Coordinates {
  readonly group: string;
  readonly name: string;
}

interface Known extends Coordinates {
  readonly family: Family;
}

const byName = new Map<string, Known[]>();
const byPrefix: { readonly prefix: string; readonly family: Family }[] = [];
for (const family of families) {
  for (const word of family.artifacts.split(/\s+/)) {
    const [file = '', name = file] = word.split('=');
    if (word.endsWith('*')) byPrefix.push({ prefix: word.slice(0, -1), family });
    else byName.set(file, [...(byName.get(file) ?? []), { group: family.group, name, family }]);
  }
}

/**
 * The coordinates of a well-known artifact.
 * @param name the name of the artifact, or that of its file without the version
 * @param packages the packages of the archive's classes, two levels of each, with slashes
 */
export function knownArtifact(name: string, version: string, packages: ReadonlySet<string>): Coordinates | undefined {
  const byStart = byPrefix.filter(({ prefix }) => name.startsWith(prefix) && name !== prefix);
  const candidates = [
    ...(byName.get(name) ?? []),
    ...byStart.map(({ family }) => ({ group: family.group, name, family })),
  ];
  const found = candidates.find(({ family }) => isMajorOf(version, family) && hasPackage(packages, family.package));
  return found === undefined ? undefined : { group: found.group, name: found.name };
}

/** Every group and artifact of the table, those with prefixes left out: what tests compare with other sources. */
export function allKnownArtifacts(): Coordinates[] {
  return [...byName.values()].flat().map(({ group, name }) => ({ group, name }));
}

function isMajorOf(version: string, { major: [from, below] = [0, Infinity] }: Family): boolean {
  const major = Number.parseInt(version, 10);
  return Number.isNaN(major) || (major >= from && major < below);
}

function hasPackage(packages: ReadonlySet<string>, wanted: string): boolean {
  return packages.has(wanted) || [...packages].some((name) => name.startsWith(`${wanted}/`));
}
