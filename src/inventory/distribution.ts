import type { ReleaseFacts } from './cataloger.ts';
import { distributions, type DistributionFacts, type Release } from './distributions.ts';

/** The operating system of an image. */
export interface Distribution {
  /** The ID of os-release(5), such as `debian`. */
  readonly id: string;
  /** The release that its packages are judged by: `12`, `3.20`; empty for a rolling distribution. */
  readonly version: string;
  readonly codename?: string;
  /** What it calls itself. */
  readonly name: string;
  /** Last day, as YYYY-MM-DD, on which everyone gets security updates; none if it is not known. */
  readonly endOfLife?: string;
  /** Whether its releases are in our table; for one that is not, nothing is known about its end of life. */
  readonly known: boolean;
}

/** Ubuntu and derivatives call a release that is not out yet by its codename only. */
const rollingBranches = new Set(['sid', 'unstable', 'edge', 'rawhide']);

/** Puts together what several files say of the operating system; earlier ones are believed first. */
export function recognise(pieces: readonly ReleaseFacts[]): Distribution | undefined {
  const facts = merged(pieces);
  if (facts.id === undefined) return undefined;
  const table = distributions.find(({ id }) => id.toLowerCase() === facts.id?.toLowerCase());
  const version = table === undefined ? (facts.versionId ?? '') : releaseOf(table, facts);
  const release = table?.releases.find((candidate) => candidate.version === version);
  return {
    id: table?.id ?? facts.id,
    version,
    codename: release?.codename ?? facts.codename,
    name: facts.prettyName ?? `${table?.name ?? facts.id} ${version}`.trim(),
    endOfLife: release === undefined ? undefined : endOf(release),
    known: table !== undefined && (release !== undefined || table.releaseParts === 0 || rollingBranches.has(version)),
  };
}

/** `Debian GNU/Linux 12`, the name and release in the shortest unmistakable form. */
export function describeDistribution({ name, id, version }: Distribution): string {
  return version === '' || name.includes(version) ? name : `${name} (${id} ${version})`;
}

function endOf({ until, freeUntil }: Release): string | undefined {
  const last = freeUntil ?? until;
  return last === '' ? undefined : last;
}

function merged(pieces: readonly ReleaseFacts[]): ReleaseFacts {
  const facts: { -readonly [Name in keyof ReleaseFacts]: ReleaseFacts[Name] } = {};
  for (const piece of pieces) {
    // Files of another distribution, left by a derivative, must not mix with what is already known.
    if (facts.id !== undefined && piece.id !== undefined && piece.id !== facts.id) continue;
    for (const name of Object.keys(piece) as (keyof ReleaseFacts)[]) {
      if (facts[name] === undefined) Object.assign(facts, { [name]: piece[name] });
    }
  }
  return facts;
}

function releaseOf(
  table: DistributionFacts,
  { versionId = '', codename, prettyName = '', repositories }: ReleaseFacts,
): string {
  if (table.releaseParts === 0) return '';
  // Alpine's development branch has the number of the next release; only the repositories tell.
  if (repositories?.includes('edge') === true) return 'edge';
  const numbers = versionId.split(/[._]/).slice(0, table.releaseParts);
  if (/^[0-9]+$/.test(numbers[0] ?? '')) return numbers.join('.');
  // Debian's testing and unstable have no number, and say "trixie/sid".
  const words = new Set([codename, ...prettyName.toLowerCase().split(/[\s/()]+/)]);
  return (
    table.releases.find((release) => release.codename !== undefined && words.has(release.codename))?.version ??
    (words.has('sid') ? 'sid' : '')
  );
}
