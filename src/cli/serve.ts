import type { Command } from 'commander';
import type { Bundle } from '../bundle/open.ts';
import { OslerError } from '../errors.ts';
import { openNamedBundle } from '../pipeline/find-bundle.ts';
import { PROTOCOLS } from '../server/routes/protocols/names.ts';
import { createPredictor, type Predictor } from '../serving/predictor.ts';
import type { Context } from './context.ts';
import { collect, wholeNumber } from './options.ts';
import { type OperationOptions, operationOptions, type SecurityFlags, securityOptions } from './server-options.ts';

export interface ServeOptions extends OperationOptions, SecurityFlags {
  bundle?: string;
  deployment: string[];
  port?: number;
  threads?: number;
  protocol: string[];
}

export function register(program: Command, context: Context): void {
  const command = program
    .command('serve')
    .description(
      'Serve a bundle, or deployments of registered ones, over HTTP, with a page to drop an image on. Ends with Ctrl-C or SIGTERM after the last answer.',
    )
    .option(
      '--bundle <bundle>',
      'a bundle folder, the name of one in OSLER_HOME/bundles, or a registered version: models:/skin@champion',
    )
    .option(
      '--deployment <name>',
      'a deployment (osler deploy) instead; given again: several, the first one answers where a request names none',
      collect,
      [],
    )
    .option('--port <n>', 'port (default: $PORT, else 8080); 0 takes a free one', wholeNumber(0, 65_535))
    .option('--threads <n>', "threads of ONNX Runtime (default: the machine's processors)", wholeNumber(1, 1024))
    .option(
      '--protocol <names>',
      `other systems' protocols to answer, of ${PROTOCOLS.join(', ')}; default: all`,
      collect,
      [],
    );
  operationOptions(securityOptions(command))
    .addHelpText(
      'after',
      `
Examples:
  osler serve --bundle demo                                          the page at http://127.0.0.1:8080
  curl -F file=@lesion.jpg http://127.0.0.1:8080/predict/image       one answer, as JSON
  curl --data-binary @lesion.jpg -H 'content-type: image/jpeg' 'http://127.0.0.1:8080/predict/image?heatmap=true'

  osler serve --deployment derma                                     and POST /v1/predict, which follows osler deploy
  curl -F file=@lesion.jpg -F key=patient-17 http://127.0.0.1:8080/v1/predict

Routes: POST /predict/image, GET /model/info, /health/live, /health/ready, /health/deep, /metrics (Prometheus), /docs (OpenAPI).`,
    )
    .action((options: ServeOptions) => serve(options, context));
}

/**
 * A bundle is loaded by threads of its own, while this one loads the server: that is why the server's code is imported late, and nothing
 * above imports any of it.
 */
async function serve(options: ServeOptions, context: Context): Promise<void> {
  const { bundle: name, deployment } = options;
  if ((name === undefined) === (deployment.length === 0)) {
    throw new OslerError('USAGE', 'Name a bundle or deployments to serve.', {
      hint: 'osler serve --bundle demo, or osler serve --deployment derma',
    });
  }
  const opened = name === undefined ? undefined : await open(name, options, context);
  try {
    const { runServer } = await import('./run-server.ts');
    await runServer(options, opened, context);
  } finally {
    const predictor = await opened?.predictor.catch(() => undefined);
    await predictor?.close();
  }
}

export interface OpenedBundle {
  bundle: Bundle;
  predictor: Promise<Predictor>;
}

/** As soon as the threads have got the graph: while modules are imported, this one hears of nothing. */
async function open(name: string, { threads }: ServeOptions, context: Context): Promise<OpenedBundle> {
  const bundle = await openNamedBundle(name, context);
  const limits = threads === undefined ? {} : { threads };
  const handedOver = Promise.withResolvers<void>();
  const read = async (file: string): Promise<Uint8Array> => {
    const bytes = await bundle.read(file);
    setImmediate(handedOver.resolve);
    return bytes;
  };
  const predictor = createPredictor({ manifest: bundle.manifest, read }, { maxPending: 256, eager: true, ...limits });
  await Promise.race([handedOver.promise, predictor]);
  return { bundle, predictor };
}
