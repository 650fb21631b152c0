import { type Dialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { OslerError } from '../errors.ts';

/** Connections of one process: the command line uses one, a server a few. */
const CONNECTIONS = 8;
const INT8 = 20;

/** PostgreSQL by its URL, as in `postgresql://user:password@host:5432/osler`. Needs version 12 or newer. */
export function postgresDialect(url: string): Dialect {
  return new PostgresDialect({ pool: postgresPool(url, CONNECTIONS) });
}

/** At most so many connections, which are made when they are needed. */
export function postgresPool(url: string, most: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: most,
    application_name: 'osler',
    // Short queries: to compile one costs up to seconds, wherever the planner thinks it long.
    onConnect: async (client) => void (await client.query('set jit = off')),
    // Counters and times stay below 2^53; as texts, which is pg's default, sums of them would be concatenations.
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
  });
  // A connection that breaks: the pool drops it, and a query that was under way rejects. Without listeners the process would end.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** The URL without its password, for messages. */
export function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}

/** Throws USAGE unless it is the URL of a PostgreSQL database. */
export function checkUrl(url: string): string {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol === 'postgresql:' || protocol === 'postgres:') return url;
  // Not repeated: it may hold a password.
  throw new OslerError('USAGE', 'OSLER_DATABASE_URL is not the address of a PostgreSQL database.', {
    hint: 'It looks like postgresql://user:password@host:5432/database. Unset it to use SQLite in OSLER_HOME.',
  });
}

/** SQLSTATEs of a server that stops, starts or is cut off: what was not acknowledged may be sent again. */
const PASSING = new Set(['57P01', '57P02', '57P03', '53300', '40001', '40P01']);
const SOCKET = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** Whether an error is the connection's or a collision's, and not the statement's own fault. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined)
    return /connection terminated|connection ended|connection error|not queryable|timeout exceeded/i.test(
      error.message,
    );
  return PASSING.has(code) || SOCKET.has(code) || code.startsWith('08');
}
