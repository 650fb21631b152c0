import type { Logger } from 'pino';
import { processEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import { type Check, Health } from '../pipeline/operation/health.ts';
import { memoryCheck, threadCheck } from '../pipeline/operation/machine-checks.ts';
import { openLogger } from '../server/logger.ts';
import { openTracing, type Tracing } from '../server/tracing/tracing.ts';
import { checkLevel } from './listen.ts';
import type { OperationOptions } from './server-options.ts';

/** A server's log, traces and health. */
export interface Operation {
  logger: Logger;
  tracing: Tracing | undefined;
  /** Looks at these, at memory and at the thread, from now on. */
  watch(checks: readonly Check[]): Health;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Throws USAGE. */
export async function openOperation({ logLevel, traces }: OperationOptions): Promise<Operation> {
  const logger = openLogger(checkLevel(logLevel));
  const { version, traces: configured } = processEnvironment();
  const endpoint = traces ?? configured.endpoint;
  if (endpoint !== undefined && !/^https?:\/\//.test(endpoint)) {
    throw new OslerError('USAGE', `--traces ${endpoint} is no address: it looks like http://127.0.0.1:4318.`);
  }
  const tracing =
    endpoint === undefined
      ? undefined
      : await openTracing({
          endpoint,
          version,
          ratio: configured.ratio,
          onTrouble: (error) => logger.warn({ err: error }, 'traces can not be sent'),
        });
  // A mistake of ours, of which nobody knows what it left behind: the log says so before the process ends.
  const onFatal = (error: unknown): void => {
    logger.fatal({ err: error }, 'the server ends by a mistake of its own');
    process.exit(1);
  };
  process.on('uncaughtException', onFatal);
  const thread = threadCheck();
  let health: Health | undefined;
  return {
    logger,
    tracing,
    watch(checks) {
      health = new Health([...checks, memoryCheck(), thread], {
        onChange: ({ name, status, words }, before) =>
          logger[status === 'failed' ? 'error' : 'warn']({ check: name, status, before }, words),
      });
      void health.start();
      return health;
    },
    async [Symbol.asyncDispose]() {
      health?.close();
      thread.close();
      await tracing?.close();
      process.off('uncaughtException', onFatal);
    },
  };
}
