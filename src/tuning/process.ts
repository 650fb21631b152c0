/** The process that works on a sweep which was begun from the page. */
import { attend } from '../training/background/attend.ts';
import { SweepTask } from './background.ts';
import { wordsOf } from './plan.ts';
import { tally } from './ranking.ts';
import { writeSweepPage } from './report/write.ts';
import { workOn } from './work.ts';

await attend(process.argv[2], async ({ store, record, deps }) => {
  const task = SweepTask.parse(record.task);
  const sweep = await store.sweeps.get(task.sweep);
  const tell = async () => {
    const { finished = 0, pruned = 0, diverged = 0, failed = 0 } = tally(await store.sweeps.trials(sweep.id));
    const done = finished + pruned + diverged + failed;
    deps.onProgress({ task: 'trials', done, total: sweep.trials });
  };
  const { onProgress: _, ...said } = deps;
  await workOn(sweep, {
    ...said,
    workers: task.workers,
    onBegin: (trial) => {
      deps.onLine?.(`trial ${trial.number} of ${sweep.trials}  ${wordsOf(trial.params)}`);
      void tell().catch(() => undefined);
    },
    onEnd: (trial, outcome) => {
      deps.onLine?.(`trial ${trial.number} ${outcome} ${trial.value ?? ''}`);
      void tell().catch(() => undefined);
    },
  });
  await writeSweepPage(store, await store.sweeps.get(sweep.id));
});
