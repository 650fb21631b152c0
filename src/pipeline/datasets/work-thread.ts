import { performTask } from '../../threads/task-side.ts';
import { type DatasetWork, type WorkDone, workOnDataset } from './work.ts';

performTask<{ home: string; work: DatasetWork }, WorkDone>(({ home, work }, deps) =>
  workOnDataset(work, { home, ...deps }),
);
