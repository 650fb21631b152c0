import type { FastifyInstance } from 'fastify';
import { OslerError } from '../../../errors.ts';
import { classicRoutes } from './classic.ts';
import { invocationRoutes } from './invocations.ts';
import { kserveRoutes } from './kserve/routes.ts';
import type { ServedModels } from './served.ts';

/** Other systems' ways to ask for predictions. `classic`: the routes of services as tutorials write them. */
export const PROTOCOLS = ['kserve', 'sagemaker', 'mlflow', 'classic'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface ProtocolOptions {
  models: ServedModels;
  version: string;
  /** Default: all. */
  protocols?: readonly Protocol[];
  isClosing(): boolean;
}

/** Throws USAGE for a name that is none. */
export function parseProtocols(names: readonly string[]): Protocol[] {
  return names
    .flatMap((text) => text.split(','))
    .map((name) => {
      const known = PROTOCOLS.find((one) => one === name.trim());
      if (known !== undefined) return known;
      throw new OslerError('USAGE', `--protocol ${name} is none of ${PROTOCOLS.join(', ')}.`);
    });
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
