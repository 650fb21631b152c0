/** The process of an evaluation that was begun from the page. See begin.ts. */
import { processEnvironment } from '../../config/environment.ts';
import { attend } from '../../training/background/attend.ts';
import { evaluateOne } from '../evaluated/evaluate.ts';
import { findEvaluated } from '../evaluated/find.ts';
import { measureGroup, repeatsFile } from '../repeat/measure-group.ts';
import { groupOf, openGroupDataset } from '../repeat/train-group.ts';
import { EvaluateTask } from './task.ts';

await attend(process.argv[2], async ({ store, record, deps }) => {
  const { run, group: id, split, rule, positive, decision } = EvaluateTask.parse(record.task);
  const { home } = store;
  const { signal, onProgress } = deps;
  const settings = {
    subgroups: 'all' as const,
    ...(rule === undefined ? {} : { rule }),
    ...(positive === undefined ? {} : { positive }),
    ...(decision === undefined ? {} : { decision }),
  };
  deps.onBegun();
  if (id !== null) {
    const group = await groupOf(home, id);
    const dataset = await openGroupDataset(home, group);
    const { samples } = await measureGroup(home, group, dataset, split, { ...settings, signal, onProgress });
    deps.onLine(`${samples} images of ${split} measured: ${repeatsFile(home, id, split)}`);
    return;
  }
  const { databaseUrl, artifacts } = processEnvironment();
  const out = { progress: onProgress, warn: deps.onWarning };
  const place = { home, databaseUrl, artifacts, signal, out };
  await using evaluated = await findEvaluated(run!, store, place);
  const asked = { split, settings, ...(rule === undefined ? {} : { rule }) };
  const { evaluation, paths } = await evaluateOne(evaluated, asked, place);
  deps.onLine(`${evaluation.samples} images of ${split} measured: ${paths.page}`);
});
