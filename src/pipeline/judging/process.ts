/** The process that judges labels for the page. See begin.ts. */
import { writeSuspects } from '../../audit/suspects/write.ts';
import { attend } from '../../training/background/attend.ts';
import { datasetOfJudges, findJudges, findSuspects, suspectsFolder } from '../suspects.ts';
import { SuspectsTask } from './task.ts';

await attend(process.argv[2], async ({ store, record, deps: { signal, onProgress, onLine, onBegun } }) => {
  const { run, group } = SuspectsTask.parse(record.task);
  onBegun();
  const judges = await findJudges(store, (group ?? run)!);
  const dataset = await datasetOfJudges(store.home, judges);
  const result = await findSuspects(store.home, judges, dataset, { signal, onProgress });
  await writeSuspects(suspectsFolder(store.home, judges), result, dataset, signal);
  onLine(`${result.suspects.length} labels are suspect`);
});
