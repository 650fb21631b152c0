import type { FastifyInstance } from 'fastify';
import { oneOpinion } from '../pipeline/opinions/one-bundle.ts';
import type { Opinions } from '../pipeline/opinions/opinions.ts';
import type { Predictor } from '../serving/predictor.ts';
import { counted } from './metrics/counted.ts';
import { registerMetrics, type ServerMetrics } from './plugins/metrics.ts';
import { registerDeployments, type ServedDeployments } from './routes/deployments/plugin.ts';
import { type Healthy, registerHealth } from './routes/health/plugin.ts';
import { registerJobs } from './routes/jobs/plugin.ts';
import { modelRoutes } from './routes/model.ts';
import { opinionRoutes } from './routes/opinions/plugin.ts';
import { predictRoutes } from './routes/predict.ts';
import type { Protocol } from './routes/protocols/names.ts';
import { registerProtocols } from './routes/protocols/plugin.ts';
import { servedBundle, servedDeployments } from './routes/protocols/served.ts';

export interface PredictingOptions extends Healthy {
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
  /** sha256 of the served bundle's manifest. */
  digest?: string;
  /** Models that are asked by themselves; default: the bundle that is served. */
  opinions?: Opinions;
}

const DEFAULT_UPLOADS = 64;

/** What both servers have in common: images in, answers out, with health and metrics. */
export async function registerPredicting(app: FastifyInstance, options: PredictingOptions): Promise<ServerMetrics> {
  const { deployments, isClosing, maxUploads = DEFAULT_UPLOADS } = options;
  const metrics = registerMetrics(app, () => options.predictor.pending);
  // Deployments tell of their answers themselves.
  const predictor = deployments === undefined ? counted(options.predictor, metrics.answered) : options.predictor;
  await app.register(predictRoutes({ predictor, maxUploads }));
  await app.register(modelRoutes(() => predictor.manifest));
  if (deployments !== undefined) {
    await registerDeployments(app, deployments, metrics);
    await registerJobs(app, deployments);
  }
  // Deployments may come later: there may be none to ask for its manifest yet.
  const model = options.model ?? (deployments === undefined ? predictor.manifest.model.name : '');
  const opinions =
    options.opinions ??
    (deployments === undefined ? oneOpinion(predictor, { name: model, digest: options.digest ?? null }) : undefined);
  if (opinions !== undefined) await app.register(opinionRoutes(opinions), { prefix: '/v1' });
  await registerHealth(app, metrics, options);
  const models = deployments === undefined ? servedBundle(model, predictor) : servedDeployments(deployments.host);
  const { version, protocols } = options;
  await registerProtocols(app, { models, version, isClosing, ...(protocols === undefined ? {} : { protocols }) });
  return metrics;
}
