/** The process of several trainings that were begun from the page. See begin.ts. */
import { openDataset } from '../../data/dataset.ts';
import { attend } from '../../training/background/attend.ts';
import { measureGroup } from './measure-group.ts';
import { RepeatTask } from './task.ts';
import { type GroupDeps, groupOf, openGroupDataset, resumeGroup, trainGroup } from './train-group.ts';

await attend(process.argv[2], async ({ store, record, deps }) => {
  const task = RepeatTask.parse(record.task);
  const { home } = store;
  const { signal, onProgress, onLine } = deps;
  let member = '';
  const said: GroupDeps = {
    ...deps,
    onMember: (text) => {
      member = text;
      onLine(text);
    },
    onProgress: (progress) => onProgress({ ...progress, note: [member, progress.note].filter(Boolean).join(' · ') }),
  };
  const train = async () => {
    if (task.kind === 'resume-group') return resumeGroup(await groupOf(home, task.group), said);
    const { group: groupId, config, plan, recipe: name, accepted } = task;
    const dataset = await openDataset(home, config.dataset);
    return trainGroup(dataset, config, plan, { ...said, groupId, name, ...(accepted && { acceptLeaks: accepted }) });
  };
  const group = await train();
  await measureGroup(home, group, await openGroupDataset(home, group), 'val', { signal, onProgress });
});
