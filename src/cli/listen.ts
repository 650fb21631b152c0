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

/** Listens, tells by `ready`, and ends with the context's signal, after the answers that are under way. Throws USAGE. */
export async function serveUntilAborted(
  app: App,
  address: Address,
  context: Context,
  ready: (url: string) => void,
): Promise<void> {
  try {
    const url = await app.listen({ ...address }).catch((error: NodeJS.ErrnoException) => {
      throw listenError(error, address);
    });
    ready(url);
    if (!isLoopback(address.host)) {
      context.out.warn(
        `Listening on ${address.host}: everyone who can reach this address may use it; there is no sign-in yet.`,
      );
    }
    await untilAborted(context.signal);
    context.out.log('Closing: answering what is under way.');
  } finally {
    // A client that stalls must not hold the server for ever.
    const deadline = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
    await app.close();
    clearTimeout(deadline);
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
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
