/** For tests: the whole house with people in it, each with a key of their role. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { openHost } from '../pipeline/deployments/host.ts';
import { ServerConfig } from '../security/config.ts';
import { type Gate, openGate } from '../security/gate.ts';
import { createKey } from '../security/keys.ts';
import { ROLES, type Role } from '../security/permission.ts';
import { openStore, type Store } from '../store/store.ts';
import { buildHouse } from './house.ts';
import { readCertificate } from './plugins/tls.ts';
import { DeploymentMetrics } from './routes/deployments/metrics.ts';

export interface Guarded {
  home: string;
  store: Store;
  gate: Gate;
  app: FastifyInstance;
  url: string;
  /** Texts of keys. */
  keys: Record<Role, string>;
  /** A request with the key of a role, or with none. */
  ask(role: Role | null, method: string, path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export interface GuardedOptions {
  config?: unknown;
  /** What the gate believes is listened on; `0.0.0.0` asks everybody. */
  host?: string;
  logger?: FastifyBaseLogger;
  clientSecret?: string;
  /** Serves these; default: whatever the store has. */
  prepare?: (store: Store, home: string) => Promise<void>;
  page?: string;
  /** Of a PostgreSQL store; default: SQLite. */
  databaseUrl?: string | undefined;
}

export async function openGuarded(options: GuardedOptions = {}): Promise<Guarded> {
  const { host = '0.0.0.0', logger, clientSecret, prepare, page } = options;
  const home = mkdtempSync(join(tmpdir(), 'osler-guarded-'));
  const store = await openStore(home, options.databaseUrl);
  const actor = { who: 'test', via: 'test' };
  const keys = {} as Record<Role, string>;
  for (const role of ROLES)
    keys[role] = (await createKey(store, actor, { name: `the ${role}`, roles: [role], expiresAt: null })).text;
  await prepare?.(store, home);
  const config = ServerConfig.parse(options.config ?? {});
  const gate = await openGate({ config, host, user: 'local person', access: store.access });
  const certificate = config.tls === null ? null : { current: await readCertificate(config.tls) };
  const metrics = new DeploymentMetrics();
  const { observe, onDropped } = metrics;
  const deployments = { host: await openHost({ store, names: 'all', threads: 1, observe, onDropped }), store, metrics };
  while (deployments.host.state.opening) await sleep(10);
  const app = await buildHouse({
    store,
    version: '0.0.0',
    deployments,
    security: { gate, certificate, clientSecret },
    ...(logger === undefined ? {} : { logger }),
    ...(page === undefined ? {} : { page }),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    home,
    store,
    gate,
    app,
    url,
    keys,
    ask: (role, method, path, init = {}) => {
      const headers = new Headers(init.headers);
      if (role !== null) headers.set('authorization', `Bearer ${keys[role]}`);
      return fetch(`${url}${path}`, { redirect: 'manual', ...init, method, headers });
    },
    async close() {
      await app.close();
      await deployments.host.close();
      await store.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
