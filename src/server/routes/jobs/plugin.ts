import type { FastifyInstance } from 'fastify';
import { keptImages } from '../../../pipeline/jobs/kept.ts';
import { JobRunner } from '../../../pipeline/jobs/runner.ts';
import { deploymentScorer, openTarget } from '../../../pipeline/jobs/target.ts';
import type { ServedDeployments } from '../deployments/plugin.ts';
import { jobRoutes } from './routes.ts';

/** Images of a job at once: others, who wait for an answer, go first. */
const AT_ONCE = 4;

/** Jobs over HTTP, and who works on them in this process until it closes. */
export async function registerJobs(
  app: FastifyInstance,
  { host, store, jobKeys }: Pick<ServedDeployments, 'host' | 'store' | 'jobKeys'>,
): Promise<void> {
  const kept = keptImages(store.home, jobKeys);
  const runner = new JobRunner({
    store,
    kept,
    async open(target) {
      if (target.kind !== 'deployment') return openTarget(store, target, { threads: 1 });
      return host.all.some(({ name }) => name === target.name) ? deploymentScorer(host, target.name, AT_ONCE) : null;
    },
    // Names of images stand in no log.
    onTrouble: (job, err) =>
      job === null
        ? app.log.warn({ err }, 'jobs can not be looked up')
        : app.log.error({ job, err }, 'a job broke off'),
    onEnd: ({ id, state, done, failed, error }) =>
      state === 'failed'
        ? app.log.error({ job: id, done, failed, error }, 'a job has failed; it can be gone on with')
        : app.log.info({ job: id, state, done, failed }, 'a job has ended'),
  });
  app.addHook('onClose', () => runner.close());
  await app.register(jobRoutes({ store, kept, deployment: (name) => host.get(name).name, wake: () => runner.wake() }));
}
