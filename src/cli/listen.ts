import { setTimeout as sleep } from 'node:timers/promises';
import { OslerError } from '../errors.ts';
import type { Context } from './context.ts';

export interface Address {
  host: string;
  port: number;
}

/** What `server/` makes. */
interface App {
  listen(address: Address): Promise<string>;
  close(): PromiseLike<unknown>;
  startDraining?(): void;
  server: { closeAllConnections(): void };
}

export const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'];

/** Throws USAGE. */
export function checkLevel(level: string): string {
  if (LEVELS.includes(level)) return level;
  throw new OslerError('USAGE', `--log-level ${level} is none of ${LEVELS.join(', ')}.`);
}

/** For answers that are under way when the server is asked to end. */
const GRACE_MS = 10_000;
/** For clients that keep their connections to hear, with their next answer, that they end. */
const PARTING_MS = 100;
/** For all that comes after them: models that are let go of, the log's last entries. */
const END_MS = 20_000;

export interface EndingOptions {
  /** Seconds for which the server says that it is not ready, and answers on, before it closes. */
  drain?: number;
}

/**
 * Listens, tells by `ready`, and ends with the context's signal, after the answers that are under way. Throws USAGE; INTERRUPTED where
 * the signal came before it listened.
 */
export async function serveUntilAborted(
  app: App,
  address: Address,
  context: Context,
  ready: (url: string) => void,
  { drain = 0 }: EndingOptions = {},
): Promise<void> {
  try {
    context.signal.throwIfAborted();
    const url = await app.listen({ ...address }).catch((error: NodeJS.ErrnoException) => {
      throw listenError(error, address);
    });
    ready(url);
    await untilAborted(context.signal);
    app.startDraining?.();
    if (drain > 0) context.out.log(`Draining for ${drain} s: no longer ready, answering on.`);
    await sleep(Math.max(drain * 1_000, PARTING_MS));
    context.out.log('Closing: answering what is under way.');
  } finally {
    // A client that stalls must not hold the server for ever.
    const deadline = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
    await app.close();
    clearTimeout(deadline);
    if (context.signal.aborted) endAnyway(context);
  }
}

/** What hangs now (a disk, a database, an engine) has had its time. */
function endAnyway(context: Context): void {
  setTimeout(() => {
    context.out.warn(`Something did not end within ${END_MS / 1_000} s; ending without it.`);
    process.exit(1);
  }, END_MS).unref();
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function listenError(error: NodeJS.ErrnoException, { host, port }: Address): Error {
  if (error.code === 'EADDRINUSE') {
    return new OslerError('USAGE', `Port ${port} on ${host} is in use.`, {
      hint: 'Choose another with --port, or --port 0 for a free one.',
    });
  }
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new OslerError('USAGE', `Cannot listen on ${host}:${port}: ${error.message}`);
  }
  return error;
}
