import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mlflowClient, remoteOf, type TrackingAccess } from './access.ts';
import { type Target, TrackerConfig, targetsOf } from './config.ts';
import { RUN_TAG } from './mlflow/names.ts';
import type { RemoteState } from './remote.ts';
import { Spool } from './spool.ts';
import { type SpooledOptions, SpooledTracker } from './spooled.ts';
import type { Tracker } from './tracker.ts';
import { WandbOffline } from './wandb/offline.ts';

/** Of a run's folder, with its spools. */
export const trackingDir = (runFolder: string): string => join(runFolder, 'tracking');
/** Of a run's folder, with its run in W&B's format. */
export const wandbDir = (runFolder: string): string => join(runFolder, 'wandb');

/** A target's name among the files of a run: another server is another spool. */
export function spoolName(target: Target): string {
  const kind = 'mlflow' in target ? 'mlflow' : 'wandb';
  const where =
    'mlflow' in target
      ? [target.mlflow.uri, target.mlflow.experiment]
      : [target.wandb.entity, target.wandb.project, target.wandb.mode];
  return `${kind}-${createHash('sha256').update(JSON.stringify(where)).digest('hex').slice(0, 8)}`;
}

export interface OpenDeps extends SpooledOptions {
  access: TrackingAccess;
}

/** A tracker for each target. Throws USAGE when one needs a variable that is not set. */
export function openTargets(
  runFolder: string,
  targets: readonly Target[],
  { access, ...options }: OpenDeps,
): Tracker[] {
  return targets.map((target) => {
    const remote = remoteOf(target, access);
    if (remote !== null) {
      const known = resolved(target, access);
      writeTarget(runFolder, known);
      return new SpooledTracker(trackingDir(runFolder), spoolName(known), remote, options);
    }
    const { project, entity } = (target as Extract<Target, { wandb: unknown }>).wandb;
    return new WandbOffline({ folder: wandbDir(runFolder), project, entity, onWarning: options.onWarning });
  });
}

/** With the server's address, wherever it came from. */
function resolved(target: Target, { mlflow }: TrackingAccess): Target {
  return 'mlflow' in target ? { mlflow: { ...target.mlflow, uri: target.mlflow.uri ?? mlflow.uri ?? null } } : target;
}

/** Beside the spool, for who sends the rest of it later. It holds no password. */
function writeTarget(runFolder: string, target: Target): void {
  mkdirSync(trackingDir(runFolder), { recursive: true });
  writeFileSync(join(trackingDir(runFolder), `${spoolName(target)}.target.json`), JSON.stringify(target));
}

/** The targets that a run's folder has spools of. */
export function spooledTargets(runFolder: string): { name: string; target: Target }[] {
  const folder = trackingDir(runFolder);
  if (!existsSync(folder)) return [];
  const ending = '.target.json';
  return readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => {
      const target = targetsOf([TrackerConfig.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))])[0]!;
      return { name: file.slice(0, -ending.length), target };
    });
}

/** A start is not held up longer than this by a server that says nothing, */
const KNOCK_MS = 1_500;
/** and by one that is awake, but slow. */
const RESERVE_MS = 8_000;

/** A run that a server was asked for, with the id that it has there and is to have here. */
export interface Reserved {
  id: string;
  target: Target;
  state: RemoteState;
  /** Takes it back: the training failed before its first step. */
  cancel(): Promise<void>;
}

/**
 * MLflow's servers choose the ids of their runs: the first one of the targets is asked for one, so that the run has the same id there and
 * here. Null where no target is an MLflow server, or it does not answer soon: then its run is made later, with a tag that names ours.
 */
export async function reserveId(
  targets: readonly Target[],
  run: { candidate: string; name: string; experiment: string; user: string; startTime: number },
  access: TrackingAccess,
): Promise<Reserved | null> {
  const target = targets.find((one) => 'mlflow' in one);
  if (target === undefined || !('mlflow' in target)) return null;
  const uri = target.mlflow.uri ?? access.mlflow.uri;
  if (uri === undefined) return null;
  const client = mlflowClient(uri, RESERVE_MS, access);
  if (!(await client.answers(KNOCK_MS))) return null;
  const signal = AbortSignal.timeout(RESERVE_MS);
  let asking = false;
  try {
    const experiment = await client.ensureExperiment(target.mlflow.experiment ?? run.experiment, signal);
    const tags = [{ key: RUN_TAG, value: run.candidate }];
    const asked = { experiment_id: experiment, run_name: run.name, user_id: run.user, start_time: run.startTime, tags };
    asking = true;
    const { info } = await client.createRun(asked, signal);
    if (!/^[0-9a-f]{32}$/.test(info.run_id)) return null;
    return {
      id: info.run_id,
      target,
      state: { runId: info.run_id, artifactUri: info.artifact_uri },
      cancel: () => client.deleteRun(info.run_id).catch(() => undefined),
    };
  } catch {
    // Its tracker says what is wrong, and goes on trying. The run may have been made: it is looked for first.
    return asking ? { id: run.candidate, target, state: { attempted: true }, cancel: async () => undefined } : null;
  }
}

/** Tells the target's spool which run is meant. */
export function adopt(runFolder: string, { target, state }: Reserved, access: TrackingAccess): void {
  const spool = new Spool(trackingDir(runFolder), spoolName(resolved(target, access)));
  spool.remember(state);
  spool.close();
}
