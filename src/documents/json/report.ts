import { countFindings } from '#findings/counts.ts';
import type { Package } from '#inventory/package.ts';
import type { ReportFormat } from '#documents/format.ts';
import type { Report } from '#documents/report.ts';
import { absolute, findingOf, imageOf, layerOf, packageOf } from './elements.ts';

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
