import type { Knowledge, SourcedAdvisory } from '#advisories/knowledge.ts';
import type { Inventory } from '#inventory/inventory.ts';
import { isOsPackage, type Package } from '#inventory/package.ts';
import { answerOf } from './answer.ts';
import { decide, type Decision } from './decide.ts';
import { groupByFlaw } from './flaws.ts';
import { contextOf, placementOf, type Place, type Placement } from './places.ts';

/** What is known about one package. */
export interface JudgedPackage {
  readonly package: Package;
  readonly placement: Extract<Placement, { kind: 'known' }>;
  /** Where was really looked: the places whose advisories are there. */
  readonly asked: readonly Place[];
  /** One for each flaw that any advisory of the package is about, those that it does not have included. */
  readonly decisions: readonly Decision[];
}

/** A package that could not be judged, and why. */
export interface UnjudgedPackage {
  readonly package: Package;
  readonly reason:
    | { readonly kind: 'unsupported'; readonly what: string }
    | { readonly kind: 'missing'; readonly place: Place }
    | { readonly kind: 'third-party'; readonly vendor: string };
}

export interface Judgement {
  readonly judged: readonly JudgedPackage[];
  readonly unjudged: readonly UnjudgedPackage[];
}

/**
 * Asks all advisories about all packages. Packages of languages that are a part of a package of the distribution are left to
 * that one, if the distribution's advisories are there.
 */
export function judgePackages(
  { packages, distribution }: Pick<Inventory, 'packages' | 'distribution'>,
  knowledge: Knowledge,
): Judgement {
  const context = contextOf(packages, distribution);
  const ready: Omit<JudgedPackage, 'decisions'>[] = [];
  const unjudged: UnjudgedPackage[] = [];
  const judgedOwners = new Set<string>();
  // Packages of the distribution first, so that it is known which of them answer for what they own.
  for (const pkg of packages.toSorted((a, b) => Number(isOsPackage(b.type)) - Number(isOsPackage(a.type)))) {
    if (pkg.isOwn === true || (pkg.ownedBy !== undefined && judgedOwners.has(pkg.ownedBy))) continue;
    const prepared = prepare(pkg, placementOf(pkg, context), knowledge);
    if ('reason' in prepared) unjudged.push(prepared);
    else {
      ready.push(prepared);
      if (isOsPackage(pkg.type)) judgedOwners.add(pkg.purl);
    }
  }
  const advisories = lookUp(ready, knowledge);
  return { judged: ready.map((item) => ({ ...item, decisions: decisionsFor(item, advisories) })), unjudged };
}

function prepare(
  pkg: Package,
  placement: Placement,
  knowledge: Knowledge,
): Omit<JudgedPackage, 'decisions'> | UnjudgedPackage {
  if (pkg.vendor !== undefined && isOsPackage(pkg.type)) {
    return { package: pkg, reason: { kind: 'third-party', vendor: pkg.vendor } };
  }
  if (placement.kind === 'unsupported') return { package: pkg, reason: placement };
  const there = placement.places.filter(({ feed, part, ecosystem }) => knowledge.has(feed, part, ecosystem));
  const asked = there.filter(({ role }) => role !== 'fallback');
  if (asked.length === 0) asked.push(...there);
  const [place] = placement.places;
  if (asked.length > 0 || place === undefined) return { package: pkg, placement, asked };
  return { package: pkg, reason: { kind: 'missing', place } };
}

type Found = ReadonlyMap<string, readonly SourcedAdvisory[]>;

/** Looks up all packages at once, one question a place. */
function lookUp(items: readonly Pick<JudgedPackage, 'asked'>[], knowledge: Knowledge): Found {
  const questions = new Map<string, { place: Place; names: Set<string> }>();
  for (const place of items.flatMap(({ asked }) => asked)) {
    const key = [place.feed, place.part, place.ecosystem].join(' ');
    const question = questions.get(key) ?? { place, names: new Set() };
    questions.set(key, question);
    question.names.add(place.name);
  }
  const found = new Map<string, SourcedAdvisory[]>();
  for (const { place, names } of questions.values()) {
    for (const advisory of knowledge.advisories(place.feed, place.part, place.ecosystem, [...names])) {
      const key = keyOf(place, advisory.advisory.package);
      const list = found.get(key);
      if (list === undefined) found.set(key, [advisory]);
      else list.push(advisory);
    }
  }
  return found;
}

function decisionsFor({ package: pkg, placement, asked }: Omit<JudgedPackage, 'decisions'>, found: Found): Decision[] {
  const advisories = asked.flatMap((place) => found.get(keyOf(place, place.name)) ?? []);
  const answers = advisories.map((advisory) => answerOf(advisory, pkg, placement.version, placement.scheme));
  return groupByFlaw(answers)
    .map(decide)
    .filter((decision) => decision !== undefined);
}

function keyOf({ feed, part, ecosystem }: Place, name: string): string {
  return [feed, part, ecosystem, name].join(' ');
}
