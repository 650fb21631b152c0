import { listDatasets } from '../../data/dataset.ts';
import { type Member, membersOf, parseSpec } from '../../serving/deployments/spec.ts';
import type { DeploymentRow } from '../../store/deployments/types.ts';
import type { RunRecord } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import type { OpenRun } from '../../store/studio/pulse.ts';
import { overviewOf } from '../models/overview.ts';
import { type Faults, type Waiting, waitingOf } from './decisions.ts';

/** A training under way, and how far it is. */
export interface Running extends Omit<OpenRun, 'last'> {
  /** The epoch under way or done last, counted from 1, and how many there are; null of another program's run. */
  epoch: number | null;
  epochs: number | null;
  best: RunRecord['best'];
  /** When it said something last, milliseconds since 1970. */
  heardAt: number | null;
}

export interface LiveNow {
  name: string;
  revision: number;
  at: number;
  who: string;
  why: string | null;
  members: Pick<Member, 'name' | 'role' | 'share'>[];
  fault: string | null;
}

export interface HouseOverview {
  counts: { runs: number; datasets: number; models: number; deployments: number };
  running: Running[];
  live: LiveNow[];
  waiting: Waiting[];
}

const MOST_RUNNING = 20;
const MOST_MODELS = 1_000;

/** The house at a glance: what runs, what is live, what needs a decision. */
export async function houseOverview(store: Store, faults: Faults = {}): Promise<HouseOverview> {
  const [runs, datasets, rows, deployments, running] = await Promise.all([
    store.pulse.runs(),
    listDatasets(store.home),
    store.registry.models({ limit: MOST_MODELS, offset: 0 }),
    store.deployments.list(),
    runningOf(store),
  ]);
  const models = await overviewOf(store, rows);
  return {
    counts: { runs, datasets: datasets.length, models: models.length, deployments: deployments.length },
    running,
    live: deployments.map((row) => liveOf(row, faults)),
    waiting: await waitingOf(store, { models, deployments, faults }),
  };
}

/** Runs that have not ended, newest first. */
export async function runningOf(store: Store): Promise<Running[]> {
  const open = await store.pulse.open(MOST_RUNNING);
  const records = await store.tracked.records(open.map(({ id }) => id));
  return Promise.all(
    open.map(async ({ last, ...run }) => {
      const record = records.get(run.id);
      const epochs = epochsOf(record);
      const epoch =
        last === null || epochs === null ? null : Math.min(epochs, await store.pulse.epochOf(last.series, last.step));
      return { ...run, epoch, epochs, best: record?.best ?? null, heardAt: last?.at ?? null };
    }),
  );
}

function epochsOf(record: RunRecord | undefined): number | null {
  const { training } = (record?.config ?? {}) as { training?: { epochs?: unknown } };
  return typeof training?.epochs === 'number' ? training.epochs : null;
}

function liveOf({ name, revision: { number, at, who, why, spec } }: DeploymentRow, faults: Faults): LiveNow {
  const members = membersOf(parseSpec(spec)).map(({ name: member, role, share }) => ({ name: member, role, share }));
  return { name, revision: number, at, who, why, members, fault: faults[name] ?? null };
}
