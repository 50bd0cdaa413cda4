import type { Advisory, AdvisoryRecord } from '#advisories/advisory.ts';
import type { FeedName } from '#advisories/feeds/feed.ts';
import type { Knowledge } from '#advisories/knowledge.ts';
import type { Distribution } from '#inventory/distribution.ts';
import { packageFromPurl } from '#inventory/from-purls.ts';
import type { Inventory } from '#inventory/inventory.ts';
import type { Package } from '#inventory/package.ts';

/** An advisory in shorthand: who says what of which package. */
export interface Told {
  readonly id: string;
  readonly ecosystem: string;
  readonly name: string;
  /** `introduced..fixed`, both optional; `=1.0,1.1` for a list; nothing for none. */
  readonly range?: string;
  readonly feed?: FeedName;
  readonly record?: Partial<AdvisoryRecord>;
  readonly advisory?: Partial<Advisory>;
}

const day = '2026-06-01';

/** Knowledge made of advisories that a test writes down. */
export function knowledgeOf(
  told: readonly Told[],
  risk: { exploited?: readonly string[]; epss?: Readonly<Record<string, number>> } = {},
): Knowledge {
  const all = told.map((one) => ({ ...sourced(one), part: partOf(one) }));
  const has: Knowledge['has'] = (feed, part, ecosystem) =>
    all.some(
      (one) =>
        one.feed === feed && one.part === part && (ecosystem === undefined || one.advisory.ecosystem === ecosystem),
    ) ||
    (feed === 'kev' && risk.exploited !== undefined) ||
    (feed === 'epss' && risk.epss !== undefined);
  return {
    has,
    advisories: (feed, part, ecosystem, names) =>
      all.filter(
        (one) =>
          one.feed === feed &&
          one.part === part &&
          one.advisory.ecosystem === ecosystem &&
          names.includes(one.advisory.package),
      ),
    record: (feed, part, id) =>
      all.find((one) => one.feed === feed && one.part === part && one.record.id === id)?.record,
    exploited: (cves) =>
      new Map(
        (risk.exploited ?? [])
          .filter((cve) => cves.includes(cve))
          .map((cve) => [cve, { cve, added: day, ransomware: false, name: cve }]),
      ),
    predictions: (cves) =>
      new Map(
        Object.entries(risk.epss ?? {})
          .filter(([cve]) => cves.includes(cve))
          .map(([cve, score]) => [cve, { cve, score, percentile: score }]),
      ),
    facts: (feed, part) =>
      has(feed, part) ? [{ feed, part, source: 'test:', checked: `${day}T00:00:00Z`, records: all.length }] : [],
    close: () => undefined,
  };
}

function partOf({ feed = 'osv', ecosystem }: Told): string {
  if (feed === 'debian-tracker') return '';
  return feed === 'alpine-secdb' ? (ecosystem.split(':')[1] ?? '') : (ecosystem.split(':')[0] ?? '');
}

function sourced({ id, ecosystem, name, range, feed = 'osv', record, advisory }: Told) {
  const [introduced, fixed] = range?.startsWith('=') === true ? [] : (range?.split('..') ?? []);
  const events = [
    { introduced: introduced === undefined || introduced === '' ? '0' : introduced },
    ...(fixed === undefined || fixed === '' ? [] : [{ fixed }]),
  ];
  return {
    feed,
    source: 'test:',
    record: {
      id,
      kind: 'vulnerability',
      summary: '',
      details: '',
      aliases: [],
      upstream: [],
      related: [],
      severities: [],
      modified: '',
      references: [],
      ...record,
    } satisfies AdvisoryRecord,
    advisory: {
      record: id,
      ecosystem,
      package: name,
      ranges: introduced === undefined ? [] : [{ order: 'ecosystem', events }],
      versions: range?.startsWith('=') === true ? range.slice(1).split(',') : [],
      ...advisory,
    } satisfies Advisory,
  };
}

/** An inventory of packages by their package URLs. */
export function inventoryOf(
  purls: readonly string[],
  more: readonly Package[] = [],
  distribution?: Distribution,
): Pick<Inventory, 'packages' | 'distribution'> & Inventory {
  const packages = [...purls.map((purl) => packageFromPurl(purl, 'test')).filter((pkg) => pkg !== undefined), ...more];
  const executables = { total: 0, unknown: [], opaqueTotal: 0, scriptTotal: 0 };
  return {
    packages,
    distribution,
    layers: [],
    coverage: { sources: [], executables, unread: [], skipped: [], gaps: [] },
  };
}
