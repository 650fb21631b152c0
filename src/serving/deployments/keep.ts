import type { DeploymentRow } from '../../store/deployments/types.ts';
import type { Store } from '../../store/store.ts';
import { parseSpec } from './spec.ts';

const DAY_MS = 86_400_000;

/** Removes from a deployment's log what its policy does not keep. Returns how many entries; with `dryRun` only that. */
export async function applyKeep(
  store: Pick<Store, 'predictions'>,
  { id, revision }: DeploymentRow,
  { dryRun = false, now = Date.now() }: { dryRun?: boolean; now?: number } = {},
): Promise<number> {
  const { days, answers } = parseSpec(revision.spec).keep;
  const old = days === null ? 0 : await store.predictions.prune(id, { before: now - days * DAY_MS }, { dryRun });
  const many = answers === null ? 0 : await store.predictions.prune(id, { keep: answers }, { dryRun });
  // What both rules would remove counts once: the one that reaches further removes the other's too.
  return dryRun ? Math.max(old, many) : old + many;
}
