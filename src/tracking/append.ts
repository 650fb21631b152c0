import type { TrackEvent } from './events.ts';
import { spooledTargets, trackingDir } from './open.ts';
import { Spool } from './spool.ts';

/**
 * Adds to what a run that has ended tells its trackers: an evaluation's metrics and files, say. `syncRun` sends it. Runs on W&B are left as
 * they are: its protocol closes a run at its end. One process at a time: the caller holds the run's lock. Returns how many trackers will hear it.
 */
export function appendEvents(runFolder: string, events: readonly TrackEvent[]): number {
  const names = spooledTargets(runFolder)
    .filter(({ target, name }) => 'mlflow' in target && Spool.exists(trackingDir(runFolder), name))
    .map(({ name }) => name);
  for (const name of names) {
    const spool = new Spool(trackingDir(runFolder), name);
    try {
      for (const event of events) spool.append(event);
    } finally {
      spool.close();
    }
  }
  return names.length;
}
