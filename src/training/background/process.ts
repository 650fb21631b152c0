/** The process of a training that was begun from the page: trains a recipe, or goes on with a run. See launch.ts. */
import { openDataset } from '../../data/dataset.ts';
import { foldView } from '../../data/split/fold-view.ts';
import { resume, train } from '../train.ts';
import { attend } from './attend.ts';
import { TrainTask } from './task.ts';

await attend(process.argv[2], async ({ store, record, deps }) => {
  const task = TrainTask.parse(record.task);
  if (task.kind === 'resume') {
    await resume(await store.runs.get(task.run), deps);
    return;
  }
  const { config, recipe, accepted } = task;
  const dataset = foldView(await openDataset(store.home, config.dataset), config.data.fold);
  await train(dataset, config, { ...deps, name: recipe, ...(accepted === null ? {} : { acceptLeaks: accepted }) });
});
