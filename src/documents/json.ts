import type { Finding } from '#findings/finding.ts';
import { countFindings } from '#findings/counts.ts';
import type { Inventory } from '#inventory/inventory.ts';
import type { Package } from '#inventory/package.ts';
import type { ReportFormat } from './format.ts';
import type { Report, Subject } from './report.ts';

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
const schemaVersion = 1;

/** Everything that a scan has to say, as `schemas/report.schema.json` describes it. Paths in images are absolute. */
export const json: ReportFormat = {
  name: 'json',
  write(report) {
    const { tool, created, subject, inventory, matched } = report;
    const { distribution } = inventory;
    const body = {
      schemaVersion,
      tool,
      created,
      image: imageOf(subject),
      distro: distribution ?? null,
      summary: countFindings(matched.findings),
      packages: inventory.packages.map((pkg) => ({ ...packageOf(pkg, inventory), ...packageDetails(pkg) })),
      findings: matched.findings.map((finding) => findingOf(finding, inventory)),
      layers: inventory.layers.map(layerOf),
      coverage: coverageOf(report),
    };
    return `${JSON.stringify(body, undefined, 2)}\n`;
  },
};

function imageOf({ reference, digest, indexDigest, id, platform, created, base }: Subject) {
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

function packageOf(pkg: Package, { layers }: Inventory) {
  const layer = layers[pkg.layer];
  return {
    purl: pkg.purl,
    name: pkg.name,
    version: pkg.version,
    location: absolute(pkg.location),
    layer: layer === undefined ? null : layerOf(layer),
  };
}

function packageDetails({
  type,
  source,
  architecture,
  licenses,
  module,
  vendor,
  isOwn,
  ownedBy,
  foundBy,
  files,
}: Package) {
  return {
    type,
    source: source ?? null,
    architecture: architecture ?? null,
    licenses,
    module,
    vendor,
    isOwn,
    ownedBy,
    foundBy,
    files: files.map(absolute),
  };
}

function layerOf({ index, digest, diffId, createdBy, size, absent }: Inventory['layers'][number]) {
  return { index, digest: digest ?? null, diffID: diffId ?? null, createdBy, size, absent: absent || undefined };
}

function findingOf(finding: Finding, inventory: Inventory) {
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

function coverageOf({ inventory, matched }: Report) {
  const { sources, executables, unread, skipped, gaps } = inventory.coverage;
  const all = [...gaps, ...matched.gaps];
  return {
    complete: all.length === 0,
    gaps: all,
    notes: matched.notes,
    sources: sources.map((source) => ({ ...source, path: absolute(source.path) })),
    executables: {
      total: executables.total,
      opaque: executables.opaqueTotal,
      scripts: executables.scriptTotal,
      examples: executables.unknown.map((item) => ({ ...item, path: absolute(item.path) })),
    },
    unread: unread.map((item) => ({ ...item, path: absolute(item.path) })),
    skipped: skipped.map((item) => ({ ...item, path: absolute(item.path) })),
    feeds: matched.feeds,
  };
}

/** A path in the image from its root; what is no path, such as the name of a list, stays as it is. */
function absolute(path: string): string {
  return /^(?:\/|purls?:)/.test(path) ? path : `/${path}`;
}
