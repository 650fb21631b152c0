import { OslerError } from '../errors.ts';
import type { Actor, RegistryWriter, Stage, VersionRow } from '../store/registry/types.ts';
import type { Store } from '../store/store.ts';
import { again, championOf, type DecideDeps, gather, needReason, notePolicy } from './decide.ts';
import { Evidence } from './evidence.ts';
import { CHAMPION, checkAlias, findVersion, parseVersionRef, versionName } from './names.ts';
import type { Policy } from './policy.ts';
import { isProtected, refuseEnded, refuseTaking } from './protect.ts';

export interface Moved {
  version: VersionRow;
  alias: string;
  /** Where the alias was before; null where it was not. */
  from: number | null;
  /** Why an unmet policy was set aside; null where it was met. */
  override: string | null;
}

/** `guarded`: by a client that nobody knows, which may not take what the policy protects from who has it. */
export interface Guarded {
  guarded?: boolean;
}

const ATTEMPTS = 5;

/**
 * Gives an alias to a version; whichever had it loses it. A protected one goes to approved versions only, and `champion`, where the
 * policy asks, to one that was compared with the present champion: that is done now, if the champion moved since the approval.
 * Throws NOT_APPROVED, unless `override` says why the policy is set aside, and always for a version that is retired, or rejected where the
 * alias is protected; USAGE for an alias that can't be one.
 */
export async function setAlias(
  store: Store,
  actor: Actor,
  ref: string,
  alias: string,
  said: { reason?: string; override?: string },
  deps: DecideDeps & Guarded,
): Promise<Moved> {
  checkAlias(alias);
  const override = said.override === undefined ? null : needReason(said.override, 'An override');
  for (let attempt = 1; ; attempt++) {
    const found = await findVersion(store.registry, parseVersionRef(ref));
    const { compared, fresh } = await promotionEvidence(store, actor, found, alias, deps);
    const moved = await store.registry.change(actor, async (registry) => {
      const row = await again(registry, found);
      const model = (await registry.model(row.model))!;
      const from = Object.hasOwn(model.aliases, alias) ? model.aliases[alias]! : null;
      if (from === row.version) return { version: row, alias, from, override: null };
      if (compared !== undefined && compared !== ((await championOf(registry, row))?.version ?? null)) return null;
      refuseEnded(deps.policy, row, alias);
      // What nothing is asked of can't follow what was approved.
      if (deps.guarded && from !== null && !isProtected(deps.policy, row, alias)) {
        await refuseTakingAlias(registry, deps.policy, { model: row.model, version: from, alias });
      }
      const faults = isProtected(deps.policy, row, alias) ? faultsOf(row, alias, fresh) : [];
      if (faults.length > 0 && override === null) throw refused(row, alias, faults);
      const applied = faults.length > 0 ? override : null;
      const decision =
        fresh === null && applied === null
          ? null
          : await noteDecision(registry, row, fresh, said.reason, applied, deps.policy);
      return moveAlias(registry, row, alias, from, {
        why: said.reason ?? null,
        override: applied,
        ...(faults.length > 0 && { failed: faults }),
        ...decision,
      });
    });
    if (moved !== null) return moved;
    if (attempt === ATTEMPTS) {
      throw new OslerError('CHANGED_MEANWHILE', `The champion of ${found.model} moved again and again meanwhile.`);
    }
  }
}

/** Takes an alias away; false when there is none of that name. Throws NOT_APPROVED where it is protected and `guard` is given. */
export async function deleteAlias(
  store: Store,
  actor: Actor,
  name: string,
  alias: string,
  { reason, guard }: { reason?: string | undefined; guard?: Policy } = {},
): Promise<boolean> {
  return store.registry.change(actor, async (registry) => {
    const model = await registry.model(name);
    if (model === null) throw new OslerError('NOT_FOUND', `There is no registered model "${name}".`);
    const version = Object.hasOwn(model.aliases, alias) ? model.aliases[alias] : undefined;
    if (version === undefined) return false;
    if (guard !== undefined) await refuseTakingAlias(registry, guard, { model: name, version, alias });
    await registry.setAlias(model.id, alias, null);
    await registry.event({
      what: 'alias.delete',
      subject: `${name}@${alias}`,
      why: reason ?? null,
      before: { version },
    });
    return true;
  });
}

/**
 * Puts a version into a stage, for MLflow's older clients; `archive` the others that are in it.
 * Throws NOT_APPROVED where it, or an archived one, is in a protected stage that no approved version takes over.
 */
export async function setStage(
  store: Store,
  actor: Actor,
  ref: { model: string; version: number },
  stage: Stage,
  archive: boolean,
  policy: Policy,
): Promise<VersionRow> {
  return store.registry.change(actor, async (registry) => {
    const row = await findVersion(registry, ref);
    if (stage !== 'None' && stage !== 'Archived') refuseEnded(policy, row, stage);
    if (isProtected(policy, row, stage) && row.status !== 'approved') {
      throw refused(row, stage, [`approved: it is ${row.status}`]);
    }
    if (row.stage !== stage && isProtected(policy, row, row.stage)) refuseTaking(policy, row, [row.stage]);
    const others = archive ? await registry.versions(row.model) : [];
    for (const other of others.filter(({ version, stage: its }) => version !== row.version && its === stage)) {
      if (!isProtected(policy, row, stage) && isProtected(policy, other, stage)) refuseTaking(policy, other, [stage]);
      await stageTo(registry, other, 'Archived');
    }
    await stageTo(registry, row, stage);
    return findVersion(registry, ref);
  });
}

async function refuseTakingAlias(
  registry: RegistryWriter,
  policy: Policy,
  { model, version, alias }: { model: string; version: number; alias: string },
): Promise<void> {
  const row = await registry.version(model, version);
  if (row !== null && isProtected(policy, row, alias)) refuseTaking(policy, row, [alias]);
}

async function stageTo(registry: RegistryWriter, row: VersionRow, stage: Stage): Promise<void> {
  await registry.changeVersion(row.modelId, row.version, { stage });
  await registry.changeModel(row.modelId, {});
  if (row.stage === stage) return;
  await registry.event({
    what: 'version.stage',
    subject: versionName(row),
    before: { stage: row.stage },
    after: { stage },
  });
}

/** Moves it, and tells the trail; `facts` go into the event. */
export async function moveAlias(
  registry: RegistryWriter,
  row: VersionRow,
  alias: string,
  from: number | null,
  { why, ...facts }: { why: string | null; override: string | null } & Record<string, unknown>,
): Promise<Moved> {
  await registry.setAlias(row.modelId, alias, row.version);
  await registry.event({
    what: 'alias.set',
    subject: `${row.model}@${alias}`,
    why,
    before: from === null ? null : { version: from },
    after: { version: row.version, ...facts },
  });
  return { version: await again(registry, row), alias, from, override: facts.override };
}

/**
 * What a promotion to champion goes by, where the policy asks for a comparison: the version that the candidate was `compared` with
 * (null: there was none to compare with), and, where that was not done for the approval, `fresh` evidence.
 */
async function promotionEvidence(
  store: Store,
  actor: Actor,
  row: VersionRow,
  alias: string,
  deps: DecideDeps,
): Promise<{ compared?: number | null; fresh: Evidence | null }> {
  const { registry } = store;
  const asked = deps.policy.of(row.model).champion !== null;
  if (alias !== CHAMPION || !isProtected(deps.policy, row, alias) || !asked) return { fresh: null };
  const champion = await championOf(registry, row);
  if (champion === null) return { compared: null, fresh: null };
  const decisions = await registry.decisions(row.modelId, row.version);
  const known = decisions.some(
    ({ evidence }) => Evidence.safeParse(evidence).data?.champion?.version === champion.version,
  );
  if (known) return { compared: champion.version, fresh: null };
  const evidence = await gather(store, row, actor.who, deps);
  // Who approves is settled; what changed is the champion.
  const checks = evidence.checks.filter(({ rule }) => rule === 'champion' || rule === 'classes');
  return { compared: evidence.champion?.version ?? null, fresh: { ...evidence, checks } };
}

/** A promotion that went by evidence of its own, or against the policy, is kept with the version. */
async function noteDecision(
  registry: RegistryWriter,
  row: VersionRow,
  evidence: Evidence | null,
  reason: string | undefined,
  override: string | null,
  policy: Policy,
): Promise<{ decision: string; digest: string }> {
  await notePolicy(registry, policy);
  return registry.addDecision(row.modelId, row.version, {
    decision: 'promote',
    reason: reason ?? '',
    override,
    policy: policy.of(row.model),
    evidence,
  });
}

function faultsOf(row: VersionRow, alias: string, fresh: Evidence | null): string[] {
  return [
    ...(row.status === 'approved' ? [] : [`only approved versions may be "${alias}": it is ${row.status}`]),
    ...(fresh?.checks.filter(({ passed }) => !passed).map(({ asked, words }) => `${asked}: ${words}`) ?? []),
  ];
}

function refused(row: VersionRow, name: string, faults: readonly string[]): OslerError {
  return new OslerError('NOT_APPROVED', `${versionName(row)} can't be "${name}". ${faults.join('; ')}.`, {
    hint: `osler models approve ${versionName(row)} --reason ...; --override REASON sets the policy aside, and is shown for ever.`,
  });
}
