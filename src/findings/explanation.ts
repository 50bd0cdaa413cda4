import type { Knowledge } from '#advisories/knowledge.ts';
import type { Inventory } from '#inventory/inventory.ts';
import type { Package } from '#inventory/package.ts';
import type { Decision } from './decide.ts';
import { explainDecision, searchedFor } from './explain.ts';
import type { Finding, Matched, Searched, Why } from './finding.ts';
import { judgePackages, type JudgedPackage } from './match.ts';

/** Everything that can be said of one flaw in one image. */
export interface Explanation {
  readonly flaw: string;
  /** Why it is reported, package by package. */
  readonly reported: readonly Finding[];
  /** Why it is not, for each package that an advisory about it names. */
  readonly notReported: readonly NotReported[];
  /** Where was looked without finding a word of it, for packages that were asked about by name. */
  readonly silent: readonly SilentPackage[];
}

export interface NotReported {
  readonly package: Package;
  readonly why: Why;
}

interface SilentPackage {
  readonly package: Package;
  readonly searched: readonly Searched[];
}

/**
 * Explains why a flaw is, or is not, reported for the packages of an image, or for those of one name.
 * @param flaw any name of it: CVE, GHSA, DSA …
 */
export function explainFlaw(
  flaw: string,
  packageName: string | undefined,
  inventory: Inventory,
  knowledge: Knowledge,
  matched: Matched,
): Explanation {
  const isMeant = (pkg: Package) =>
    packageName === undefined || [pkg.name, pkg.source?.name, pkg.purl].includes(packageName);
  const reported = matched.findings.filter((finding) => isMeant(finding.package) && isAbout(flaw, finding));
  const { judged } = judgePackages(inventory, knowledge);
  const notReported = judged
    .filter((item) => isMeant(item.package))
    .flatMap((item) => refusals(item, flaw))
    .concat(partsOfOthers(inventory, knowledge, flaw).filter((item) => isMeant(item.package)));
  const named = new Set([...reported, ...notReported].map((item) => item.package));
  const silent =
    packageName === undefined ? [] : judged.filter((item) => isMeant(item.package) && !named.has(item.package));
  return {
    flaw,
    reported,
    notReported,
    silent: silent.map((item) => ({ package: item.package, searched: searchedFor(item) })),
  };
}

function refusals(item: JudgedPackage, flaw: string): NotReported[] {
  return item.decisions
    .filter((decision) => decision.verdict !== 'affected' && isAbout(flaw, decision))
    .map((decision) => ({ package: item.package, why: explainDecision(item, decision) }));
}

/** Packages of languages that the distribution's packages answer for: what their own advisories say does not count. */
function partsOfOthers(inventory: Inventory, knowledge: Knowledge, flaw: string): NotReported[] {
  const owners = new Map(
    inventory.packages.flatMap((pkg) => (pkg.ownedBy === undefined ? [] : [[pkg.location, pkg.ownedBy]])),
  );
  const alone = inventory.packages
    .filter(({ ownedBy }) => ownedBy !== undefined)
    .map((pkg): Package => ({ ...pkg, ownedBy: undefined }));
  const { judged } = judgePackages({ packages: alone, distribution: inventory.distribution }, knowledge);
  return judged.flatMap((item) =>
    item.decisions
      .filter((decision) => isAbout(flaw, decision))
      .map((decision) => ({
        package: item.package,
        why: leftToOwner(item, decision, owners.get(item.package.location) ?? ''),
      })),
  );
}

function leftToOwner(item: JudgedPackage, decision: Decision, owner: string): Why {
  const why = explainDecision(item, decision);
  const { name, version } = item.package;
  const sentence = `${name} ${version} is a part of ${owner}, and that package's distribution answers for it. By itself: ${why.sentence}`;
  return { ...why, sentence, rule: "what a distribution's package owns is judged as that package" };
}

function isAbout(flaw: string, { id, aliases, ...rest }: Pick<Finding, 'id' | 'aliases'> | Decision): boolean {
  const wanted = flaw.toLowerCase();
  const records = 'answers' in rest ? rest.answers.map(({ record }) => record.id) : [];
  const advisories = 'advisories' in rest ? (rest as Finding).advisories : [];
  return [id, ...aliases, ...records, ...advisories].some((name) => name.toLowerCase() === wanted);
}
