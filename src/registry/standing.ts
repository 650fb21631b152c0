import { OslerError } from '../errors.ts';
import type { VersionRow } from '../store/registry/types.ts';
import type { Store } from '../store/store.ts';
import { championOf, type DecideDeps, gather } from './decide.ts';
import { approversOf, type Evidence, samePerson } from './evidence.ts';
import { findVersion, parseVersionRef, versionName } from './names.ts';
import type { ModelPolicy } from './policy.ts';

/** Where a version stands on its way to approval, as one person would find it. */
export interface Standing {
  version: VersionRow;
  policy: ModelPolicy;
  /** What the policy asks and what was found; null once it is decided, and where the bundle is not what was registered. */
  evidence: Evidence | null;
  approvers: string[];
  needed: number;
  /** The version that it must be compared with, where the policy asks. */
  champion: VersionRow | null;
  /** Why this person can't approve it now; null where nothing is in the way but the checks. */
  obstacle: string | null;
}

/**
 * Checks a version as `approve` would, and writes nothing. Without `compare` a comparison with the champion counts as not made.
 * Throws NOT_FOUND, and BUNDLE_ALTERED where the bundle is not the one that was registered.
 */
export async function standingOf(store: Store, ref: string, who: string, deps: DecideDeps): Promise<Standing> {
  const version = await findVersion(store.registry, parseVersionRef(ref));
  const policy = deps.policy.of(version.model);
  const approvers = approversOf(await store.registry.decisions(version.modelId, version.version));
  const pending = version.status === 'pending';
  const champion = policy.champion === null || !pending ? null : await championOf(store.registry, version);
  const evidence = pending ? await evidenceOf(store, version, who, deps) : null;
  return {
    version,
    policy,
    evidence,
    approvers,
    needed: policy.approvers,
    champion,
    obstacle: pending
      ? approvers.some((name) => samePerson(name, who))
        ? `${who} has approved ${versionName(version)} already; the policy asks for other people too.`
        : null
      : `${versionName(version)} is ${version.status}.`,
  };
}

/** Null where the bundle's files are on another machine: what can't be opened can't be approved here, and looking is no mistake. */
async function evidenceOf(store: Store, version: VersionRow, who: string, deps: DecideDeps): Promise<Evidence | null> {
  try {
    return await gather(store, version, who, deps);
  } catch (error) {
    if (error instanceof OslerError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
