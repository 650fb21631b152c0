import { setTimeout as sleep } from 'node:timers/promises';
import { openDataset } from '../data/dataset.ts';
import type { Dataset } from '../data/sample.ts';
import { foldView } from '../data/split/fold-view.ts';
import { OslerError } from '../errors.ts';
import { isGone, ownIdentity } from '../store/identity.ts';
import type { Store } from '../store/store.ts';
import type { SweepRecord, Trial, TrialParams } from '../store/sweep.ts';
import { SweepPlan } from './plan.ts';
import { samplerOf } from './samplers/index.ts';
import { pastOf } from './samplers/sampler.ts';
import { type Outcome, runTrial, type TrialDeps } from './trial.ts';

export interface WorkDeps extends TrialDeps {
  /** Trials at a time, each training a process of its own. */
  workers: number;
  onBegin?: (trial: Trial & { params: TrialParams }) => void;
  onEnd?: (trial: Trial, outcome: Outcome) => void;
}

/** While all trials are in others' hands. */
const WAIT_MS = 1_000;
/** So many failures before anything else are the machine's or the recipe's fault, not the settings'; of the same refusal, two. */
const HOPELESS = 5;

/**
 * Works on a sweep until all its trials are done, beside any other workers on this machine or on others. Throws INTERRUPTED when it is
 * stopped (its trials can be gone on with), ENGINE_FAILED when everything fails, DATA_INVALID when the dataset is another by now.
 */
export async function workOn(sweep: SweepRecord, deps: WorkDeps): Promise<void> {
  const plan = SweepPlan.parse(sweep.config);
  const dataset = await datasetOf(deps.store, plan);
  // One that fails ends the others, who give their trials back.
  const failed = new AbortController();
  const signal = AbortSignal.any([deps.signal, failed.signal]);
  const all = await Promise.allSettled(
    Array.from({ length: deps.workers }, () =>
      oneAfterTheOther(sweep, plan, dataset, { ...deps, signal }).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  deps.signal.throwIfAborted();
  const causes = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (causes.length > 0) throw failed.signal.reason ?? causes[0];
}

async function oneAfterTheOther(sweep: SweepRecord, plan: SweepPlan, dataset: Dataset, deps: WorkDeps): Promise<void> {
  const { store, signal } = deps;
  const sampler = samplerOf(plan);
  const worker = ownIdentity();
  const leaseMs = plan.leaseSeconds * 1000;
  for (;;) {
    signal.throwIfAborted();
    const claimed = await store.sweeps.claim(sweep.id, { worker, leaseMs, gone: isGone });
    if (claimed.kind === 'wait') {
      await sleep(Math.min(WAIT_MS, leaseMs / 2), undefined, { signal }).catch(() => undefined);
      continue;
    }
    if (claimed.kind !== 'trial') return;
    const { claim } = claimed;
    let { params } = claim.trial;
    if (params === null) {
      const past = pastOf(await store.sweeps.trials(sweep.id), sweep.direction);
      params = sampler.suggest(claim.trial.number, past);
      if (!(await store.sweeps.assign(claim, { params }))) continue;
    }
    const trial = { ...claim.trial, params };
    deps.onBegin?.(trial);
    const outcome = await runTrial(sweep, plan, dataset, { ...claim, trial }, deps);
    const trials = await store.sweeps.trials(sweep.id);
    deps.onEnd?.(trials[trial.number]!, outcome);
    refuseHopeless(trials, outcome);
  }
}

function refuseHopeless(trials: readonly Trial[], outcome: Outcome): void {
  const ended = trials.filter(({ state }) => state !== 'waiting' && state !== 'running');
  const same = outcome === 'refused' && ended.length > 1 && ended.every(({ error }) => error === ended[0]!.error);
  if ((ended.length < HOPELESS && !same) || ended.some(({ state }) => state !== 'failed')) return;
  throw new OslerError(
    'ENGINE_FAILED',
    `All ${ended.length} trials so far failed, the last with: ${ended.at(-1)!.error}`,
    {
      hint: 'Mend the cause, then go on with osler sweep --resume; the failed trials stay counted.',
    },
  );
}

/** The version that the sweep was begun on. */
async function datasetOf(store: Store, { dataset: { name, version, digest }, recipe }: SweepPlan): Promise<Dataset> {
  const dataset = await openDataset(store.home, `${name}@${version}`);
  if (dataset.record.digest === digest) return foldView(dataset, recipe.data.fold);
  throw new OslerError('DATA_INVALID', `Dataset ${name}@${version} is not the one that the sweep was begun on.`, {
    hint: 'On another machine, import the same images under the same name, or share OSLER_HOME.',
  });
}
