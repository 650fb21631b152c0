import { resolve } from 'node:path';
import { Output } from './output.ts';

/** What every verb is handed. Nothing else is global. */
export interface Context {
  out: Output;
  /** OSLER_HOME, absolute: all state lives here. */
  home: string;
  /** Of a PostgreSQL store; undefined for SQLite in `home`. */
  databaseUrl: string | undefined;
  /** Of an object store that artifacts go to; undefined for the disk of `home`. */
  artifacts: string | undefined;
  /** Aborted by the first Ctrl-C (SIGINT) or SIGTERM; the second ends the process at once. */
  signal: AbortSignal;
}

export function makeContext(options: Omit<Context, 'out'> & { json: boolean }): Context {
  const { json, home, ...rest } = options;
  return { out: new Output({ json }), home: resolve(home), ...rest };
}
