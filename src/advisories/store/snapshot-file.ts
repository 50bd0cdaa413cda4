import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '#kit/error.ts';
import { parseJson } from '#kit/narrow.ts';
import type { Advisory, AdvisoryRecord, ExploitedEntry, ExploitPrediction } from '#advisories/advisory.ts';
import { advisoryError } from '#advisories/errors.ts';
import { readSchemaVersion, schemaVersion, type SnapshotFacts } from './snapshot.ts';

/** A snapshot that is read. The file is never written to; replacing it does not disturb who has it open. */
export interface Snapshot {
  readonly facts: SnapshotFacts;
  /** What is said of packages of these names in an ecosystem, in the order of records. */
  advisoriesFor(ecosystem: string, names: readonly string[]): Advisory[];
  /** Whether anything is said of any package in an ecosystem. */
  covers(ecosystem: string): boolean;
  /** The records with these ids that are there, by id. */
  records(ids: readonly string[]): ReadonlyMap<string, AdvisoryRecord>;
  /** When a record was last changed, if it is there. */
  modifiedOf(id: string): string | undefined;
  exploited(cves: readonly string[]): ExploitedEntry[];
  predictions(cves: readonly string[]): ExploitPrediction[];
  close(): void;
}

/** Opens a snapshot for reading. @throws `database-unreadable` */
export function openSnapshot(path: string): Snapshot {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    const version = readSchemaVersion(database);
    if (version !== schemaVersion) throw new Error(`it has format ${version}, not ${schemaVersion}`);
    return reader(database);
  } catch (error) {
    database?.close();
    throw advisoryError('database-unreadable', `the advisory database ${path} cannot be read: ${messageOf(error)}`, {
      hint: 'remove the file, or fetch it again with: bulla db update',
    });
  }
}

function reader(database: DatabaseSync): Snapshot {
  // A list of names as one parameter costs one look-up a name and nothing else. CROSS JOIN keeps SQLite from turning it round.
  const affected = database.prepare(
    'SELECT a.body FROM json_each(?) AS n CROSS JOIN affected AS a ON a.package = n.value AND a.ecosystem = ?',
  );
  const covered = database.prepare('SELECT 1 FROM affected WHERE ecosystem = ? LIMIT 1');
  const records = database.prepare(
    'SELECT r.id, r.body FROM json_each(?) AS n CROSS JOIN record AS r ON r.id = n.value',
  );
  const modified = database.prepare('SELECT modified FROM record WHERE id = ?');
  const exploited = database.prepare(
    'SELECT e.body FROM json_each(?) AS n CROSS JOIN exploited AS e ON e.cve = n.value',
  );
  const predictions = database.prepare(
    'SELECT p.cve, p.score, p.percentile FROM json_each(?) AS n CROSS JOIN prediction AS p ON p.cve = n.value',
  );
  // What the tables hold was written by `writeSnapshot`, so that it has these types.
  return {
    facts: readFacts(database),
    advisoriesFor: (ecosystem, names) =>
      affected
        .all(JSON.stringify(names), ecosystem)
        .map((row) => parseJson(String(row['body'])) as Advisory)
        .toSorted((a, b) => (a.record < b.record ? -1 : a.record > b.record ? 1 : 0)),
    covers: (ecosystem) => covered.get(ecosystem) !== undefined,
    records: (ids) =>
      new Map(
        records
          .all(JSON.stringify(ids))
          .map((row) => [String(row['id']), parseJson(String(row['body'])) as AdvisoryRecord]),
      ),
    modifiedOf: (id) => {
      const row = modified.get(id);
      return row === undefined ? undefined : String(row['modified']);
    },
    exploited: (cves) =>
      exploited.all(JSON.stringify(cves)).map((row) => parseJson(String(row['body'])) as ExploitedEntry),
    predictions: (cves) => predictions.all(JSON.stringify(cves)) as unknown as ExploitPrediction[],
    close: () => database.close(),
  };
}

function readFacts(database: DatabaseSync): SnapshotFacts {
  const rows = database.prepare('SELECT name, value FROM fact').all();
  const facts = new Map(rows.map((row) => [String(row['name']), String(row['value'])]));
  return {
    feed: facts.get('feed') ?? '',
    part: facts.get('part') ?? '',
    source: facts.get('source') ?? '',
    checked: facts.get('checked') ?? '',
    etag: facts.get('etag'),
    newest: facts.get('newest'),
    records: Number(facts.get('records') ?? 0),
  };
}
