import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { digestOf, type Digest } from '#kit/digest.ts';
import { messageOf } from '#kit/error.ts';
import { serverError } from '#server/errors.ts';

/**
 * What a server knows and need not ask again, on disk: it outlives a restart, and with it an outage of whoever was asked. All of it
 * may be lost at any time; none of it may be wrong, which is why each piece has a digest that is checked when it is read.
 */
export interface Memory {
  /** Small content by its digest, as registries keep it. */
  readonly content: Kept<Digest>;
  /** Answers that may change, such as which signatures there are. */
  readonly answers: Kept<string>;
  readonly verdicts: Kept<string>;
  /** What was wrong with it when it was opened, if it had to be begun anew. */
  readonly problem?: string;
  /** How often something could not be kept or read, such as on a full disk: then it is only asked again. */
  lost(): number;
  close(): void;
}

/** One kind of thing that is kept. */
export interface Kept<Key extends string> {
  get(key: Key): KeptValue | undefined;
  put(key: Key, value: Uint8Array, at: number): void;
}

interface KeptValue {
  readonly value: Buffer;
  /** When it was found out, in milliseconds since 1970. */
  readonly at: number;
}

/** How much of each kind is kept: the oldest goes first. */
const most = { content: 512 << 20, answers: 64 << 20, verdicts: 256 << 20 } as const;

/**
 * Opens the memory in a folder, or one that forgets. One that is damaged is put aside and begun anew: what was in it is only asked
 * again.
 * @throws `memory-unusable` if the folder cannot be written
 */
export function openMemory(folder?: string): Memory {
  if (folder === undefined) return memoryIn(new DatabaseSync(':memory:'));
  const path = join(folder, 'memory.sqlite');
  try {
    if (!existsSync(folder)) makeFolder(folder);
    const [database, problem] = openChecked(path);
    return memoryIn(database, problem);
  } catch (error) {
    throw serverError('memory-unusable', `nothing can be kept in ${folder}: ${messageOf(error)}`, {
      hint: 'let the folder be writable and on a local disk, for one server alone',
      cause: error,
    });
  }
}

/** Node's own recursive form never ends in some places that refuse folders, such as /proc. */
function makeFolder(folder: string): void {
  const above = dirname(folder);
  if (above !== folder && !existsSync(above)) makeFolder(above);
  mkdirSync(folder, { mode: 0o700 });
}

function openChecked(path: string): [DatabaseSync, string?] {
  try {
    return [openWhole(path)];
  } catch (error) {
    const problem = messageOf(error);
    renameSync(path, `${path}.damaged`);
    for (const rest of ['-wal', '-shm']) rmSync(path + rest, { force: true });
    return [openWhole(path), problem];
  }
}

function openWhole(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    // What is committed outlives the process; a power cut may take the last of it, and leaves the rest whole.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000');
    const { quick_check: state } = database.prepare('PRAGMA quick_check(1)').get() ?? {};
    if (state !== 'ok') throw new Error(`it is damaged: ${String(state)}`);
    createTables(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const kinds = ['content', 'answers', 'verdicts'] as const;

function createTables(database: DatabaseSync): void {
  for (const kind of kinds) {
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${kind} (key TEXT PRIMARY KEY, at REAL NOT NULL, sum TEXT NOT NULL, value BLOB NOT NULL)`,
    );
    database.exec(`CREATE INDEX IF NOT EXISTS ${kind}_by_age ON ${kind} (at)`);
  }
}

function memoryIn(database: DatabaseSync, problem?: string): Memory {
  createTables(database);
  let lost = 0;
  const kept = <Key extends string>(kind: (typeof kinds)[number]): Kept<Key> => {
    const own = keptIn<Key>(database, kind, most[kind]);
    return {
      get: (key) => attempt(() => own.get(key)),
      put: (key, value, at) => attempt(() => own.put(key, value, at)),
    };
  };
  function attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch {
      lost++;
      return undefined;
    }
  }
  return {
    lost: () => lost,
    content: kept('content'),
    answers: kept('answers'),
    verdicts: kept('verdicts'),
    ...(problem === undefined ? {} : { problem }),
    close: () => database.close(),
  };
}

function keptIn<Key extends string>(database: DatabaseSync, kind: string, limit: number): Kept<Key> {
  const read = database.prepare(`SELECT at, sum, value FROM ${kind} WHERE key = ?`);
  const write = database.prepare(`INSERT OR REPLACE INTO ${kind} (key, at, sum, value) VALUES (?, ?, ?, ?)`);
  const forget = database.prepare(`DELETE FROM ${kind} WHERE key IN (SELECT key FROM ${kind} ORDER BY at LIMIT ?)`);
  const measure = database.prepare(`SELECT COUNT(*) AS count, COALESCE(SUM(LENGTH(value)), 0) AS bytes FROM ${kind}`);
  const stored = measure.get() ?? {};
  let bytes = Number(stored['bytes']);
  return {
    get(key) {
      const row = read.get(key);
      if (row === undefined || !(row['value'] instanceof Uint8Array)) return undefined;
      const value = Buffer.from(row['value']);
      const at = Number(row['at']);
      return row['sum'] === sumOf(key, at, value) ? { value, at } : undefined;
    },
    put(key, value, at) {
      if (value.length > limit / 16) return;
      write.run(key, at, sumOf(key, at, value), value);
      bytes += value.length;
      if (bytes <= limit) return;
      const { count } = measure.get() ?? {};
      forget.run(Math.ceil(Number(count) / 4));
      bytes = Number(measure.get()?.['bytes']);
    },
  };
}

/** Of everything that a row says, so that none of it can be exchanged or lost alone. */
function sumOf(key: string, at: number, value: Uint8Array): string {
  return digestOf(`${key}\n${at}\n${digestOf(value)}`);
}
