import { findRecord } from '../../../data/dataset.ts';
import { tellAmendment } from '../../../pipeline/datasets/tell-amendment.ts';
import type { DatasetWork } from '../../../pipeline/datasets/work.ts';
import type { Actor } from '../../../store/registry/types.ts';
import type { Store } from '../../../store/store.ts';
import type { TaskRecord } from '../../../store/studio/tasks.ts';
import type { TaskOrder } from '../../tasks/tasks.ts';

/**
 * What somebody orders is theirs, also where another ordered it before: decisions are written in their name, and the trail is told first that
 * they are. @param given a `DatasetWork`, as it was kept.
 */
export function ordered(
  { home, trail }: Pick<Store, 'home' | 'trail'>,
  given: object,
  actor: Actor,
): Pick<TaskOrder, 'who' | 'work' | 'before'> {
  const { who } = actor;
  const work = given as DatasetWork;
  if (work.kind !== 'amend') return { who, work: asKept(work) };
  const { ref, decisions, said } = work;
  return {
    who,
    work: asKept({ ...work, said: { ...said, by: who } }),
    before: async () => {
      // Names of files stay out of the trail.
      const numbered = decisions.map(({ number, label, out }) => ({ number, label, out }));
      await tellAmendment(trail, await findRecord(home, ref), numbered, { ...actor, reason: said.reason });
    },
  };
}

const asKept = (work: DatasetWork): TaskRecord['work'] => ({ ...work }) as TaskRecord['work'];
