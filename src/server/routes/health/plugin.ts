import type { FastifyInstance } from 'fastify';
import type { Health } from '../../../pipeline/operation/health.ts';
import { registerHealthMetrics } from '../../metrics/health.ts';
import type { ServerMetrics } from '../../plugins/metrics.ts';
import { healthRoutes } from './routes.ts';

export interface Healthy {
  /** The server was asked to end. */
  isClosing(): boolean;
  /** Absent: the server says that it is there, and no more. */
  health?: Health | undefined;
}

/** How the server is, over HTTP and for Prometheus. */
export async function registerHealth(
  app: FastifyInstance,
  { registry }: ServerMetrics,
  { isClosing, health }: Healthy,
): Promise<void> {
  if (health !== undefined) registerHealthMetrics(registry, health, isClosing);
  await app.register(healthRoutes(isClosing, health));
}
