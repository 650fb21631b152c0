import type { Command } from 'commander';
import { pino } from 'pino';
import { processEnvironment } from '../config/environment.ts';
import { buildTrackingApp } from '../server/tracking-app.ts';
import { openStore } from '../store/store.ts';
import type { Context } from './context.ts';
import { checkLevel, serveUntilAborted } from './listen.ts';
import { wholeNumber } from './options.ts';

interface ServerOptions {
  host: string;
  port: number;
  logLevel: string;
}

export function register(program: Command, context: Context): void {
  program
    .command('server')
    .description(
      "Serve the store to MLflow's clients: experiments, runs, metrics, artifacts, registered models. Ends with Ctrl-C or SIGTERM.",
    )
    .option(
      '--host <address>',
      'address to listen on; anything but loopback is open to everyone who can reach it',
      '127.0.0.1',
    )
    .option('--port <n>', 'port; 0 takes a free one', wholeNumber(0, 65_535), 5000)
    .option('--log-level <level>', 'silent, error, warn, info or debug: JSON lines on stderr', 'warn')
    .addHelpText(
      'after',
      `
Examples:
  osler server                                             MLflow's API at http://127.0.0.1:5000
  MLFLOW_TRACKING_URI=http://127.0.0.1:5000 python train.py   its runs stand beside Osler's: osler runs list
  OSLER_DATABASE_URL=postgresql://osler@localhost/osler osler server --port 5001`,
    )
    .action((options: ServerOptions) => server(options, context));
}

async function server(options: ServerOptions, context: Context): Promise<void> {
  const level = checkLevel(options.logLevel);
  await using store = await openStore(context.home, context.databaseUrl, context.artifacts);
  const { version } = processEnvironment();
  const app = await buildTrackingApp({ store, version, logger: pino({ level }, pino.destination(2)) });
  await serveUntilAborted(app, { host: options.host, port: options.port }, context, (url) => {
    context.out.json({ url, store: store.engine });
    context.out.line(`MLflow's API over ${store.engine.where} at ${url}`);
    context.out.line(`  export MLFLOW_TRACKING_URI=${url}    end with Ctrl-C`);
  });
}
