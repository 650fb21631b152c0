import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { pino } from 'pino';
import { processEnvironment } from '../config/environment.ts';
import { buildApp } from '../server/app.ts';
import { createPredictor } from '../serving/predictor.ts';
import { stampWords } from '../store/leak-stamp.ts';
import type { Context } from './context.ts';
import { openNamedBundle } from './find-bundle.ts';
import { checkLevel, serveUntilAborted } from './listen.ts';
import { wholeNumber } from './options.ts';

const PAGE = fileURLToPath(new URL('../../web/dist', import.meta.url));

interface ServeOptions {
  bundle: string;
  host: string;
  port: number;
  threads?: number;
  logLevel: string;
}

export function register(program: Command, context: Context): void {
  program
    .command('serve')
    .description(
      'Serve a bundle over HTTP, with a page to drop an image on. Ends with Ctrl-C or SIGTERM after the last answer.',
    )
    .requiredOption(
      '--bundle <bundle>',
      'a bundle folder, the name of one in OSLER_HOME/bundles, or a registered version: models:/skin@champion',
    )
    .option(
      '--host <address>',
      'address to listen on; anything but loopback is open to everyone who can reach it',
      '127.0.0.1',
    )
    .option('--port <n>', 'port; 0 takes a free one', wholeNumber(0, 65_535), 8080)
    .option('--threads <n>', "threads of ONNX Runtime (default: the machine's processors)", wholeNumber(1, 1024))
    .option('--log-level <level>', 'silent, error, warn, info or debug: JSON lines on stderr', 'warn')
    .addHelpText(
      'after',
      `
Examples:
  osler serve --bundle demo                                          the page at http://127.0.0.1:8080
  curl -F file=@lesion.jpg http://127.0.0.1:8080/predict/image       one answer, as JSON
  curl --data-binary @lesion.jpg -H 'content-type: image/jpeg' 'http://127.0.0.1:8080/predict/image?heatmap=true'

Routes: POST /predict/image, GET /model/info, /health/live, /health/ready, /metrics (Prometheus), /docs (OpenAPI).`,
    )
    .action((options: ServeOptions) => serve(options, context));
}

async function serve(options: ServeOptions, context: Context): Promise<void> {
  const level = checkLevel(options.logLevel);
  const bundle = await openNamedBundle(options.bundle, context);
  const predictor = await createPredictor(bundle, {
    maxPending: 256,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
  });
  const hasPage = existsSync(join(PAGE, 'index.html'));
  const app = await buildApp({
    predictor,
    version: processEnvironment().version,
    logger: pino({ level }, pino.destination(2)),
    ...(hasPage ? { page: PAGE } : {}),
  });
  try {
    await serveUntilAborted(app, { host: options.host, port: options.port }, context, (url) => {
      context.out.json({ url, bundle: bundle.dir, model: bundle.manifest.model.name, page: hasPage });
      context.out.line(
        `Serving ${bundle.name} (${bundle.manifest.model.name}, ${bundle.manifest.labels.length} classes) at ${url}`,
      );
      context.out.line(
        hasPage ? `  page ${url}/    API ${url}/docs    end with Ctrl-C` : `  API ${url}/docs    end with Ctrl-C`,
      );
      if (!hasPage) context.out.warn('The page is not built; start through ./osler, or run web/build.sh.');
      for (const stamp of stampWords(bundle.manifest.stamps, bundle.manifest.leaks)) {
        context.out.warn(`This bundle is stamped ${stamp}.`);
      }
    });
  } finally {
    await predictor.close();
  }
}
