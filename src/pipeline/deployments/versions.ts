import { OslerError } from '../../errors.ts';
import { classesUnlike } from '../../registry/classes.ts';
import { findVersion, parseVersionRef, type VersionRef, versionName } from '../../registry/names.ts';
import { openRegistered } from '../../registry/open.ts';
import type { Version } from '../../serving/deployments/loaded.ts';
import { type DeploymentSpec, type Member, membersOf, type Ref } from '../../serving/deployments/spec.ts';
import type { VersionRow } from '../../store/registry/types.ts';
import type { Store } from '../../store/store.ts';

/**
 * `skin@3`, `skin@champion`, `models:/skin/3`; `skin` alone is the newest version as of now. What has a number is pinned to its bundle.
 * Throws USAGE, NOT_FOUND.
 */
export async function refOf(store: Store, text: string): Promise<Ref> {
  const ref = parseVersionRef(text);
  const { model } = ref;
  if (ref.alias !== undefined) return { name: `${model}@${ref.alias}`, model, alias: ref.alias };
  return versionOf(store, text);
}

/** The same, with an alias's version as of now. */
export async function versionOf(store: Store, text: string): Promise<Ref> {
  const { model, version, record } = await findVersion(store.registry, parseVersionRef(text));
  return {
    name: `${model}@${version}`,
    model,
    version,
    ...(record.bundle === null ? {} : { digest: record.bundle.digest }),
  };
}

/**
 * The registered version that a member names at the moment, which opens with all checks of its registration.
 * Throws NOT_FOUND, USAGE for what is no bundle, BUNDLE_ALTERED for another one than the member was, NOT_APPROVED for one that may not
 * answer.
 */
export function versionResolver(store: Store): (member: Member, spec: DeploymentSpec) => Promise<Version> {
  return async (member, spec) => {
    const row = await findVersion(store.registry, refText(member));
    const digest = servable(row);
    checkPinned(row, digest, member);
    checkApproved(row, member, spec);
    return {
      model: row.model,
      version: row.version,
      digest,
      open: () => openRegistered(store.home, row, store.artifacts),
    };
  };
}

function refText({ model, version, alias }: Ref): VersionRef {
  return { model, ...(version === undefined ? {} : { version }), ...(alias === undefined ? {} : { alias }) };
}

/**
 * Throws what resolving a member throws. One that `known` holds may be left out, as servers do, so that a version that was retired
 * keeps nobody from changing the rest; but not all live ones.
 */
export async function checkMembers(
  store: Store,
  members: readonly Member[],
  spec: DeploymentSpec,
  known: readonly Member[] = [],
): Promise<void> {
  const resolve = versionResolver(store);
  // In another role it is another matter: a shadow may be pending.
  const isKnown = ({ name, role }: Member): boolean => known.some((one) => one.name === name && one.role === role);
  let live = 0;
  let first: OslerError | undefined;
  for (const member of members) {
    try {
      const version = await resolve(member, spec);
      if (!isKnown(member)) await checkFiles(version);
      if (member.role === 'live') live += 1;
    } catch (error) {
      if (!(error instanceof OslerError) || error.code === 'STORE_FAILED' || !isKnown(member)) throw error;
      first ??= error;
    }
  }
  if (live === 0 && first !== undefined) throw first;
}

/**
 * Who answers one client must answer in one kind: throws CLASSES_DIFFER where two that answer (live, canary) tell other classes apart or
 * count others as positive, unless that is overridden. What `known` holds already keeps nobody from changing the rest.
 */
export async function checkClasses(
  store: Store,
  members: readonly Member[],
  { override }: DeploymentSpec,
  known: readonly Member[] = [],
): Promise<void> {
  const answering = members.filter(({ role }) => role !== 'shadow');
  const isKnown = ({ name }: Member): boolean => known.some((one) => one.name === name && one.role !== 'shadow');
  if (override !== null || answering.every(isKnown)) return;
  const rows: VersionRow[] = [];
  for (const member of answering) {
    // One that is not there any more is left out.
    const row = await findVersion(store.registry, refText(member)).catch((error: unknown) => {
      if (error instanceof OslerError && error.code === 'NOT_FOUND') return null;
      throw error;
    });
    if (row !== null) rows.push(row);
  }
  const [first, ...others] = rows;
  for (const other of others) {
    const unlike = classesUnlike(other, first!);
    if (unlike === null) continue;
    throw new OslerError('CLASSES_DIFFER', `${versionName(other)} has ${unlike}: they can't answer side by side.`, {
      hint: 'Give it a deployment of its own, or watch it as a shadow; osler deploy set ... --override REASON sets that aside, and is shown for ever.',
    });
  }
}

/** Throws BUNDLE_ALTERED, BUNDLE_INVALID naming the file. Where its files are not here they are another machine's, whose servers look at them. */
async function checkFiles({ open }: Version): Promise<void> {
  await open().catch((error: unknown) => {
    if (!(error instanceof OslerError && error.code === 'NOT_FOUND')) throw error;
  });
}

/** Members that servers leave out: retired, deleted, altered, their files here damaged. */
export async function membersLeftOut(
  store: Store,
  spec: DeploymentSpec,
): Promise<{ member: Member; error: OslerError }[]> {
  const resolve = versionResolver(store);
  const left: { member: Member; error: OslerError }[] = [];
  for (const member of membersOf(spec)) {
    try {
      await checkFiles(await resolve(member, spec));
    } catch (error) {
      if (!(error instanceof OslerError) || error.code === 'STORE_FAILED') throw error;
      left.push({ member, error });
    }
  }
  return left;
}

/** Throws USAGE unless it is a bundle of Osler's. */
function servable(row: VersionRow): string {
  if (row.record.bundle !== null) return row.record.bundle.digest;
  throw new OslerError('USAGE', `${versionName(row)} is no bundle of Osler's: it can't be served.`, {
    hint: `It was registered by another program; its files are at ${row.record.source}.`,
  });
}

/** Whatever became of the registry since: what answers is what was named. */
function checkPinned(row: VersionRow, digest: string, { digest: pinned }: Member): void {
  if (pinned === undefined || pinned === digest) return;
  throw new OslerError(
    'BUNDLE_ALTERED',
    `${versionName(row)} is another bundle (${digest.slice(0, 12)}...) than when the deployment was written (${pinned.slice(0, 12)}...): it can't answer.`,
    {
      hint: 'Name it anew to mean the present one: osler deploy set. osler audit verify says whether anything was altered.',
    },
  );
}

/** What people see must be approved; a shadow is how a version is watched before. */
function checkApproved(row: VersionRow, { role }: Member, { override }: DeploymentSpec): void {
  if (row.status === 'approved' || override !== null) return;
  if (role === 'shadow' && row.status === 'pending') return;
  const over = row.status === 'retired' || row.status === 'rejected';
  throw new OslerError('NOT_APPROVED', `${versionName(row)} is ${row.status}: it can't answer.`, {
    hint: over
      ? `${row.status === 'retired' ? 'Retiring' : 'Rejecting'} is for ever: name another version in its place (osler deploy set; osler models show ${row.model} lists them).`
      : `osler models approve ${versionName(row)} --reason ...; --override REASON sets that aside, and is shown for ever.`,
  });
}
