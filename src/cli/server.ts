import type { Command } from 'commander';
import { platformPort, processEnvironment } from '../config/environment.ts';
import { buildHouse } from '../server/house.ts';
import { openStore } from '../store/store.ts';
import { builtPage, NO_PAGE } from './built-page.ts';
import type { Context } from './context.ts';
import { jobKeys } from './job-keys.ts';
import { serveUntilAborted } from './listen.ts';
import { openOperation } from './operation.ts';
import { wholeNumber } from './options.ts';
import { hostChecks, hostDeployments } from './serve-deployments.ts';
import { openSecurity } from './serve-security.ts';
import { type OperationOptions, operationOptions, type SecurityFlags, securityOptions } from './server-options.ts';

interface ServerOptions extends OperationOptions, SecurityFlags {
  port?: number;
  threads?: number;
}

export function register(program: Command, context: Context): void {
  const command = program
    .command('server')
    .alias('studio')
    .description(
      "The whole house on one port: Studio (the page), MLflow's API for its clients, Osler's own API, and the store's deployments. Ends with Ctrl-C or SIGTERM.",
    )
    .option('--port <n>', 'port (default: $PORT, else 5000); 0 takes a free one', wholeNumber(0, 65_535))
    .option('--threads <n>', "threads of ONNX Runtime (default: the machine's processors)", wholeNumber(1, 1024));
  operationOptions(securityOptions(command))
    .addHelpText(
      'after',
      `
Examples:
  osler server                                             Studio at http://127.0.0.1:5000
  MLFLOW_TRACKING_URI=http://127.0.0.1:5000 python train.py   its runs stand beside Osler's: osler runs list
  curl -F file=@lesion.jpg http://127.0.0.1:5000/v1/predict   by a deployment (osler deploy), once there is one
  OSLER_DATABASE_URL=postgresql://osler@localhost/osler osler server --port 5001

Deployments that are made later are served too. For predictions alone, without the rest of the house: osler serve.`,
    )
    .action((options: ServerOptions) => server(options, context));
}

async function server(options: ServerOptions, context: Context): Promise<void> {
  // Before anything runs that would have to be ended.
  const address = { host: options.host, port: options.port ?? platformPort() ?? 5000 };
  await using operation = await openOperation(options);
  const { logger, tracing } = operation;
  await using store = await openStore(context.home, context.databaseUrl, context.artifacts);
  await using secured = await openSecurity(context, { ...options, store, logger });
  const { version } = processEnvironment();
  const page = builtPage();
  const threads = options.threads === undefined ? {} : { threads: options.threads };
  const { host, metrics } = await hostDeployments(store, 'all', { ...threads, logger, keep: secured.keep });
  try {
    const app = await buildHouse({
      store,
      version,
      logger,
      tracing,
      security: secured.security,
      health: operation.watch([...hostChecks(store, host, false), ...secured.checks]),
      deployments: { host, store, metrics, jobKeys: await jobKeys(context.home, options.config) },
      ...threads,
      ...(page === undefined ? {} : { page }),
    });
    const ready = (url: string): void => {
      context.out.json({ url, store: store.engine, page: page !== undefined });
      context.out.line(`Studio at ${url}, over ${store.engine.where}`);
      context.out.line(`  API ${url}/docs    export MLFLOW_TRACKING_URI=${url}    end with Ctrl-C`);
      context.out.line(`  ${secured.words}`);
      for (const warning of secured.warnings) context.out.warn(warning);
      if (page === undefined) context.out.warn(NO_PAGE);
    };
    await serveUntilAborted(app, address, context, ready, options);
  } finally {
    await host.close();
  }
}
