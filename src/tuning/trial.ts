import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Dataset } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { runDir, runLogFile } from '../store/paths.ts';
import type { RunRecord } from '../store/run.ts';
import type { Store } from '../store/store.ts';
import type { Claim, SweepRecord, Trial, TrialParams } from '../store/sweep.ts';
import { type EpochRecord, parseLog } from '../training/log.ts';
import { improves } from '../training/schedules.ts';
import { resume, type TrainDeps, train } from '../training/train.ts';
import { keepLease, type Lease } from './lease.ts';
import { objectiveOf, recipeOf, type SweepPlan } from './plan.ts';
import { shouldPrune } from './pruning.ts';

export interface TrialDeps extends Omit<TrainDeps, 'id' | 'group' | 'name' | 'onEpoch' | 'acceptLeaks' | 'signal'> {
  signal: AbortSignal;
}

/** What became of a trial in this worker's hands. `refused`: failed by what was asked for. `lost`: another worker has it. */
export type Outcome = 'finished' | 'pruned' | 'diverged' | 'failed' | 'refused' | 'again' | 'lost' | 'busy';

/**
 * Trains the trial of a claim, as a run like any other, or goes on with the run that was begun for it, and tells the store what came of
 * it. Throws only when it is to stop: INTERRUPTED, after giving the trial back, and what the store throws.
 */
export async function runTrial(
  sweep: SweepRecord,
  plan: SweepPlan,
  dataset: Dataset,
  claim: Claim & { trial: { params: TrialParams } },
  deps: TrialDeps,
): Promise<Outcome> {
  const { store } = deps;
  const lease = keepLease(store, claim, plan.leaseSeconds * 1000, deps.signal);
  const judge = new Judge(store, claim, plan, lease);
  try {
    const run = await trainTrial(sweep, plan, dataset, claim, judge, { ...deps, signal: lease.signal });
    if (judge.pruned) return 'pruned';
    if (run === null || lease.lost) return 'lost';
    return await settled(store, claim, { state: 'finished', value: run.best?.value ?? null, error: null }, 'finished');
  } catch (error) {
    if (judge.pruned) return 'pruned';
    if (lease.lost) return 'lost';
    if (!(error instanceof Error)) throw error;
    return await settleFailure(store, claim, plan, error);
  } finally {
    lease.end();
  }
}

/** Null when the lease was lost before the training began. */
async function trainTrial(
  sweep: SweepRecord,
  plan: SweepPlan,
  dataset: Dataset,
  claim: Claim & { trial: { params: TrialParams } },
  judge: Judge,
  deps: TrialDeps,
): Promise<RunRecord | null> {
  const { store } = deps;
  const { trial } = claim;
  const recipe = recipeOf(plan.recipe, trial.params);
  const begun = trial.runs.at(-1);
  const recorded = begun === undefined ? null : await recordOf(store, begun);
  const own: TrainDeps = {
    ...deps,
    name: `${sweep.name} ${trial.number}`,
    ...(plan.accepted === null ? {} : { acceptLeaks: plan.accepted }),
    onEpoch: (record) => judge.proceed(record),
    onStart: (run) => {
      judge.marked = store.logs.write(run.id, {
        tags: [
          { key: 'osler.sweep', value: sweep.id },
          { key: 'osler.trial', value: String(trial.number) },
        ],
      });
      // Met after the first epoch.
      judge.marked.catch(() => undefined);
      deps.onStart?.(run);
    },
  };
  if (recorded !== null && recorded.status !== 'failed' && existsSync(runDir(store.home, recorded.id))) {
    await judge.catchUp(recorded.id);
    return judge.pruned ? recorded : await resume(recorded, own);
  }
  // One that was killed before it was recorded begins again under its id; one that failed, or lies on another machine, gets a new one.
  const free = begun !== undefined && recorded === null && !(await wasDeleted(store, begun));
  const id = free ? begun : randomBytes(16).toString('hex');
  if (!(await store.sweeps.assign(claim, { run: id }))) return null;
  return await train(dataset, { ...recipe, name: own.name! }, { ...own, id });
}

async function recordOf(store: Store, id: string): Promise<RunRecord | null> {
  try {
    return await store.runs.get(id);
  } catch (error) {
    if (error instanceof OslerError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

async function wasDeleted(store: Store, id: string): Promise<boolean> {
  return (await store.runs.list({ deleted: true })).some((run) => run.id === id);
}

/** Reports each epoch to the store, and lets the pruning rule decide there. */
class Judge {
  pruned = false;
  /** The run's tags are written. */
  marked: Promise<void> = Promise.resolve();
  private readonly store: Store;
  private readonly claim: Claim;
  private readonly plan: SweepPlan;
  private readonly lease: Lease;
  private readonly epochs: (number | null)[];

  constructor(store: Store, claim: Claim, plan: SweepPlan, lease: Lease) {
    this.store = store;
    this.claim = claim;
    this.plan = plan;
    this.lease = lease;
    this.epochs = [...claim.trial.epochs];
  }

  async proceed({ epoch, val }: EpochRecord): Promise<boolean> {
    await this.marked;
    const { metric, direction } = objectiveOf(this.plan);
    const value = val[metric] ?? null;
    this.epochs[epoch - 1] = value;
    const best = this.epochs.reduce<number | null>(
      (found, one) => (one != null && improves(one, found, direction) ? one : found),
      null,
    );
    const rule = { config: this.plan.pruning, direction, epochs: epochsOf(this.plan, this.claim.trial) };
    const decide = (trial: Trial, all: Trial[]) => shouldPrune(rule, trial, all);
    const verdict = await this.store.sweeps.report(
      this.claim,
      { epoch, value, best },
      rule.config.kind === 'none' ? null : decide,
    );
    if (verdict === 'lost') this.lease.lose();
    this.pruned ||= verdict === 'pruned';
    return verdict === 'go';
  }

  /** Epochs that were done when the worker was killed, and that the store has not heard of. */
  async catchUp(run: string): Promise<void> {
    const path = runLogFile(this.store.home, run);
    if (!existsSync(path)) return;
    for (const line of parseLog(readFileSync(path, 'utf8'))) {
      if (line.type !== 'epoch' || line.epoch <= this.claim.trial.epochs.length) continue;
      if (!(await this.proceed(line))) return;
    }
  }
}

/** Of a trial that is not pruned: the number of epochs may be searched too. */
function epochsOf(plan: SweepPlan, { params }: Trial): number {
  return recipeOf(plan.recipe, params ?? {}).training.epochs;
}

async function settleFailure(store: Store, claim: Claim, plan: SweepPlan, error: Error): Promise<Outcome> {
  const code = error instanceof OslerError ? error.code : 'INTERNAL';
  const words = error.message.slice(0, 500);
  if (code === 'INTERRUPTED') {
    await store.sweeps.settle(claim, { state: 'waiting' });
    throw error;
  }
  // The process that had it before has not ended yet, though its lease has.
  if (code === 'ALREADY_EXISTS') {
    return settled(store, claim, { state: 'waiting', pauseMs: plan.leaseSeconds * 1000 }, 'busy');
  }
  if (code === 'STORE_FAILED') throw error;
  if (code === 'DIVERGED') return settled(store, claim, { state: 'diverged', value: null, error: words }, 'diverged');
  // What is wrong with the input stays wrong.
  const refused = error instanceof OslerError && error.exitCode === 2;
  const again = !refused && claim.trial.failures < plan.retries;
  return settled(
    store,
    claim,
    { state: again ? 'waiting' : 'failed', failed: true, value: null, error: words },
    again ? 'again' : refused ? 'refused' : 'failed',
  );
}

async function settled(
  store: Store,
  claim: Claim,
  how: Parameters<Store['sweeps']['settle']>[1],
  outcome: Outcome,
): Promise<Outcome> {
  return (await store.sweeps.settle(claim, how)) ? outcome : 'lost';
}
