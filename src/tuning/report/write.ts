import { join } from 'node:path';
import { writeFileAtomic } from '../../store/files.ts';
import { sweepDir } from '../../store/paths.ts';
import type { Store } from '../../store/store.ts';
import type { SweepRecord } from '../../store/sweep.ts';
import { fanova } from '../importance/fanova.ts';
import { SweepPlan } from '../plan.ts';
import { compileSpace } from '../space.ts';
import { sweepPage } from './page.ts';

/** Writes a sweep's page as it stands. Returns its path, and what mattered (null where too little is known). */
export async function writeSweepPage(
  store: Store,
  sweep: SweepRecord,
): Promise<{ page: string; importances: ReturnType<typeof fanova> }> {
  const plan = SweepPlan.parse(sweep.config);
  const trials = await store.sweeps.trials(sweep.id);
  const importances = fanova(compileSpace(plan.space), trials, plan.seed);
  const page = join(sweepDir(store.home, sweep.id), 'sweep.html');
  await writeFileAtomic(page, sweepPage(sweep, trials, importances));
  return { page, importances };
}
