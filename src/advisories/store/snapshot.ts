import { DatabaseSync } from 'node:sqlite';
import type { Advisory, AdvisoryRecord, ExploitedEntry, ExploitPrediction } from '#advisories/advisory.ts';

/** What is known of a snapshot: one part of one feed, from one source, at one time. */
export interface SnapshotFacts {
  readonly feed: string;
  /** Which part of the feed: an ecosystem, a branch; empty for feeds without parts. */
  readonly part: string;
  /** URL that it came from. */
  readonly source: string;
  /** When the source was last asked and had nothing newer, RFC 3339. */
  readonly checked: string;
  /** The source's own mark of this version (HTTP ETag, or size and time of a file). */
  readonly etag?: string;
  /** When the newest record was changed, RFC 3339. */
  readonly newest?: string;
  readonly records: number;
}

/** Fills a snapshot. */
export interface SnapshotWriter {
  /** Adds a record with all that it says of packages, in place of an earlier one of the same id. */
  putRecord(record: AdvisoryRecord, advisories: readonly Advisory[]): void;
  /** Adds to what records that are there say of packages. */
  addAdvisories(advisories: readonly Advisory[]): void;
  putExploited(entry: ExploitedEntry): void;
  putPrediction(prediction: ExploitPrediction): void;
  /** How many records there are now. */
  count(): number;
}

/** Changes with the tables; a file of another version is not read, but fetched anew. */
export const schemaVersion = 1;

const schema = `
  CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE record (id TEXT PRIMARY KEY, modified TEXT NOT NULL, body TEXT NOT NULL);
  CREATE TABLE affected (ecosystem TEXT NOT NULL, package TEXT NOT NULL, record TEXT NOT NULL, body TEXT NOT NULL);
  CREATE TABLE exploited (cve TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE prediction (cve TEXT PRIMARY KEY, score REAL NOT NULL, percentile REAL NOT NULL) WITHOUT ROWID;
`;

// Made last, which is several times as fast as keeping them while the tables grow.
const indexes = `
  CREATE INDEX IF NOT EXISTS affected_by_package ON affected (ecosystem, package);
  CREATE INDEX IF NOT EXISTS affected_by_record ON affected (record);
`;

/**
 * Lets `fill` write a snapshot to the file at `path`, which is new or the copy of an earlier snapshot, and notes its facts.
 * The file is only whole when this returns; the caller puts it in place.
 */
export async function writeSnapshot(
  path: string,
  fill: (writer: SnapshotWriter) => Promise<Omit<SnapshotFacts, 'records'>>,
): Promise<SnapshotFacts> {
  const database = new DatabaseSync(path);
  try {
    // Nobody else sees this file, and one that is not finished is thrown away: no journal, no syncing.
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000');
    const isNew = readSchemaVersion(database) !== schemaVersion;
    database.exec('BEGIN');
    if (isNew) database.exec(`${schema} PRAGMA user_version = ${schemaVersion}`);
    const writer = writerFor(database, !isNew);
    const facts: SnapshotFacts = { ...(await fill(writer)), records: writer.count() };
    const put = database.prepare('INSERT OR REPLACE INTO fact VALUES (?, ?)');
    for (const [name, value] of Object.entries(facts)) if (value !== undefined) put.run(name, String(value));
    database.exec(indexes);
    database.exec('COMMIT');
    return facts;
  } finally {
    database.close();
  }
}

export function readSchemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
}

function writerFor(database: DatabaseSync, replaces: boolean): SnapshotWriter {
  const putRecord = database.prepare('INSERT OR REPLACE INTO record VALUES (?, ?, ?)');
  const dropAffected = database.prepare('DELETE FROM affected WHERE record = ?');
  const putAffected = database.prepare('INSERT INTO affected VALUES (?, ?, ?, ?)');
  const putExploited = database.prepare('INSERT OR REPLACE INTO exploited VALUES (?, ?)');
  const putPrediction = database.prepare('INSERT OR REPLACE INTO prediction VALUES (?, ?, ?)');
  const seen = new Set<string>();
  function addAdvisories(advisories: readonly Advisory[]): void {
    for (const advisory of advisories) {
      putAffected.run(advisory.ecosystem, advisory.package, advisory.record, JSON.stringify(advisory));
    }
  }
  return {
    putRecord(record, advisories) {
      // Without the index, which a new file gets last, deleting would read the whole table each time.
      if (replaces || seen.has(record.id)) dropAffected.run(record.id);
      seen.add(record.id);
      putRecord.run(record.id, record.modified, JSON.stringify(record));
      addAdvisories(advisories);
    },
    addAdvisories,
    putExploited: (entry) => void putExploited.run(entry.cve, JSON.stringify(entry)),
    putPrediction: ({ cve, score, percentile }) => void putPrediction.run(cve, score, percentile),
    count() {
      const row = database
        .prepare(
          'SELECT (SELECT count(*) FROM record) + (SELECT count(*) FROM exploited) + (SELECT count(*) FROM prediction) AS n',
        )
        .get();
      return Number(row?.['n']);
    },
  };
}
