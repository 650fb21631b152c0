import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
  type TransactionSettings,
} from 'kysely';
import { OslerError } from '../errors.ts';
import { makeHome } from './home-folder.ts';
import { DatabaseFile } from './sqlite-file.ts';

/** Long enough for another process's largest batch of metrics; after it SQLite's "database is locked" is thrown. */
const BUSY_MS = 15_000;
/** Result codes of SQLite. */
const READONLY = 8;
const CANTOPEN = 14;
/** Kysely sends the same few texts again and again; compiling one costs more than running it. */
const STATEMENTS = 64;

/**
 * Kysely's own SQLite parts over Node's built-in driver.
 * WAL lets readers go on while one process writes; `synchronous = normal` survives a kill at any moment (a power cut may
 * take the last transactions, never the file).
 */
export function sqliteDialect(path: string): Dialect {
  return {
    createDriver: () => new NodeSqliteDriver({ database: () => Promise.resolve(open(path)) }),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

class NodeSqliteDriver extends SqliteDriver {
  /**
   * Takes the write lock at once: a transaction that reads first and writes later fails without waiting when another process
   * wrote in between. While another writes, this waits in JavaScript and not inside SQLite, so that the thread stays free and
   * two stores in one process can't block each other. One that only reads needs no lock: it sees the moment of its first read.
   */
  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    const run = (sql: string) => connection.executeQuery(CompiledQuery.raw(sql));
    if (settings?.accessMode === 'read only') {
      await run('begin');
      return;
    }
    const deadline = Date.now() + BUSY_MS;
    for (let wait = 1; ; wait = Math.min(wait * 2, 50)) {
      await run('pragma busy_timeout = 0');
      try {
        await run('begin immediate');
        return;
      } catch (error) {
        if (!isBusy(error) || Date.now() > deadline) throw error;
      } finally {
        await run(`pragma busy_timeout = ${BUSY_MS}`);
      }
      await sleep(wait * (0.5 + Math.random()));
    }
  }

  /** After some errors, as that of a full disk, SQLite has done so itself: what is thrown is that error, and not that there is nothing to roll back. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super.rollbackTransaction(connection).catch((error: Error) => {
      if (!/no transaction is active/.test(error.message)) throw error;
    });
  }
}

/** SQLite gives its other files the mode of this one. What is there already keeps the mode that it has. */
function makeFile(path: string): void {
  makeHome(dirname(path));
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o660));
}

/** Databases that are read with no heed of writers. */
const asTheyLie = new WeakSet<DatabaseSync>();

/**
 * A copy that may not be written, on a disk that is read alone, is opened to be read.
 * @param timeout milliseconds that SQLite itself waits for another writer.
 */
export function openDatabase(path: string, timeout: number): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (path !== ':memory:') makeFile(path);
    database = new DatabaseSync(path, { timeout, enableForeignKeyConstraints: true });
    useWal(database);
    database.exec('pragma synchronous = normal');
    return database;
  } catch (error) {
    database?.close();
    if (!mayOnlyBeRead(path, error)) throw error;
    const address = pathToFileURL(path);
    address.searchParams.set('immutable', '1');
    const still = new DatabaseSync(address, { readOnly: true, timeout });
    asTheyLie.add(still);
    return still;
  }
}

/** Whether that is why it can't be opened. With a journal beside it, it is in use, or was cut off: as it lies there it is not whole. */
function mayOnlyBeRead(path: string, error: unknown): boolean {
  const { code, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
  const refused =
    ['EROFS', 'EACCES', 'EPERM'].includes(code ?? '') || [READONLY, CANTOPEN].includes((errcode ?? 0) & 0xff);
  const journal = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  return refused && journal === 0 && existsSync(path);
}

function open(path: string): SqliteDatabase {
  const database = openDatabase(path, BUSY_MS);
  const file = new DatabaseFile(path, !asTheyLie.has(database));
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => {
      prepared.clear();
      database.close();
    },
    prepare: (sql) => {
      // A transaction that has begun ends one way or the other.
      if (!database.isTransaction) file.check(sql.startsWith('begin'));
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = prepare(database, sql);
      if (prepared.size >= STATEMENTS) prepared.delete(prepared.keys().next().value!);
      prepared.set(sql, statement);
      return statement;
    },
  };
}

function prepare(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql);
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  };
}

/** Switching to WAL needs the file alone and does not wait for the busy timeout: processes that start together try again. */
function useWal(database: DatabaseSync): void {
  const deadline = Date.now() + BUSY_MS;
  for (;;) {
    try {
      database.exec('pragma journal_mode = wal');
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

export function isBusy(thrown: unknown): boolean {
  const error = thrown instanceof OslerError ? thrown.cause : thrown;
  // 5 is SQLITE_BUSY; extended codes carry it in their low byte.
  return (
    error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === 5
  );
}
