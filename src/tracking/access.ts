import type { TrackingEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import type { Target } from './config.ts';
import { MlflowClient } from './mlflow/client.ts';
import { MlflowRemote } from './mlflow/remote.ts';
import type { Remote } from './remote.ts';
import { WandbApi } from './wandb/api.ts';
import { WandbRemote } from './wandb/online.ts';

export type TrackingAccess = TrackingEnvironment;

export function mlflowClient(uri: string, timeoutMs: number, { mlflow }: TrackingAccess): MlflowClient {
  const { token, name, password } = mlflow;
  const user = name === undefined || password === undefined ? undefined : { name, password };
  return new MlflowClient({ uri: uri.replace(/\/+$/, ''), timeoutMs, token, user });
}

/** The server behind a target; null for W&B offline, which has none. Throws USAGE when it needs a variable that is not set. */
export function remoteOf(target: Target, access: TrackingAccess): Remote | null {
  if ('mlflow' in target) {
    const uri = target.mlflow.uri ?? access.mlflow.uri;
    if (uri === undefined) {
      throw new OslerError('USAGE', 'tracking names mlflow, but not where its server is.', {
        hint: 'Set MLFLOW_TRACKING_URI, or write tracking: [{mlflow: {uri: "http://host:5000"}}].',
      });
    }
    const client = mlflowClient(uri, target.mlflow.timeoutSeconds * 1000, access);
    return new MlflowRemote({ client, experiment: target.mlflow.experiment });
  }
  const { mode, project, entity, timeoutSeconds } = target.wandb;
  if (mode === 'offline') return null;
  if (access.wandb.key === undefined) {
    throw new OslerError('USAGE', 'tracking names wandb online, but WANDB_API_KEY is not set.', {
      hint: 'Set it (wandb.ai/authorize shows it), or use tracking: [{wandb: {mode: offline}}] and wandb sync later.',
    });
  }
  const api = new WandbApi({ url: access.wandb.url, key: access.wandb.key, timeoutMs: timeoutSeconds * 1000 });
  return new WandbRemote(api, { project, entity });
}
