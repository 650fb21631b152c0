import type { FastifyInstance } from 'fastify';
import { classicRoutes } from './classic.ts';
import { invocationRoutes } from './invocations.ts';
import { kserveRoutes } from './kserve/routes.ts';
import { PROTOCOLS, type Protocol } from './names.ts';
import type { ServedModels } from './served.ts';

export interface ProtocolOptions {
  models: ServedModels;
  version: string;
  /** Default: all. */
  protocols?: readonly Protocol[];
  isClosing(): boolean;
}

/** Thin: each turns a request into what `/v1/predict` is asked, and its answer into what that system's clients read. */
export async function registerProtocols(app: FastifyInstance, options: ProtocolOptions): Promise<void> {
  const { models, version, protocols = PROTOCOLS, isClosing } = options;
  const isReady = () => !isClosing();
  const sagemaker = protocols.includes('sagemaker');
  const mlflow = protocols.includes('mlflow');
  if (protocols.includes('kserve')) await app.register(kserveRoutes({ models, version, isReady }));
  if (sagemaker || mlflow)
    await app.register(invocationRoutes({ models, version, protocols: { sagemaker, mlflow }, isReady }));
  if (protocols.includes('classic')) await app.register(classicRoutes({ models, isReady }));
}
