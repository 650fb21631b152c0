/**
 * Writes the types of the page's client, web/src/api/schema.d.ts, from the server's OpenAPI document: `node web/openapi/api.ts`.
 * A test fails where the file is not what this makes.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { openHost } from '../../src/pipeline/deployments/host.ts';
import { buildHouse } from '../../src/server/house.ts';
import { DeploymentMetrics } from '../../src/server/routes/deployments/metrics.ts';
import { openStore } from '../../src/store/store.ts';

export const SCHEMA = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url));

/** The types of all routes of the whole house. */
export async function schemaText(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'osler-api-'));
  const store = await openStore(home);
  const metrics = new DeploymentMetrics();
  const host = await openHost({ store, names: 'all' });
  const app = await buildHouse({ store, version: '0.0.0', deployments: { host, store, metrics } });
  try {
    await app.ready();
    const types = await openapiTS(JSON.parse(JSON.stringify(app.swagger())) as never);
    return `/** Made by web/openapi/api.ts from the server's OpenAPI document. Not to be changed by hand. */\n${astToString(types)}`;
  } finally {
    await app.close();
    await host.close();
    await store.close();
    await rm(home, { recursive: true, force: true });
  }
}

if (import.meta.main) await writeFile(SCHEMA, await schemaText());
