import { type Dialect, PostgresDialect, type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import { OslerError } from '../errors.ts';

/** Connections of one process: the command line uses one, a server a few. */
const CONNECTIONS = 8;
const INT8 = 20;

/** A server that does not even refuse: behind a wall, or stopped in its tracks. */
const CONNECTING_MS = 10_000;

/** How a statement begins that is planned once on each connection, as its name: one whose text and best plan are always the same. */
export const planned = (name: string): RawBuilder<unknown> => sql.raw(`/* planned once: ${name} */`);
const PLANNED = /^\s*\/\* planned once: ([\w ]+) \*\//;

/** The pool's own limit would count the wait for a connection that others have as well. */
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: CONNECTING_MS, keepAlive: true });
    const query = this.query.bind(this) as (statement: unknown, ...rest: unknown[]) => unknown;
    this.query = ((statement: unknown, ...rest: unknown[]) => {
      const name = typeof statement === 'string' ? PLANNED.exec(statement)?.[1] : undefined;
      return query(name === undefined ? statement : { name: `osler ${name}`, text: statement }, ...rest);
    }) as typeof this.query;
  }
}

/** PostgreSQL by its URL, as in `postgresql://user:password@host:5432/osler`. Needs version 12 or newer. */
export function postgresDialect(url: string): Dialect {
  return new PostgresDialect({ pool: postgresPool(url, CONNECTIONS) });
}

/**
 * Short queries: to compile one costs up to seconds, wherever the planner thinks it long. And what is looked up for each of many rows is
 * another each time: to remember it costs more than a look-up. Versions before 14 remember nothing.
 */
const SETTINGS = `select set_config(name, 'off', false) from pg_settings where name in ('jit', 'enable_memoize')`;

/** At most so many connections, which are made when they are needed. */
export function postgresPool(url: string, most: number): pg.Pool {
  const pool = new pg.Pool({
    Client,
    connectionString: url,
    max: most,
    application_name: 'osler',
    onConnect: async (client) => void (await client.query(SETTINGS)),
    // Counters and times stay below 2^53; as texts, which is pg's default, sums of them would be concatenations.
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
  });
  // A connection that breaks: the pool drops it, and a query that was under way rejects. Without listeners the process would end.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Options of the URL that are secrets. */
const SECRETS = ['password', 'sslpassword'];

/** The URL without its password, for messages. */
export function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  for (const name of SECRETS) if (shown.searchParams.has(name)) shown.searchParams.set(name, '***');
  return shown.href;
}

/** Throws USAGE unless it is the URL of a PostgreSQL database. It is not repeated: it may hold a password. */
export function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'postgresql:' && url?.protocol !== 'postgres:')
    throw new OslerError('USAGE', 'OSLER_DATABASE_URL is not the address of a PostgreSQL database.', {
      hint: 'It looks like postgresql://user:password@host:5432/database, with what is special in a password written as %40 for @, %2F for /. Unset it to use SQLite in OSLER_HOME.',
    });
  // What follows a "/", "?" or "#" of a password would be taken for a database's name, and shown.
  if (url.hash !== '' || url.pathname.includes('@') || url.search.includes('@'))
    throw new OslerError('USAGE', 'OSLER_DATABASE_URL has a "/", "?" or "#" in its password.', {
      hint: 'Write them as %2F, %3F and %23 (and @ as %40).',
    });
  const mode = url.searchParams.get('sslmode');
  // What the driver makes of them, without its warning that a later one will not.
  if (mode !== null && ['prefer', 'require', 'verify-ca'].includes(mode) && !url.searchParams.has('uselibpqcompat'))
    url.searchParams.set('sslmode', 'verify-full');
  const known = mode === null ? text : url.href;
  try {
    // Reads the files of certificates that it names.
    new pg.Client({ connectionString: known });
  } catch (cause) {
    throw new OslerError('USAGE', `OSLER_DATABASE_URL can't be used: ${(cause as Error).message}.`, {
      hint: 'Signs that are special in addresses are written as %25 for %, %40 for @; sslrootcert, sslcert and sslkey name files.',
    });
  }
  return known;
}

/** SQLSTATEs of a server that stops, starts or is cut off: what was not acknowledged may be sent again. */
const PASSING = new Set(['57P01', '57P02', '57P03', '53300', '40001', '40P01']);
const SOCKET = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  // Names come and go with the servers that they are of.
  ...['ENOTFOUND', 'EAI_AGAIN'],
]);
/**
 * SQLSTATE of a statement with more values than the protocol counts, among others: the same the next time. A pooler before the server says
 * so of its own troubles, which pass; the server's own errors name the routine that they come from.
 */
const PROTOCOL_VIOLATION = '08P01';

/** Whether an error is the connection's or a collision's, and not the statement's own fault; also one that was explained. */
export function isPassing(thrown: unknown): boolean {
  const error = thrown instanceof OslerError && thrown.code === 'STORE_FAILED' ? thrown.cause : thrown;
  if (!(error instanceof Error)) return false;
  const { code, routine } = error as NodeJS.ErrnoException & { routine?: string };
  if (code === PROTOCOL_VIOLATION) return routine === undefined;
  if (code === undefined)
    return /connection terminated|connection ended|connection error|not queryable|timeout e(xceeded|xpired)/i.test(
      error.message,
    );
  return PASSING.has(code) || SOCKET.has(code) || code.startsWith('08');
}
