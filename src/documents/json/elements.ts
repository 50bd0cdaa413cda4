import type { Finding } from '#findings/finding.ts';
import type { Inventory } from '#inventory/inventory.ts';
import type { Package } from '#inventory/package.ts';
import type { Subject } from '#documents/report.ts';

/** What is the same in everything that we write as JSON. A fact that is not known is `null`; what does not apply is left out. */
export function imageOf({ reference, digest, indexDigest, id, platform, created, base }: Subject) {
  return {
    reference,
    digest: digest ?? null,
    indexDigest: indexDigest ?? null,
    id: id ?? null,
    platform: platform ?? null,
    created: created ?? null,
    base: base ?? null,
  };
}

export function packageOf(pkg: Package, { layers }: Inventory) {
  const layer = layers[pkg.layer];
  return {
    purl: pkg.purl,
    name: pkg.name,
    version: pkg.version,
    location: absolute(pkg.location),
    layer: layer === undefined ? null : layerOf(layer),
  };
}

export function layerOf({ index, digest, diffId, createdBy, size, absent }: Inventory['layers'][number]) {
  return { index, digest: digest ?? null, diffID: diffId ?? null, createdBy, size, absent: absent || undefined };
}

export function findingOf(finding: Finding, inventory: Inventory) {
  const { severity, exploited, epss, fix } = finding;
  return {
    id: finding.id,
    aliases: finding.aliases,
    kind: finding.kind,
    title: finding.title,
    package: packageOf(finding.package, inventory),
    severity: severity.level,
    rating: {
      score: severity.score ?? null,
      vector: severity.vector ?? null,
      source: severity.source,
      all: severity.ratings,
    },
    fix: { state: fix.state, versions: fix.versions, note: fix.note },
    exploited: exploited !== undefined,
    exploitation: exploited ?? null,
    epss: epss ?? null,
    part: finding.part,
    use: finding.use,
    headersOnly: finding.headersOnly,
    published: finding.published ?? null,
    advisories: finding.advisories,
    references: finding.references,
    why: finding.why,
  };
}

/** A path in the image from its root; what is no path, such as the name of a list, stays as it is. */
export function absolute(path: string): string {
  return /^(?:\/|purls?:)/.test(path) ? path : `/${path}`;
}
