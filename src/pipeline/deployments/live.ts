import { OslerError } from '../../errors.ts';
import { CHAMPION } from '../../registry/names.ts';
import { type Live, liveOf, type Told, toldAt } from '../../registry/replay.ts';
import { type Member, membersOf, parseSpec } from '../../serving/deployments/spec.ts';
import type { KeptDeployment } from '../../store/deployments/types.ts';
import type { Store } from '../../store/store.ts';

/** What a deployment was at a moment. */
export interface LiveDeployment {
  name: string;
  revision: { number: number; at: number; who: string; what: string; why: string | null };
  override: string | null;
  members: (Pick<Member, 'name' | 'model' | 'role' | 'share'> & {
    /** The version that answered; null where an alias named none then. */
    version: number | null;
  })[];
}

export interface WhatWasLive {
  /** ISO 8601; null: now. */
  at: string | null;
  alias: string;
  models: Live[];
  deployments: LiveDeployment[];
}

/**
 * What an alias named, and what every deployment answered with, at a moment: from the trail, and from revisions that are written once. All
 * of that millisecond and before has happened.
 * @param at ISO 8601 in UTC; absent: now. Throws USAGE for a moment that is still to come.
 */
export async function whatWasLive(
  store: Store,
  { at, alias = CHAMPION }: { at?: string; alias?: string } = {},
): Promise<WhatWasLive> {
  if (at !== undefined) await refuseFuture(at, store);
  const told = await toldAt(store.trail.rows(), at);
  const moment = at === undefined ? Number.POSITIVE_INFINITY : Date.parse(at);
  const kept = await store.deployments.kept();
  return {
    at: at ?? null,
    alias,
    models: liveOf(told, alias),
    deployments: kept.flatMap((one) => deploymentAt(one, moment, told)).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function deploymentAt(
  { name, createdAt, deletedAt, revisions }: KeptDeployment,
  moment: number,
  told: Told,
): LiveDeployment[] {
  if (createdAt > moment || (deletedAt !== null && deletedAt <= moment)) return [];
  const revision = revisions.filter(({ at }) => at <= moment).at(-1);
  if (revision === undefined) return [];
  const { spec: text, ...rest } = revision;
  const spec = parseSpec(JSON.parse(text));
  const members = membersOf(spec).map(({ name: member, model, role, share, version, alias }) => ({
    name: member,
    model,
    role,
    share,
    version: version ?? told.models.get(model)?.aliases.get(alias ?? '')?.version ?? null,
  }));
  return [{ name, revision: rest, override: spec.override, members }];
}

/** What is live then, nobody knows. The trail's clock may be ahead of this one. */
async function refuseFuture(moment: string, store: Store): Promise<void> {
  const [end] = await store.trail.read({ last: 1 });
  if (moment <= new Date().toISOString() || moment <= (end?.at ?? '')) return;
  throw new OslerError('USAGE', `${moment} is still to come.`, {
    hint: 'Leave the moment out for what is live now: osler models live',
  });
}
