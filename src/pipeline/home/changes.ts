import type { Store } from '../../store/store.ts';
import type { OpenRun } from '../../store/studio/pulse.ts';

/** What happened, by name; what it is now is asked for elsewhere. */
export type Change =
  | { kind: 'run'; id: string; what: 'started' | 'progress' | 'ended' }
  /** Runs that were never seen running: short ones, deleted ones, imported ones. */
  | { kind: 'runs' }
  | { kind: 'deployment'; name: string }
  | { kind: 'model'; name: string }
  | { kind: 'dataset'; name: string }
  | { kind: 'job'; id: string }
  /** Many images that are scored. */
  | { kind: 'scoring'; id: string };

/** Open runs that are looked at; the rest are seen to come and go by the mark alone. */
const MOST_OPEN = 200;

interface Seen {
  trail: number;
  mark: string;
  open: ReadonlyMap<string, number>;
  jobs: ReadonlyMap<string, string>;
  scoring: ReadonlyMap<string, string>;
}

/**
 * Tells what changed in a store since it was last asked, whoever changed it: trainings, servers and clients write to it from processes of
 * their own.
 */
export class StoreWatch {
  private readonly store: Store;
  private seen: Seen | undefined;

  constructor(store: Store) {
    this.store = store;
  }

  /** Nothing the first time: then it takes in how things are. Throws what the store throws; nothing is lost by that. */
  async look(): Promise<Change[]> {
    const { pulse, trail, trainings, jobs: scoring } = this.store;
    const before = this.seen;
    const [end, mark, runs, jobs, images, newest] = await Promise.all([
      pulse.trailEnd(),
      pulse.mark(),
      pulse.open(MOST_OPEN),
      trainings.list({ open: true }),
      scoring.list({ limit: MOST_OPEN, states: ['receiving', 'waiting', 'running'] }),
      // One that began and ended between two looks.
      scoring.list({ limit: 1 }),
    ]);
    const events = before !== undefined && end > before.trail ? await trail.read({ after: before.trail }) : [];
    const seen: Seen = {
      trail: Math.max(end, events.at(-1)?.seq ?? 0),
      mark,
      open: new Map(runs.map((run) => [run.id, moment(run)])),
      jobs: new Map(jobs.map((job) => [job.id, JSON.stringify([job.state, job.run, job.progress])])),
      scoring: new Map([...images, ...newest].map((job) => [job.id, JSON.stringify([job.state, job.total, job.done])])),
    };
    this.seen = seen;
    if (before === undefined) return [];
    const changes = [
      ...runChanges(before, seen),
      ...moved(before.jobs, seen.jobs).map((id): Change => ({ kind: 'job', id })),
      ...moved(before.scoring, seen.scoring).map((id): Change => ({ kind: 'scoring', id })),
      ...events.flatMap(eventChange),
    ];
    return [...new Map(changes.map((change) => [JSON.stringify(change), change])).values()];
  }
}

const moment = ({ last, startedAt }: OpenRun): number => last?.at ?? startedAt;

function runChanges(before: Seen, now: Seen): Change[] {
  const changes: Change[] = [];
  for (const [id, at] of now.open) {
    const was = before.open.get(id);
    if (was === undefined) changes.push({ kind: 'run', id, what: 'started' });
    else if (was !== at) changes.push({ kind: 'run', id, what: 'progress' });
  }
  for (const id of before.open.keys()) if (!now.open.has(id)) changes.push({ kind: 'run', id, what: 'ended' });
  if (before.mark !== now.mark) changes.push({ kind: 'runs' });
  return changes;
}

/** What came, went, or is not as it was. */
function moved(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  const ids = new Set([...before.keys(), ...now.keys()]);
  return [...ids].filter((id) => before.get(id) !== now.get(id));
}

/** `deployment derma`, `skin@3`, `skin@champion`, `skin`; `dataset isic@2`. */
function eventChange({ what, subject }: { what: string; subject: string }): Change[] {
  const kind = what.split('.')[0];
  const [name = ''] = subject.replace(/^(deployment|dataset) /, '').split('@');
  switch (kind) {
    case 'deployment':
    case 'canary':
      return [{ kind: 'deployment', name }];
    case 'dataset':
      return [{ kind: 'dataset', name }];
    case 'version':
    case 'alias':
    case 'model':
      // An alias that moved changes what a deployment answers with.
      return [{ kind: 'model', name }];
    default:
      return [];
  }
}
