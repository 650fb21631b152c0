import { OslerError } from '../../errors.ts';
import { promoted, withCanary, withoutCanary } from '../../serving/deployments/change.ts';
import {
  CanaryPlan,
  checkDeploymentName,
  type DeploymentSpec,
  membersOf,
  parseSpec,
  specDocument,
} from '../../serving/deployments/spec.ts';
import { canonicalJson } from '../../store/canonical.ts';
import type { DeploymentRow, Revision } from '../../store/deployments/types.ts';
import type { Actor } from '../../store/registry/types.ts';
import type { Store } from '../../store/store.ts';
import { checkClasses, checkMembers, refOf, versionOf } from './versions.ts';

/** A version with its part of the traffic, as people say it. */
export interface AskedVariant {
  /** `skin@3`, `skin@champion`. */
  model: string;
  weight: number;
}

/** What is said of a deployment; the rest stays as it is. */
export interface AskedSpec {
  live?: readonly AskedVariant[];
  shadows?: readonly string[];
  sticky?: string;
  limits?: Record<string, number>;
  /** How much of the log is kept; null: all. */
  keep?: { days?: number | null; answers?: number | null };
  /** Why versions that are not approved, or not of the same classes, may answer; null takes the leave back. */
  override?: string | null;
}

/** Who changes it, and why. */
export interface By {
  actor: Actor;
  why: string | null;
  /** The revision that they saw: nothing is changed where another one is in force. */
  revision?: number;
}

/** Throws ALREADY_EXISTS, CONFIG_INVALID, and what naming its versions throws. */
export async function createDeployment(
  store: Store,
  name: string,
  asked: AskedSpec,
  { actor, why }: By,
): Promise<DeploymentRow> {
  checkDeploymentName(name);
  const spec = parseSpec(await documentOf(store, asked));
  await checkMembers(store, membersOf(spec), spec);
  await checkClasses(store, membersOf(spec), spec);
  return store.deployments.create(actor, name, { what: 'deployment.create', why, spec: specDocument(spec) });
}

/** Puts a new revision in force. Throws NOT_FOUND, CONFIG_INVALID, CHANGED_MEANWHILE, and what naming its versions throws. */
export async function changeDeployment(
  store: Store,
  name: string,
  asked: AskedSpec,
  { actor, why, revision }: By,
): Promise<DeploymentRow> {
  const row = await seen(store, name, revision);
  const now = parseSpec(row.revision.spec);
  const change = await documentOf(store, asked);
  const spec = parseSpec({
    ...now,
    ...change,
    limits: { ...now.limits, ...asked.limits },
    keep: { ...now.keep, ...asked.keep },
  });
  return put(store, row, spec, { actor, why, what: 'deployment.change' });
}

/**
 * Begins a canary at its first step, of the version that `model` names now: an alias that moved on would leave one version's record to another.
 * Throws ALREADY_EXISTS while another is under way.
 */
export async function startCanary(
  store: Store,
  name: string,
  { model, plan }: { model: string; plan: unknown },
  { actor, why, revision }: By,
): Promise<DeploymentRow> {
  const row = await seen(store, name, revision);
  const parsed = CanaryPlan.safeParse(plan);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new OslerError('CONFIG_INVALID', `The canary's plan: ${issue!.path.join('.')}: ${issue!.message}.`);
  }
  const spec = withCanary(parseSpec(row.revision.spec), await versionOf(store, model), parsed.data, Date.now());
  return put(store, row, parseSpec(specDocument(spec)), { actor, why, what: 'canary.start' });
}

/** The canary takes the place of the live variants now, whatever its plan says. Throws USAGE without one. */
export async function promoteCanary(store: Store, name: string, { actor, why, revision }: By): Promise<DeploymentRow> {
  const row = await seen(store, name, revision);
  return put(store, row, promoted(parseSpec(row.revision.spec)), { actor, why, what: 'canary.promote' });
}

/**
 * Back to what was in force before, or to revision `to`: a canary under way ends; else the last revision that was another one. After a
 * rollback the next one goes further back, and not forth.
 * Throws NOT_FOUND when there is none.
 */
export async function rollbackDeployment(
  store: Store,
  name: string,
  { actor, why, revision }: By,
  to?: number,
): Promise<DeploymentRow> {
  const row = await seen(store, name, revision);
  const revisions = await store.deployments.revisions(row.id);
  const target = to === undefined ? before(revisions) : revisions.find(({ number }) => number === to);
  if (target === undefined) {
    throw new OslerError(
      'NOT_FOUND',
      to === undefined ? nothingBefore(name, revisions) : `${name} has no revision ${to}.`,
      {
        hint: `osler deploy history ${name} lists its revisions; osler deploy rollback ${name} --to N brings any of them back.`,
      },
    );
  }
  const found = parseSpec(target.spec);
  const spec = found.canary === null ? found : withoutCanary(found);
  return put(store, row, spec, { actor, why, what: 'deployment.rollback', facts: { to: target.number } });
}

/** Throws NOT_FOUND. */
export async function findDeployment(store: Store, name: string): Promise<DeploymentRow> {
  const row = await store.deployments.get(name);
  if (row !== null) return row;
  throw new OslerError('NOT_FOUND', `There is no deployment "${name}".`, { hint: 'List them: osler deploy list' });
}

/** Throws NOT_FOUND, and CHANGED_MEANWHILE where another revision is in force than the one that somebody saw. */
async function seen(store: Store, name: string, revision: number | undefined): Promise<DeploymentRow> {
  const row = await findDeployment(store, name);
  if (revision === undefined || revision === row.revision.number) return row;
  throw new OslerError(
    'CHANGED_MEANWHILE',
    `${name} was changed by ${row.revision.who} meanwhile: revision ${row.revision.number} is in force, not ${revision}.`,
    { hint: 'Look at what it is now, and decide again.' },
  );
}

/** Throws USAGE without words. */
export function needWhy(why: string | undefined): string {
  if (why !== undefined && why.trim() !== '') return why;
  throw new OslerError('USAGE', 'This needs a reason in words.', { hint: 'Say why: it is kept in the audit trail.' });
}

async function put(
  store: Store,
  row: DeploymentRow,
  spec: DeploymentSpec,
  { actor, ...change }: Omit<By, 'revision'> & { what: string; facts?: Record<string, unknown> },
): Promise<DeploymentRow> {
  const now = parseSpec(row.revision.spec);
  const known = change.what === 'deployment.rollback' ? spec : now;
  // Where leave is given or taken back, all are asked.
  const already = known.override === spec.override ? membersOf(known) : [];
  await checkMembers(store, membersOf(spec), spec, already);
  await checkClasses(store, membersOf(spec), spec, already);
  return store.deployments.change(actor, row.name, {
    ...change,
    spec: specDocument(spec),
    expected: row.revision.number,
  });
}

/** Newest first; the first is in force. */
function before(revisions: readonly Revision[]): Revision | undefined {
  const [present] = revisions;
  if (present !== undefined && parseSpec(present.spec).canary !== null) return present;
  const at = originOf(revisions);
  return revisions.slice(at + 1).find((one) => !same(one, revisions[at]!));
}

/** The place of the revision that the one in force stands for: a rollback, for the one that it went back to. */
function originOf(revisions: readonly Revision[]): number {
  let at = 0;
  while (revisions[at]?.what === 'deployment.rollback') {
    const origin = revisions.findLastIndex((one) => same(one, revisions[at]!));
    if (origin <= at) break;
    at = origin;
  }
  return at;
}

function nothingBefore(name: string, revisions: readonly Revision[]): string {
  const at = originOf(revisions);
  if (revisions.every((one) => same(one, revisions[0]!))) return `${name} was never anything else.`;
  return `${name} is back at revision ${revisions[at]!.number}: it was nothing else before that.`;
}

const same = (a: Revision, b: Revision): boolean => settled(a) === settled(b);

/** What a revision is without its canary. */
function settled({ spec }: Revision): string {
  return canonicalJson({ ...parseSpec(spec), canary: null });
}

async function documentOf(store: Store, { live, shadows, sticky, limits, keep, override }: AskedSpec) {
  return {
    ...(live && {
      live: await Promise.all(live.map(async ({ model, weight }) => ({ ...(await refOf(store, model)), weight }))),
    }),
    ...(shadows && { shadows: await Promise.all(shadows.map((model) => refOf(store, model))) }),
    ...(sticky === undefined ? {} : { sticky }),
    ...(limits && { limits }),
    ...(keep && { keep }),
    ...(override === undefined ? {} : { override }),
  };
}
