import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/**
 * Tables of strings outside the heap, for work on more rows than memory should hold: sorting (SQLite's own merge sort,
 * which spills to disk) and look-up. A few MB of memory for any number of rows; about 1.5 us a write, 0.5 us a look-up.
 */
export class Scratch {
  private readonly db: DatabaseSync;
  private pending = 0;
  private tables = 0;
  private readonly durable: boolean;
  private readonly maps: StringMap[] = [];

  /**
   * @param path of the file, or `:memory:`.
   * `durable` keeps what was committed through a crash (a cache that stays); without it the file is worth nothing after one.
   */
  constructor(path: string, options: { durable?: boolean } = {}) {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    this.db = new DatabaseSync(path);
    this.durable = options.durable ?? false;
    this.db.exec('PRAGMA cache_size = -8192');
    this.db.exec(
      this.durable
        ? 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 10000'
        : 'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE',
    );
  }

  /** A list that is read back sorted by key (UTF-8 bytes; equal keys in the order they were added). */
  list(): SortedList {
    const table = `list_${this.tables++}`;
    this.db.exec(`CREATE TABLE ${table} (key TEXT NOT NULL, value TEXT NOT NULL)`);
    return new SortedList(
      this.db.prepare(`INSERT INTO ${table} VALUES (?, ?)`),
      this.db.prepare(`SELECT key, value FROM ${table} ORDER BY key, rowid`),
      () => this.touch(),
      () => this.commit(),
    );
  }

  /** A map; named, so that a file which stays has it again next time. */
  map(name = `map_${this.tables++}`): StringMap {
    if (!/^[a-z_0-9]+$/.test(name)) throw new TypeError(`"${name}" cannot name a map`);
    this.db.exec(`CREATE TABLE IF NOT EXISTS ${name} (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`);
    const map = new StringMap(
      this.db.prepare(`INSERT INTO ${name} VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`),
      this.db.prepare(`SELECT value FROM ${name} WHERE key = ?`),
      this.db.prepare(`SELECT key, value FROM ${name} ORDER BY key`),
      this.durable ? (write) => this.together(write) : undefined,
      () => this.touch(),
      () => this.commit(),
    );
    this.maps.push(map);
    return map;
  }

  commit(): void {
    for (const map of this.maps) map.write();
    if (this.pending === 0) return;
    this.db.exec('COMMIT');
    this.pending = 0;
  }

  [Symbol.dispose](): void {
    try {
      this.commit();
    } catch {
      // A cache may lack its last entries, and any other file ends here: work that is done is not reported as failed, and of
      // work that failed the first error is told.
    } finally {
      this.db.close();
    }
  }

  /** What other processes share is never locked while this one waits for its next write: writes are gathered, and written at once. */
  private together(write: () => void): void {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      write();
      this.db.exec('COMMIT');
    } catch (error) {
      // A full disk has rolled back already.
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }

  /** One transaction for many writes. */
  private touch(): void {
    if (this.durable) return;
    if (this.pending === 0) this.db.exec('BEGIN');
    this.pending += 1;
    if (this.pending >= 20_000) this.commit();
  }
}

export class SortedList {
  private readonly insert: StatementSync;
  private readonly select: StatementSync;
  private readonly touch: () => void;
  private readonly commit: () => void;
  size = 0;

  constructor(insert: StatementSync, select: StatementSync, touch: () => void, commit: () => void) {
    this.insert = insert;
    this.select = select;
    this.touch = touch;
    this.commit = commit;
  }

  add(key: string, value: string): void {
    this.touch();
    this.insert.run(key, value);
    this.size += 1;
  }

  /** Not to be added to while it is read. */
  *sorted(): Generator<[key: string, value: string]> {
    this.commit();
    for (const row of this.select.iterate()) yield [row.key as string, row.value as string];
  }

  /** Runs of equal keys, in order. A run is held in memory. */
  *runs(): Generator<[key: string, values: string[]]> {
    let current: [string, string[]] | undefined;
    for (const [key, value] of this.sorted()) {
      if (current !== undefined && current[0] === key) {
        current[1].push(value);
        continue;
      }
      if (current !== undefined) yield current;
      current = [key, [value]];
    }
    if (current !== undefined) yield current;
  }
}

/** Writes of a durable map that a crash may lose. */
const WAITING = 64;

export class StringMap {
  private readonly waiting = new Map<string, string>();
  private readonly upsert: StatementSync;
  private readonly select: StatementSync;
  private readonly selectAll: StatementSync;
  private readonly together: ((write: () => void) => void) | undefined;
  private readonly touch: () => void;
  private readonly commit: () => void;

  constructor(
    upsert: StatementSync,
    select: StatementSync,
    selectAll: StatementSync,
    together: ((write: () => void) => void) | undefined,
    touch: () => void,
    commit: () => void,
  ) {
    this.upsert = upsert;
    this.select = select;
    this.selectAll = selectAll;
    this.together = together;
    this.touch = touch;
    this.commit = commit;
  }

  set(key: string, value: string): void {
    if (this.together !== undefined) {
      this.waiting.set(key, value);
      if (this.waiting.size >= WAITING) this.write();
      return;
    }
    this.touch();
    this.upsert.run(key, value);
  }

  get(key: string): string | undefined {
    return this.waiting.get(key) ?? (this.select.get(key)?.value as string | undefined);
  }

  /** Writes what a durable map has gathered. */
  write(): void {
    if (this.waiting.size === 0) return;
    this.together?.(() => {
      for (const [key, value] of this.waiting) this.upsert.run(key, value);
    });
    this.waiting.clear();
  }

  /** In order of key. Not to be changed while it is read. */
  *entries(): Generator<[key: string, value: string]> {
    this.commit();
    for (const row of this.selectAll.iterate()) yield [row.key as string, row.value as string];
  }
}
