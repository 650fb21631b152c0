import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { openHost } from '../pipeline/deployments/host.ts';
import type { Check } from '../pipeline/operation/health.ts';
import { diskCheck, storeCheck } from '../pipeline/operation/machine-checks.ts';
import { deploymentChecks } from '../pipeline/operation/model-checks.ts';
import { openOpinions } from '../pipeline/opinions/store-opinions.ts';
import type { KeyProvider } from '../security/keep/provider.ts';
import type { AppOptions } from '../server/app.ts';
import { DeploymentMetrics } from '../server/routes/deployments/metrics.ts';
import { asPredictor } from '../server/routes/deployments/plugin.ts';
import type { DeploymentHost } from '../serving/deployments/host.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Context } from './context.ts';

export interface HostingOptions {
  /** ONNX Runtime's, for each model. */
  threads?: number;
  logger: Logger;
  /** Of each image that was answered, where images are kept. */
  keep?: ((image: Uint8Array) => Promise<void>) | undefined;
  /** For images that are sent for jobs. */
  jobKeys?: KeyProvider | undefined;
}

export interface OpenDeployments {
  host: DeploymentHost;
  /** Of what they need. */
  checks: Check[];
  app: Pick<AppOptions, 'predictor' | 'deployments' | 'opinions'>;
  /** For `--json`, and for people. */
  document: { deployments: { name: string; revision: number }[] };
  words: string;
  close(): Promise<void>;
}

/** Loads deployments to be served; the app asks them, and they follow the store. */
export async function openDeployments(
  names: readonly string[],
  options: HostingOptions,
  { home, databaseUrl, artifacts }: Context,
): Promise<OpenDeployments> {
  const store = await openStore(home, databaseUrl, artifacts);
  try {
    const { host, metrics } = await hostDeployments(store, [...new Set(names)], options);
    return {
      host,
      checks: hostChecks(store, host, true),
      document: { deployments: host.all.map(({ name, row }) => ({ name, revision: row.revision.number })) },
      words: host.all.map(({ name, members }) => `${name} (${members.map((one) => one.name).join(', ')})`).join(', '),
      app: {
        predictor: asPredictor(host, randomUUID),
        deployments: { host, store, metrics, jobKeys: options.jobKeys },
        opinions: openOpinions(store, { hold: (version) => host.hold(version) }),
      },
      async close() {
        await host.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** @param vital whether the server is of no use where no model answers. */
export function hostChecks(store: Store, host: DeploymentHost, vital: boolean): Check[] {
  return [storeCheck(store), diskCheck(store.home), ...deploymentChecks(host, vital)];
}

/** A host that counts what it answers, and writes to the log what befalls it. */
export async function hostDeployments(
  store: Store,
  names: readonly string[] | 'all',
  { threads, logger, keep }: HostingOptions,
): Promise<{ host: DeploymentHost; metrics: DeploymentMetrics }> {
  const metrics = new DeploymentMetrics();
  const host = await openHost({
    store,
    names,
    ...(threads === undefined ? {} : { threads }),
    observe: metrics.observe,
    keep,
    onDropped: metrics.onDropped,
    onFault: (deployment, fault) =>
      fault === null
        ? logger.warn({ deployment }, 'the deployment is as the store says again')
        : logger.error({ deployment, err: fault }, 'the deployment is not what the store says'),
    onMove: (deployment, move) => {
      const { what, why } = move;
      metrics.onMove(deployment, move);
      logger.warn({ deployment, what, why }, 'the canary moved');
    },
    onLost: (entries) => logger.error({ entries }, 'answers are not in the log: neither store nor disk took them'),
  });
  return { host, metrics };
}
