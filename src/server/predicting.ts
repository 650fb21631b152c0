import type { FastifyInstance } from 'fastify';
import type { Predictor } from '../serving/predictor.ts';
import { counted } from './metrics/counted.ts';
import { registerMetrics } from './plugins/metrics.ts';
import { registerDeployments, type ServedDeployments } from './routes/deployments/plugin.ts';
import { healthRoutes } from './routes/health.ts';
import { modelRoutes } from './routes/model.ts';
import { predictRoutes } from './routes/predict.ts';
import { type Protocol, registerProtocols } from './routes/protocols/plugin.ts';
import { servedBundle, servedDeployments } from './routes/protocols/served.ts';

export interface PredictingOptions {
  predictor: Pick<Predictor, 'manifest' | 'pending' | 'predict'>;
  /** What /v1 answers with; absent: there is no /v1/predict. */
  deployments?: ServedDeployments;
  /** Images being received or predicted at once; more are refused before their bytes are read. Default 64. */
  maxUploads?: number;
  /** Osler's own. */
  version: string;
  /** What other protocols call the bundle that is served; default: its network's name. Deployments have names of their own. */
  model?: string;
  /** Other systems' protocols that are answered; default: all. */
  protocols?: readonly Protocol[];
  isClosing(): boolean;
}

const DEFAULT_UPLOADS = 64;

/** What both servers have in common: images in, answers out, with health and metrics. */
export async function registerPredicting(app: FastifyInstance, options: PredictingOptions): Promise<void> {
  const { deployments, isClosing, maxUploads = DEFAULT_UPLOADS } = options;
  const metrics = registerMetrics(app, () => options.predictor.pending);
  // Deployments tell of their answers themselves.
  const predictor = deployments === undefined ? counted(options.predictor, metrics.answered) : options.predictor;
  await app.register(predictRoutes({ predictor, maxUploads }));
  await app.register(modelRoutes(() => predictor.manifest));
  if (deployments !== undefined) await registerDeployments(app, deployments, metrics);
  await app.register(healthRoutes(isClosing));
  const models =
    deployments === undefined
      ? servedBundle(options.model ?? predictor.manifest.model.name, predictor)
      : servedDeployments(deployments.host);
  const { version, protocols } = options;
  await registerProtocols(app, { models, version, isClosing, ...(protocols === undefined ? {} : { protocols }) });
}
