import type { Command } from 'commander';
import { platformPort, processEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import { openNamedBundle } from '../pipeline/find-bundle.ts';
import { bundleCheck } from '../pipeline/operation/model-checks.ts';
import { bundleDigest } from '../registry/open.ts';
import { buildApp } from '../server/app.ts';
import { kept } from '../server/kept.ts';
import { PROTOCOLS, parseProtocols } from '../server/routes/protocols/plugin.ts';
import { createPredictor } from '../serving/predictor.ts';
import { stampWords } from '../store/leak-stamp.ts';
import { builtPage, NO_PAGE } from './built-page.ts';
import type { Context } from './context.ts';
import { jobKeys } from './job-keys.ts';
import { serveUntilAborted } from './listen.ts';
import { type OperationOptions, openOperation, operationOptions } from './operation.ts';
import { collect, wholeNumber } from './options.ts';
import { openDeployments } from './serve-deployments.ts';
import { openSecurity, type Secured, type SecurityFlags, securityOptions } from './serve-security.ts';

interface ServeOptions extends OperationOptions, SecurityFlags {
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

async function serve(options: ServeOptions, context: Context): Promise<void> {
  const { bundle, deployment, threads } = options;
  if ((bundle === undefined) === (deployment.length === 0)) {
    throw new OslerError('USAGE', 'Name a bundle or deployments to serve.', {
      hint: 'osler serve --bundle demo, or osler serve --deployment derma',
    });
  }
  await using operation = await openOperation(options);
  const { logger, tracing } = operation;
  await using secured = await openSecurity(context, { ...options, logger });
  const protocols = options.protocol.length === 0 ? PROTOCOLS : parseProtocols(options.protocol);
  const limits = threads === undefined ? {} : { threads };
  const served =
    bundle === undefined
      ? await openDeployments(
          deployment,
          { ...limits, logger, keep: secured.keep, jobKeys: await jobKeys(context.home, options.config) },
          context,
        )
      : await openOne(bundle, { ...limits, keep: secured.keep }, context);
  const page = builtPage();
  try {
    const app = await buildApp({
      ...served.app,
      version: processEnvironment().version,
      protocols,
      logger,
      tracing,
      security: secured.security,
      health: operation.watch([...served.checks, ...secured.checks]),
      ...(page === undefined ? {} : { page }),
    });
    const address = { host: options.host, port: options.port ?? platformPort() ?? 8080 };
    const ready = (url: string): void => {
      const { manifest } = served.app.predictor;
      context.out.json({ url, ...served.document, model: manifest.model.name, page: page !== undefined });
      context.out.line(`Serving ${served.words} at ${url}`);
      context.out.line(
        page !== undefined
          ? `  page ${url}/    API ${url}/docs    end with Ctrl-C`
          : `  API ${url}/docs    end with Ctrl-C`,
      );
      context.out.line(`  ${secured.words}`);
      for (const warning of secured.warnings) context.out.warn(warning);
      if (page === undefined) context.out.warn(NO_PAGE);
      for (const stamp of stampWords(manifest.stamps, manifest.leaks)) {
        context.out.warn(`This bundle is stamped ${stamp}.`);
      }
    };
    await serveUntilAborted(app, address, context, ready, options);
  } finally {
    await served.close();
  }
}

async function openOne(
  name: string,
  { keep, ...limits }: { threads?: number; keep: Secured['keep'] },
  context: Context,
) {
  const bundle = await openNamedBundle(name, context);
  const own = await createPredictor(bundle, { maxPending: 256, eager: true, ...limits });
  const predictor = keep === undefined ? own : kept(own, keep);
  const { model, labels } = bundle.manifest;
  return {
    app: { predictor, model: bundle.name, digest: await bundleDigest(bundle.dir) },
    document: { bundle: bundle.dir },
    checks: [bundleCheck(own)],
    words: `${bundle.name} (${model.name}, ${labels.length} classes)`,
    close: () => own.close(),
  };
}
