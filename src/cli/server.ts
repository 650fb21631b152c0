import type { Command } from 'commander';
import { pino } from 'pino';
import { platformPort, processEnvironment } from '../config/environment.ts';
import { buildHouse } from '../server/house.ts';
import { openStore } from '../store/store.ts';
import { builtPage, NO_PAGE } from './built-page.ts';
import type { Context } from './context.ts';
import { checkLevel, serveUntilAborted } from './listen.ts';
import { wholeNumber } from './options.ts';
import { hostDeployments } from './serve-deployments.ts';

interface ServerOptions {
  host: string;
  port?: number;
  threads?: number;
  logLevel: string;
}

export function register(program: Command, context: Context): void {
  program
    .command('server')
    .alias('studio')
    .description(
      "The whole house on one port: Studio (the page), MLflow's API for its clients, Osler's own API, and the store's deployments. Ends with Ctrl-C or SIGTERM.",
    )
    .option(
      '--host <address>',
      'address to listen on; anything but loopback is open to everyone who can reach it',
      '127.0.0.1',
    )
    .option('--port <n>', 'port (default: $PORT, else 5000); 0 takes a free one', wholeNumber(0, 65_535))
    .option('--threads <n>', "threads of ONNX Runtime (default: the machine's processors)", wholeNumber(1, 1024))
    .option('--log-level <level>', 'silent, error, warn, info or debug: JSON lines on stderr', 'warn')
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
  const level = checkLevel(options.logLevel);
  const logger = pino({ level }, pino.destination(2));
  await using store = await openStore(context.home, context.databaseUrl, context.artifacts);
  const { version } = processEnvironment();
  const page = builtPage();
  const threads = options.threads === undefined ? {} : { threads: options.threads };
  const { host, metrics } = await hostDeployments(store, 'all', { ...threads, logger });
  try {
    const app = await buildHouse({
      store,
      version,
      logger,
      deployments: { host, store, metrics },
      ...threads,
      ...(page === undefined ? {} : { page }),
    });
    await serveUntilAborted(app, { host: options.host, port: options.port ?? platformPort() ?? 5000 }, context, (url) => {
      context.out.json({ url, store: store.engine, page: page !== undefined });
      context.out.line(`Studio at ${url}, over ${store.engine.where}`);
      context.out.line(`  API ${url}/docs    export MLFLOW_TRACKING_URI=${url}    end with Ctrl-C`);
      if (page === undefined) context.out.warn(NO_PAGE);
    });
  } finally {
    await host.close();
  }
}
