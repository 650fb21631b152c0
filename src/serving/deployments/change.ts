import { OslerError } from '../../errors.ts';
import type { CanaryPlan, DeploymentSpec, Ref } from './spec.ts';
import { refOf } from './spec.ts';

/** Begins a canary at its first step. Throws ALREADY_EXISTS while another is under way, and for a live version. */
export function withCanary(spec: DeploymentSpec, ref: Ref, plan: CanaryPlan, now: number): DeploymentSpec {
  if (spec.canary !== null) {
    throw new OslerError('ALREADY_EXISTS', `${spec.canary.name} is a canary already.`, {
      hint: 'Make it live or take it back first: on the page of the deployment, or by osler deploy promote or rollback.',
    });
  }
  if (spec.live.some(({ name }) => name === ref.name)) {
    throw new OslerError('ALREADY_EXISTS', `${ref.name} is live already: it answers its share.`, {
      hint: 'Give it another share instead: on the page of the deployment, or by osler deploy set.',
    });
  }
  const shadows = spec.shadows.filter(({ name }) => name !== ref.name);
  return { ...spec, shadows, canary: { ...refOf(ref), plan, step: 0, since: now } };
}

/** The canary's next step; null after the last. */
export function stepped(spec: DeploymentSpec): DeploymentSpec | null {
  const { canary } = spec;
  if (canary === null || canary.step + 1 >= canary.plan.steps.length) return null;
  return { ...spec, canary: { ...canary, step: canary.step + 1 } };
}

/** The canary takes the place of all live variants. */
export function promoted(spec: DeploymentSpec): DeploymentSpec {
  return { ...spec, live: [{ ...refOf(needCanary(spec)), weight: 1 }], canary: null };
}

/** The canary goes; the live ones have all of the traffic again. */
export function withoutCanary(spec: DeploymentSpec): DeploymentSpec {
  needCanary(spec);
  return { ...spec, canary: null };
}

function needCanary({ canary }: DeploymentSpec): NonNullable<DeploymentSpec['canary']> {
  if (canary !== null) return canary;
  throw new OslerError('USAGE', 'There is no canary under way.');
}
