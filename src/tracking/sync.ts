import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OnProgress } from '../progress.ts';
import { remoteOf, type TrackingAccess } from './access.ts';
import { RemoteError } from './http.ts';
import { spooledTargets, trackingDir } from './open.ts';
import type { Remote, RemoteState } from './remote.ts';
import { Spool } from './spool.ts';

export interface Synced {
  /** `mlflow http://host:5000`, `wandb https://api.wandb.ai`. */
  tracker: string;
  /** Bytes of events: all there are, sent now, and still unsent. */
  bytes: number;
  sent: number;
  left: number;
  /** Why some are left. */
  problem: string | null;
  /** What the server will never take: lines of a file that says why. */
  refused: number;
  refusedFile: string | null;
  /** The other side's id where it is not ours. */
  remoteId: string | null;
}

export interface SyncDeps {
  access: TrackingAccess;
  /** Send; else only say how it stands. */
  send: boolean;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** Attempts in a row that may fail. */
const ATTEMPTS = 4;
const BATCH_BYTES = 256 * 1024;

/** Sends what a run's spools still hold. One process at a time may do so: the caller holds the run's lock. */
export async function syncRun(runFolder: string, deps: SyncDeps): Promise<Synced[]> {
  const out: Synced[] = [];
  for (const { name, target } of spooledTargets(runFolder)) {
    const remote = remoteOf(target, deps.access);
    if (remote === null || !Spool.exists(trackingDir(runFolder), name)) continue;
    const spool = new Spool(trackingDir(runFolder), name);
    try {
      const before = spool.unsent;
      const problem = deps.send ? await sendAll(spool, remote, deps) : spool.problem;
      const refusedFile = join(trackingDir(runFolder), `${name}.refused.jsonl`);
      out.push({
        tracker: remote.name,
        bytes: spool.bytes,
        sent: before - spool.unsent,
        left: spool.unsent,
        problem: spool.unsent === 0 ? null : problem,
        refused: existsSync(refusedFile) ? readFileSync(refusedFile, 'utf8').split('\n').length - 1 : 0,
        refusedFile: existsSync(refusedFile) ? refusedFile : null,
        remoteId: typeof spool.remote.runId === 'string' ? spool.remote.runId : null,
      });
    } finally {
      spool.close();
    }
  }
  return out;
}

/** Null when all has arrived, else why not. */
async function sendAll(spool: Spool, remote: Remote, { onProgress, signal }: SyncDeps): Promise<string | null> {
  const total = spool.unsent;
  let failures = 0;
  while (spool.unsent > 0) {
    signal?.throwIfAborted();
    onProgress?.({ task: remote.name, done: total - spool.unsent, total });
    const { events, end } = spool.next(BATCH_BYTES);
    const state = structuredClone(spool.remote) as RemoteState;
    try {
      await remote.deliver(events, {
        state,
        save: () => spool.remember(state),
        refuse: (what, why) => spool.refuse(what, why),
        signal: signal ?? new AbortController().signal,
      });
      spool.acknowledge(end, state);
      failures = 0;
    } catch (error) {
      signal?.throwIfAborted();
      const { message } = error as Error;
      spool.fail(message);
      failures += 1;
      if (failures >= ATTEMPTS || (error instanceof RemoteError && error.failure !== 'passing')) return message;
      await sleep(Math.max((error as RemoteError).wait ?? 0, 250 * 2 ** failures), undefined, { signal });
    }
  }
  if (total > 0) onProgress?.({ task: remote.name, done: total, total });
  return null;
}
