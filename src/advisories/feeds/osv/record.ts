import { asList, asObject, asText, asTexts, type JsonObject } from '#kit/narrow.ts';
import type { RangeEvent } from '#versions/range.ts';
import type { Advisory, AdvisoryRecord, AffectedRange, AffectedSymbols, SeverityRating } from '#advisories/advisory.ts';
import { lookupName } from '#advisories/package-name.ts';

/** A record and what it says of packages of one ecosystem. */
export interface OsvEntry {
  readonly record: AdvisoryRecord;
  readonly advisories: readonly Advisory[];
}

/** As much of the texts as a person reads in a terminal. */
const longestDetails = 2000;
const mostReferences = 20;

/**
 * Reads a record of the Open Source Vulnerability format (schema 1.7), keeping what it says of one ecosystem in all its releases.
 * Gives nothing for what is not a record, or not about a vulnerability.
 */
export function readOsvRecord(value: unknown, ecosystem: string): OsvEntry | undefined {
  const fields = asObject(value);
  const id = asText(fields?.['id']);
  if (fields === undefined || id === undefined || id === '') return undefined;
  const affected = asList(fields['affected'])
    .map((item) => asObject(item) ?? {})
    .filter((item) => isOf(ecosystem, item));
  const record = readFacts(id, fields, affected);
  if (isBugFix(record)) return undefined;
  const module = moduleIn(record.summary);
  return { record, advisories: affected.flatMap((item) => readAffected(id, item, module)) };
}

function isOf(ecosystem: string, affected: JsonObject): boolean {
  const stated = asText(asObject(affected['package'])?.['ecosystem']) ?? '';
  return stated === ecosystem || stated.startsWith(`${ecosystem}:`);
}

function readFacts(id: string, fields: JsonObject, affected: readonly JsonObject[]): AdvisoryRecord {
  const summary = asText(fields['summary']) ?? '';
  return {
    id,
    kind: kindOf(id, affected),
    summary,
    details: (asText(fields['details']) ?? '').slice(0, longestDetails),
    aliases: asTexts(fields['aliases']),
    upstream: asTexts(fields['upstream']),
    related: asTexts(fields['related']),
    severities: readSeverities(id, summary, fields, affected),
    published: realDate(fields['published']),
    modified: asText(fields['modified']) ?? '',
    withdrawn: realDate(fields['withdrawn']),
    references: asList(fields['references'])
      .map((reference) => asText(asObject(reference)?.['url']))
      .filter((url) => url !== undefined)
      .slice(0, mostReferences),
  };
}

/** RustSec marks what is no vulnerability; "unsound" is one in waiting, and stays. */
const notices = new Set(['unmaintained', 'notice']);

function kindOf(id: string, affected: readonly JsonObject[]): AdvisoryRecord['kind'] {
  if (id.startsWith('MAL-')) return 'malware';
  const words = affected.map((item) => asText(asObject(item['database_specific'])?.['informational']));
  const isNotice = words.length > 0 && words.every((word) => word !== undefined && notices.has(word));
  return isNotice ? 'informational' : 'vulnerability';
}

/** Errata that correct bugs or bring features, and no vulnerability: ALBA, ALEA, RHBA, … without a CVE. */
function isBugFix({ id, aliases, upstream, related }: AdvisoryRecord): boolean {
  return (
    /^(?:AL|RL|RH|EL|ROCKY)[BE]A-/.test(id) &&
    ![...aliases, ...upstream, ...related].some((name) => name.startsWith('CVE-'))
  );
}

/** Year 1 is how some publishers say that they do not know. */
function realDate(value: unknown): string | undefined {
  const text = asText(value);
  return text === undefined || text.startsWith('0001-') ? undefined : text;
}

const vectorTypes = new Set(['CVSS_V2', 'CVSS_V3', 'CVSS_V4']);

function readSeverities(
  id: string,
  summary: string,
  fields: JsonObject,
  affected: readonly JsonObject[],
): SeverityRating[] {
  const ratings: SeverityRating[] = [];
  for (const item of [fields, ...affected].flatMap((holder) => asList(holder['severity']))) {
    const type = asText(asObject(item)?.['type']) ?? '';
    const value = asText(asObject(item)?.['score']);
    // Ubuntu publishes a word where others have a vector.
    if (value !== undefined)
      ratings.push({ type: vectorTypes.has(type) ? (type as SeverityRating['type']) : 'word', value });
  }
  for (const item of affected) {
    const vector = asText(asObject(item['database_specific'])?.['cvss']);
    if (vector !== undefined)
      ratings.push({ type: vector.startsWith('CVSS:4') ? 'CVSS_V4' : 'CVSS_V3', value: vector });
  }
  // Errata of the RHEL family begin with it: "Important: kernel security update".
  const erratum = /^[A-Z]+SA-/.test(id) ? /^(critical|important|moderate|low):/i.exec(summary)?.[1] : undefined;
  const word = asText(asObject(fields['database_specific'])?.['severity']) ?? erratum;
  if (word !== undefined) ratings.push({ type: 'word', value: word.toLowerCase() });
  return uniqueBy(ratings, ({ type, value }) => `${type} ${value}`);
}

function uniqueBy<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}

/** "Important: nodejs:18 security update" is about the module stream nodejs:18. */
function moduleIn(summary: string): string | undefined {
  return /(?:^|\s)([a-z][\w.+-]*:[\w.+-]+)(?=\s(?:security|bug|enhancement|and)\b)/i.exec(summary)?.[1];
}

function readAffected(record: string, affected: JsonObject, module: string | undefined): Advisory[] {
  const described = asObject(affected['package']);
  const name = asText(described?.['name']);
  const ecosystem = asText(described?.['ecosystem']);
  if (name === undefined || ecosystem === undefined) return [];
  const own = asObject(affected['ecosystem_specific']) ?? {};
  const database = asObject(affected['database_specific']) ?? {};
  const ranges = asList(affected['ranges'])
    .map(readRange)
    .filter((range) => range !== undefined);
  return [
    {
      record,
      ecosystem,
      package: lookupName(ecosystem, name),
      ranges,
      versions: asTexts(affected['versions']),
      fixedIn: optional(asTexts(database['fixing_versions'])),
      urgency: asText(own['urgency']) ?? asText(own['ubuntu_priority']),
      note: asText(database['tracker_note']),
      symbols: optional(
        asList(own['imports'])
          .map(readSymbols)
          .filter((symbols) => symbols !== undefined),
      ),
      module: ranges.some(({ events }) =>
        events.some((event) => 'fixed' in event && /[.+]module[_+]el/.test(event.fixed)),
      )
        ? module
        : undefined,
    },
  ];
}

/** Commits say nothing about versions, and must not hide the ranges beside them. */
function readRange(value: unknown): AffectedRange | undefined {
  const range = asObject(value);
  const type = asText(range?.['type']);
  if (range === undefined || (type !== 'SEMVER' && type !== 'ECOSYSTEM')) return undefined;
  const events = asList(range['events']).flatMap(readEvents);
  return { order: type === 'SEMVER' ? 'semver' : 'ecosystem', events };
}

/** One event an object is the rule; older records put a pair into one. */
function readEvents(value: unknown): RangeEvent[] {
  const event = asObject(value) ?? {};
  const introduced = asText(event['introduced']);
  const fixed = asText(event['fixed']);
  const lastAffected = asText(event['last_affected']);
  const limit = asText(event['limit']);
  return [
    introduced === undefined ? [] : [{ introduced }],
    fixed === undefined ? [] : [{ fixed }],
    lastAffected === undefined ? [] : [{ last_affected: lastAffected }],
    limit === undefined ? [] : [{ limit }],
  ].flat();
}

function readSymbols(value: unknown): AffectedSymbols | undefined {
  const fields = asObject(value);
  const path = asText(fields?.['path']);
  return path === undefined ? undefined : { path, symbols: asTexts(fields?.['symbols']) };
}

function optional<Item>(list: readonly Item[]): readonly Item[] | undefined {
  return list.length === 0 ? undefined : list;
}
