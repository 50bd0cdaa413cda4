import type { AdvisoryRecord } from '#advisories/advisory.ts';
import type { Answer } from './answer.ts';

/** Everything that is said of one flaw in one package. */
export interface Flaw {
  /** Its CVE, or the id that it goes by without one. */
  readonly id: string;
  /** Its other names, sorted. */
  readonly aliases: readonly string[];
  readonly answers: readonly Answer[];
}

/**
 * Sorts answers by the flaw that they are about. Names of one flaw are joined over all records: GHSA-…, PYSEC-… and GO-… with one
 * CVE are one flaw. An erratum of a distribution corrects several flaws, and belongs to each of them without joining them.
 */
export function groupByFlaw(answers: readonly Answer[]): Flaw[] {
  const joined = createUnion();
  for (const { record } of answers) {
    const [first, ...others] = namesOf(record);
    joined.add(first);
    if (!isErratum(record)) for (const other of others) joined.join(first, other);
  }
  const flaws = new Map<string, { names: Set<string>; answers: Answer[] }>();
  for (const answer of answers) {
    for (const name of isErratum(answer.record) ? namesOf(answer.record) : [answer.record.id]) {
      const root = joined.rootOf(name);
      const flaw = flaws.get(root) ?? { names: new Set<string>(), answers: [] };
      if (!flaw.answers.includes(answer)) flaw.answers.push(answer);
      for (const other of isErratum(answer.record) ? [name] : namesOf(answer.record)) flaw.names.add(other);
      flaws.set(root, flaw);
    }
  }
  return [...flaws.values()].map(toFlaw);
}

/** Errata of distributions: one for several flaws, and no flaw by itself. */
export function isErratum({ id }: AdvisoryRecord): boolean {
  return /^(?:DSA|DLA|DTSA|USN|LSN|ALSA|ALBA|ALEA|RLSA|RXSA|RHSA|RHBA|RHEA|ELSA|SUSE-|openSUSE-|MGASA|openEuler-SA)/.test(
    id,
  );
}

/** The names by which a record knows what it is about; of an erratum the flaws that it corrects. */
function namesOf(record: AdvisoryRecord): [string, ...string[]] {
  const { id, aliases, upstream, related } = record;
  if (!isErratum(record)) return [id, ...aliases, ...upstream.map(bareId), bareId(id)];
  const [first, ...others] = [...aliases, ...upstream, ...related]
    .map(bareId)
    .filter((name) => name.startsWith('CVE-'));
  return first === undefined ? [id] : [first, ...others];
}

/** A distribution's record of a CVE is called after it: DEBIAN-CVE-2024-1, UBUNTU-CVE-2024-1, ALPINE-CVE-2024-1. */
function bareId(id: string): string {
  return /^[A-Z]+-(CVE-\d+-\d+)$/.exec(id)?.[1] ?? id;
}

function toFlaw({ names, answers }: { names: Set<string>; answers: Answer[] }): Flaw {
  const sorted = [...names].filter((name) => bareId(name) === name).toSorted(byPreference);
  const [id = '', ...aliases] = sorted;
  return { id, aliases, answers };
}

/** A CVE before the id of a registry's database before others; the lowest number first. */
function byPreference(a: string, b: string): number {
  return rank(a) - rank(b) || a.localeCompare(b, 'en', { numeric: true });
}

const preferred = ['CVE-', 'MAL-', 'GHSA-', 'RUSTSEC-', 'GO-', 'PYSEC-'];

function rank(id: string): number {
  const found = preferred.findIndex((prefix) => id.startsWith(prefix));
  return found < 0 ? preferred.length : found;
}

/** Disjoint sets of names. */
function createUnion() {
  const parents = new Map<string, string>();
  function rootOf(name: string): string {
    let root = name;
    for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root))
      root = parent;
    return root;
  }
  return {
    rootOf,
    add: (name: string) => void (parents.has(name) || parents.set(name, name)),
    join(a: string, b: string): void {
      const [first, second] = [rootOf(a), rootOf(b)];
      parents.set(second, first);
    },
  };
}
