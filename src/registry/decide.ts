import { type ErrorCode, OslerError } from '../errors.ts';
import type { Actor, Decision, RegistryReader, RegistryWriter, VersionRow } from '../store/registry/types.ts';
import type { Store } from '../store/store.ts';
import {
  approversOf,
  type ChampionComparison,
  type Check,
  type CompareVersions,
  type Evidence,
  judge,
  samePerson,
} from './evidence.ts';
import { CHAMPION, findVersion, parseVersionRef, versionName } from './names.ts';
import { openRegistered } from './open.ts';
import type { Policy } from './policy.ts';

export interface DecideDeps {
  policy: Policy;
  /** Absent: a policy that asks for the comparison is not met. */
  compare?: CompareVersions;
}

export interface Approval {
  version: VersionRow;
  evidence: Evidence;
  /** Who has approved so far, and how many must. */
  approvers: string[];
  needed: number;
  override: string | null;
}

/** Times that a champion may move while a candidate is compared with it. */
const ATTEMPTS = 5;

/**
 * One person's approval of a version, on evidence that is gathered here and stored with it; with the last that the policy asks for the
 * version is approved.
 * Throws NOT_APPROVED naming what the policy asks and the version lacks, unless `override` says why that is set aside; USAGE for a
 * version that is decided, or no reason; ALREADY_EXISTS for a second approval by the same person.
 */
export async function approve(
  store: Store,
  actor: Actor,
  ref: string,
  said: { reason: string; override?: string },
  deps: DecideDeps,
): Promise<Approval> {
  const reason = needReason(said.reason, 'An approval');
  const override = said.override === undefined ? null : needReason(said.override, 'An override');
  for (let attempt = 1; ; attempt++) {
    const version = await findVersion(store.registry, parseVersionRef(ref));
    const evidence = await gather(store, version, actor.who, deps);
    const failed = evidence.checks.filter(({ passed }) => !passed);
    const approval = await store.registry.change(actor, async (registry) => {
      const { row, decisions } = await pending(registry, version);
      if (approversOf(decisions).some((who) => samePerson(who, actor.who))) {
        throw new OslerError('ALREADY_EXISTS', `${actor.who} has approved ${versionName(row)} already.`, {
          hint: 'The policy asks for other people too.',
        });
      }
      if (!sameChampion(evidence.champion, await championOf(registry, row))) return null;
      if (failed.length > 0 && override === null) throw notMet(row, failed);
      await notePolicy(registry, deps.policy);
      const policy = deps.policy.of(row.model);
      const stored = await registry.addDecision(row.modelId, row.version, {
        decision: 'approve',
        reason,
        override: failed.length > 0 ? override : null,
        policy,
        evidence,
      });
      const approvers = [...approversOf(decisions), actor.who];
      const status = approvers.length >= policy.approvers ? 'approved' : 'pending';
      if (status === 'approved') await registry.changeVersion(row.modelId, row.version, { status });
      await registry.event({
        what: 'version.approve',
        subject: versionName(row),
        why: reason,
        before: { status: row.status },
        after: {
          status,
          approvals: approvers.length,
          needed: policy.approvers,
          ...stored,
          override: failed.length > 0 ? override : null,
          failed: failed.map(({ asked }) => asked),
        },
      });
      return {
        version: (await registry.version(row.model, row.version))!,
        evidence,
        approvers,
        needed: policy.approvers,
        override: failed.length > 0 ? override : null,
      };
    });
    if (approval !== null) return approval;
    if (attempt === ATTEMPTS) {
      throw new OslerError('CHANGED_MEANWHILE', `The champion of ${version.model} moved again and again meanwhile.`);
    }
  }
}

/** Rejects a pending version, for ever. */
export function reject(store: Store, actor: Actor, ref: string, said: { reason: string }): Promise<VersionRow> {
  return end(store, actor, ref, said.reason, 'reject');
}

/** Takes a version out of use, for ever: it loses its aliases and its stage. */
export function retire(store: Store, actor: Actor, ref: string, said: { reason: string }): Promise<VersionRow> {
  return end(store, actor, ref, said.reason, 'retire');
}

async function end(
  store: Store,
  actor: Actor,
  ref: string,
  said: string,
  decision: 'reject' | 'retire',
): Promise<VersionRow> {
  const reason = needReason(said, decision === 'reject' ? 'A rejection' : 'A retirement');
  const found = await findVersion(store.registry, parseVersionRef(ref));
  return store.registry.change(actor, async (registry) => {
    const row = await again(registry, found);
    if (row.status === 'rejected' || row.status === 'retired' || (decision === 'reject' && row.status !== 'pending')) {
      throw new OslerError('USAGE', `${versionName(row)} is ${row.status} already.`, {
        hint:
          row.status === 'approved'
            ? `Take it out of use: osler models retire ${versionName(row)}`
            : 'That is for ever.',
      });
    }
    const status = decision === 'reject' ? 'rejected' : 'retired';
    const stored = await registry.addDecision(row.modelId, row.version, {
      decision,
      reason,
      override: null,
      policy: null,
      evidence: null,
    });
    await registry.changeVersion(row.modelId, row.version, { status });
    await registry.event({
      what: `version.${decision}`,
      subject: versionName(row),
      why: reason,
      before: { status: row.status },
      after: { status, ...stored },
    });
    for (const alias of row.aliases) {
      await registry.setAlias(row.modelId, alias, null);
      await registry.event({
        what: 'alias.delete',
        subject: `${row.model}@${alias}`,
        why: `${versionName(row)} is ${status}: ${reason}`,
        before: { version: row.version },
      });
    }
    if (row.stage !== 'None' && row.stage !== 'Archived') {
      await registry.changeVersion(row.modelId, row.version, { stage: 'Archived' });
      await registry.event({
        what: 'version.stage',
        subject: versionName(row),
        why: `${versionName(row)} is ${status}: ${reason}`,
        before: { stage: row.stage },
        after: { stage: 'Archived' },
      });
    }
    return (await registry.version(row.model, row.version))!;
  });
}

/** Checks a version by the policy in force, as far as the policy asks. */
export async function gather(store: Store, version: VersionRow, who: string, deps: DecideDeps): Promise<Evidence> {
  if (version.record.bundle !== null) await openRegistered(store.home, version, store.artifacts);
  const policy = deps.policy.of(version.model);
  const champion = await championOf(store.registry, version);
  const comparison = await compareWith(champion, version, policy.champion, deps.compare);
  return {
    format: 'osler-evidence/1',
    digest: version.record.bundle?.digest ?? null,
    policy: deps.policy.digest,
    champion: champion && { version: champion.version, digest: champion.record.bundle?.digest ?? null },
    comparison: typeof comparison === 'string' ? null : comparison,
    checks: judge({ version, policy, champion, comparison, who }),
  };
}

/** How a comparison fails by what the two versions have nothing to do with: it says nothing of them, and may be made again. */
export const OF_ITSELF: readonly ErrorCode[] = ['BUNDLE_ALTERED', 'INTERRUPTED', 'STORE_FAILED'];

async function compareWith(
  champion: VersionRow | null,
  candidate: VersionRow,
  asked: ReturnType<Policy['of']>['champion'],
  compare: CompareVersions | undefined,
): Promise<ChampionComparison | string | null> {
  if (asked === null || champion === null || compare === undefined) return null;
  try {
    const { margin, metric } = asked;
    return await compare(champion, candidate, { margin, ...(metric === undefined ? {} : { metric }) });
  } catch (error) {
    // A dataset that is not here, classes that differ: the rule is then not met, and says why.
    if (error instanceof OslerError && !OF_ITSELF.includes(error.code)) return error.message;
    throw error;
  }
}

/** The model's champion; null where there is none, or it is this version. */
export async function championOf(registry: RegistryReader, version: VersionRow): Promise<VersionRow | null> {
  const model = await registry.model(version.model);
  const number = model?.aliases[CHAMPION];
  if (number === undefined || number === version.version) return null;
  return registry.version(version.model, number);
}

export function sameChampion(compared: Evidence['champion'], now: VersionRow | null): boolean {
  return (compared?.version ?? null) === (now?.version ?? null);
}

/** The policy is changed by a file; the first decision under another one tells the trail. */
export async function notePolicy(registry: RegistryWriter, policy: Policy): Promise<void> {
  const last = await registry.lastEvent('policy.change');
  const after = { digest: policy.digest, policy: policy.document };
  if ((last?.after as typeof after | undefined)?.digest === policy.digest) return;
  await registry.event({ what: 'policy.change', subject: 'policy', before: last?.after ?? null, after });
}

/** The version as it is now, inside the transaction. Throws NOT_FOUND when it was deleted meanwhile. */
export async function again(registry: RegistryReader, found: VersionRow): Promise<VersionRow> {
  return findVersion(registry, { model: found.model, version: found.version });
}

async function pending(
  registry: RegistryReader,
  found: VersionRow,
): Promise<{ row: VersionRow; decisions: Decision[] }> {
  const row = await again(registry, found);
  const decisions = await registry.decisions(row.modelId, row.version);
  if (row.status === 'pending') return { row, decisions };
  throw new OslerError('USAGE', `${versionName(row)} is ${row.status} already.`, {
    hint: `Its page says by whom, and so does osler models show ${versionName(row)}.`,
  });
}

function notMet(version: VersionRow, failed: readonly Check[]): OslerError {
  const what = failed.map(({ asked, words }) => `${asked}: ${words}`).join('; ');
  return new OslerError('NOT_APPROVED', `${versionName(version)} is not what the policy asks for. ${what}.`, {
    hint: '--override REASON sets the policy aside, and is shown for ever.',
  });
}

export function needReason(text: string, what: string): string {
  const reason = text.trim();
  if (reason !== '') return reason;
  throw new OslerError('USAGE', `${what} needs a reason, and none was given.`, {
    hint: 'It is kept in the audit trail.',
  });
}
