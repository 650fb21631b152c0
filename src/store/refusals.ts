import type { DatabaseConnection, Dialect, Driver } from 'kysely';
import { OslerError } from '../errors.ts';
import { isPassing } from './postgres.ts';
import { isBusy } from './sqlite.ts';

const AGAIN = 'Try again in a moment; osler store migrate opens it, and says why where that fails.';

/**
 * What a database refuses or fails at, as a sentence with the engine's own error as its cause: DATA_INVALID for values that it can't hold,
 * STORE_FAILED for what is its own. Every other error as it is.
 */
export function explainRefusal(error: unknown): unknown {
  if (error instanceof OslerError || !(error instanceof Error)) return error;
  const failed = (message: string, hint: string) => new OslerError('STORE_FAILED', message, { hint, cause: error });
  // Addresses are in the engine's own words: those are for the log.
  if (isPassing(error)) return failed('The database of the store does not answer.', AGAIN);
  if (isBusy(error)) return failed('The store is being written to by others without a pause.', AGAIN);
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' ? ofSqlite(error, errcode & 0xff, failed) : ofPostgres(error, failed);
}

type Failed = (message: string, hint: string) => OslerError;

/** By SQLite's primary result codes (https://sqlite.org/rescode.html). */
function ofSqlite(error: Error, code: number, failed: Failed): unknown {
  const damaged =
    'Keep a copy of it as it is, then look at it: osler store check. A backup is restored by osler store restore.';
  switch (code) {
    case 8:
      return failed('The database of the store may only be read.', 'See that OSLER_HOME and its files may be written.');
    case 10:
    case 14:
      return failed(
        `The disk of the store does not answer: ${error.message}.`,
        'See that OSLER_HOME is there and can be written.',
      );
    case 11:
    case 26:
      return failed(`The database of the store is damaged: ${error.message}.`, damaged);
    case 13:
      return failed('The disk of OSLER_HOME is full.', 'Free some space; osler store gc frees that of deleted runs.');
    case 18:
    case 20:
      return invalid(error);
    default:
      return error;
  }
}

/** By SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
function ofPostgres(error: Error, failed: Failed): unknown {
  const { code, routine } = error as { code?: unknown; routine?: unknown };
  // The server's own errors name the routine that they come from.
  if (typeof code !== 'string' || routine === undefined) return error;
  const said = wordsOf(error);
  // 22: a value; 54: longer, or more of them, than the server takes.
  if (code.startsWith('22') || code.startsWith('54')) return invalid(error);
  // Keys that are taken or missing: whoever asked knows what they mean.
  if (code.startsWith('23')) return error;
  if (code === '42501')
    return failed(
      `The store's account may not do this in its database: ${said}.`,
      'Grant it, or name another account in OSLER_DATABASE_URL.',
    );
  if (code === '25006')
    return failed(
      `The store's database only answers reads: ${said}.`,
      'Name the primary server in OSLER_DATABASE_URL.',
    );
  if (code.startsWith('53'))
    return failed(`The database server has no room left: ${said}.`, 'Free some of its disk or memory.');
  if (code.startsWith('28') || code === '3D000')
    return failed(
      'The database server refuses the store.',
      'See that OSLER_DATABASE_URL names an account, its password and a database.',
    );
  return failed(`The database of the store failed: ${said}.`, AGAIN);
}

function invalid(error: Error): OslerError {
  return new OslerError('DATA_INVALID', `The store can't hold a value that was given: ${wordsOf(error)}.`, {
    hint: 'Texts hold no zero byte, names have at most some hundred characters, whole numbers at most 2^53 - 1.',
    cause: error,
  });
}

function wordsOf(error: Error): string {
  return (error.message || (error as { code?: string }).code || 'no connection').replace(/\.$/, '');
}

/** Throws DATA_INVALID for a text with a zero byte: PostgreSQL keeps none, and a store may be moved there. */
export function refuseZeroBytes(values: Iterable<unknown>): void {
  for (const value of values) {
    if (typeof value !== 'string' || !value.includes('\0')) continue;
    throw new OslerError(
      'DATA_INVALID',
      `A text holds a zero byte, which no store keeps: ${JSON.stringify(value.slice(0, 60))}.`,
      {
        hint: 'Leave it out.',
      },
    );
  }
}

/** The same dialect; what it refuses is explained, and both engines refuse the same texts. */
export function explained(dialect: Dialect): Dialect {
  return {
    createDriver: () => explainedDriver(dialect.createDriver()),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
  };
}

function explainedDriver(driver: Driver): Driver {
  const known = new WeakSet<DatabaseConnection>();
  const acquire = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async (options) => {
    const connection = await acquire(options).catch(explainAndThrow);
    if (known.has(connection)) return connection;
    known.add(connection);
    const execute = connection.executeQuery.bind(connection);
    connection.executeQuery = async (query, queryOptions) => {
      refuseZeroBytes(query.parameters);
      return execute<never>(query, queryOptions).catch(explainAndThrow);
    };
    return connection;
  };
  return driver;
}

function explainAndThrow(error: unknown): never {
  throw explainRefusal(error);
}
