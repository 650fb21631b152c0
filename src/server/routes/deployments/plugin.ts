import type { FastifyInstance } from 'fastify';
import { OslerError } from '../../../errors.ts';
import type { KeyProvider } from '../../../security/keep/provider.ts';
import type { ServingHost } from '../../../serving/deployments/host.ts';
import type { ImageSource, Predictor } from '../../../serving/predictor.ts';
import type { Store } from '../../../store/store.ts';
import type { ServerMetrics } from '../../plugins/metrics.ts';
import { feedbackRoutes } from './feedback.ts';
import { manageRoutes } from './manage.ts';
import type { DeploymentMetrics } from './metrics.ts';
import { v1PredictRoutes } from './predict.ts';
import { recordRoutes } from './record.ts';

export interface ServedDeployments {
  host: ServingHost;
  store: Store;
  metrics: DeploymentMetrics;
  /** Encrypt images that wait for a job; default: a key of the home's own. */
  jobKeys?: KeyProvider | undefined;
}

export async function registerDeployments(
  app: FastifyInstance,
  { host, store, metrics }: ServedDeployments,
  server: ServerMetrics,
): Promise<void> {
  metrics.register(server, host);
  await app.register(v1PredictRoutes(host));
  await app.register(feedbackRoutes(host, store));
  await app.register(manageRoutes(host, store));
  await app.register(recordRoutes(host, store));
}

/** The first deployment as the routes from before there were any, and the page, see a bundle. */
export function asPredictor(
  host: ServingHost,
  newId: () => string,
): Pick<Predictor, 'manifest' | 'pending' | 'predict'> {
  return {
    get manifest() {
      return host.get().manifest;
    },
    get pending() {
      return host.all.reduce((sum, { load }) => sum + load.active + load.waiting, 0);
    },
    predict: (images, { heatmap = false, id = newId(), priority = 'normal', wanted, answeredBy } = {}) =>
      Promise.all(
        images.map((image) =>
          host
            .get()
            .predict({ id, image: bytesOf(image), heatmap, priority, ...(wanted === undefined ? {} : { wanted }) })
            .then(
              ({ prediction, network: name, run }) => {
                answeredBy?.({ name, run });
                return prediction;
              },
              (error: unknown) => {
                if (error instanceof OslerError) return error;
                throw error;
              },
            ),
        ),
      ),
  };
}

function bytesOf(image: ImageSource): Exclude<ImageSource, string> {
  if (typeof image !== 'string') return image;
  throw new OslerError('INTERNAL', 'A deployment takes bytes, and no path.');
}
