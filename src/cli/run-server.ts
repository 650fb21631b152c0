import { platformPort, processEnvironment } from '../config/environment.ts';
import { bundleCheck } from '../pipeline/operation/model-checks.ts';
import { bundleDigest } from '../registry/open.ts';
import { buildApp } from '../server/app.ts';
import { kept } from '../server/kept.ts';
import { PROTOCOLS, parseProtocols } from '../server/routes/protocols/names.ts';
import { stampWords } from '../store/leak-stamp.ts';
import { builtPage, NO_PAGE } from './built-page.ts';
import type { Context } from './context.ts';
import { jobKeys } from './job-keys.ts';
import { serveUntilAborted } from './listen.ts';
import { openOperation } from './operation.ts';
import type { OpenedBundle, ServeOptions } from './serve.ts';
import { openDeployments } from './serve-deployments.ts';
import { openSecurity, type Secured } from './serve-security.ts';

/** Serves a bundle, which its caller closes, or without one the deployments that are named, until it is to end. */
export async function runServer(
  options: ServeOptions,
  opened: OpenedBundle | undefined,
  context: Context,
): Promise<void> {
  const { deployment, threads } = options;
  // Before anything runs that would have to be ended.
  const address = { host: options.host, port: options.port ?? platformPort() ?? 8080 };
  await using operation = await openOperation(options);
  const { logger, tracing } = operation;
  await using secured = await openSecurity(context, { ...options, logger });
  const protocols = options.protocol.length === 0 ? PROTOCOLS : parseProtocols(options.protocol);
  const served =
    opened === undefined
      ? await openDeployments(
          deployment,
          {
            ...(threads === undefined ? {} : { threads }),
            ...{ logger, keep: secured.keep, jobKeys: await jobKeys(context.home, options.config) },
          },
          context,
        )
      : await bundleAlone(opened, secured);
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

async function bundleAlone({ bundle, predictor: loading }: OpenedBundle, { keep }: Secured) {
  const predictor = await loading;
  const { model, labels } = bundle.manifest;
  return {
    app: {
      predictor: keep === undefined ? predictor : kept(predictor, keep),
      model: bundle.name,
      digest: await bundleDigest(bundle.dir),
    },
    document: { bundle: bundle.dir },
    checks: [bundleCheck(predictor)],
    words: `${bundle.name} (${model.name}, ${labels.length} classes)`,
    close: async () => undefined,
  };
}
