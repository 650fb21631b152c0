import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { openHost } from '../pipeline/deployments/host.ts';
import { createDeployment } from '../pipeline/deployments/manage.ts';
import { approve } from '../registry/decide.ts';
import { policyOf } from '../registry/policy.ts';
import { registerBundle } from '../registry/register.ts';
import { person } from '../registry/testing.ts';
import type { DeploymentHost } from '../serving/deployments/host.ts';
import { numberedBundle } from '../serving/deployments/testing.ts';
import { openStore, type Store } from '../store/store.ts';
import { buildHouse } from './house.ts';
import { DeploymentMetrics } from './routes/deployments/metrics.ts';

/** For tests: the whole house on a port of its own, with versions 1 and 2 of `skin` and one, 3, that is not approved, and the deployment `derma` of 1. */
export interface TestHouse {
  home: string;
  store: Store;
  host: DeploymentHost;
  app: FastifyInstance;
  url: string;
  close(): Promise<void>;
}

export async function testHouse(options: { databaseUrl?: string } = {}): Promise<TestHouse> {
  const home = mkdtempSync(join(tmpdir(), 'osler-house-'));
  const store = await openStore(home, options.databaseUrl);
  for (const number of [1, 2, 3]) {
    await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(home, number) });
    if (number < 3) await approve(store, person('ben'), `skin@${number}`, { reason: 'x' }, { policy: policyOf({}) });
  }
  await createDeployment(
    store,
    'derma',
    { live: [{ model: 'skin@1', weight: 1 }] },
    { actor: person('ada'), why: 'test' },
  );
  const metrics = new DeploymentMetrics();
  const { observe, onDropped } = metrics;
  const host = await openHost({ store, names: ['derma'], threads: 1, pollMs: 50, observe, onDropped });
  const app = await buildHouse({ store, version: '0.0.0', deployments: { host, store, metrics } });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    home,
    store,
    host,
    app,
    url,
    async close() {
      await app.close();
      await host.close();
      await store.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
