import { OslerError } from '../../errors.ts';
import { canaryView } from '../../serving/deployments/canary.ts';
import { type CanaryProgress, canaryProgress } from '../../serving/deployments/canary-progress.ts';
import { parseSpec } from '../../serving/deployments/spec.ts';
import type { Store } from '../../store/store.ts';
import { findDeployment } from './manage.ts';

/** How far a deployment's canary is. Throws NOT_FOUND where there is no deployment of that name, or no canary under way. */
export async function findCanary(store: Store, name: string): Promise<CanaryProgress> {
  const row = await findDeployment(store, name);
  const spec = parseSpec(row.revision.spec);
  if (spec.canary === null) {
    throw new OslerError('NOT_FOUND', `${name} has no canary under way.`, {
      hint: `Begin one: osler deploy canary ${name} MODEL@VERSION`,
    });
  }
  return canaryProgress(spec, await canaryView(store, row, spec, true));
}
