import { OslerError } from '../../errors.ts';
import type { DeploymentRow } from '../../store/deployments/types.ts';
import type { Batching, Held, LoadedModels, Version } from './loaded.ts';
import { type DeploymentSpec, type Member, membersOf, parseSpec } from './spec.ts';

export interface TableOptions {
  models: LoadedModels;
  /** Throws where the version can't be served. */
  resolve(member: Member, spec: DeploymentSpec): Promise<Version>;
}

export interface Variant {
  member: Member;
  version: Version;
  held: Held;
  /** Of `member`, for routing. */
  name: string;
  /** With its part of what members that can't answer would have had. */
  share: number;
}

/** A member that can't answer: retired, deleted, damaged. */
export interface LeftOut {
  member: Member;
  error: Error;
}

/** What is in force at one moment. */
export interface Table {
  row: DeploymentRow;
  spec: DeploymentSpec;
  variants: Variant[];
  left: LeftOut[];
  /** Says which versions these are, and which of them were not to be had. */
  signature: string;
  /** When loading was last tried, where a member was left out for that; null where all were loaded. */
  failedAt: number | null;
  using: number;
  retired: boolean;
  /** Its models are let go of. */
  gone: PromiseWithResolvers<void>;
}

export interface Resolved {
  row: DeploymentRow;
  spec: DeploymentSpec;
  found: { member: Member; version: Version }[];
  left: LeftOut[];
  signature: string;
}

/**
 * Each member for itself: one that can't answer is left out. Throws where no live one is left, and what says nothing of a member: that
 * the store is away.
 * @param before what goes on answering where this throws, for the sentence.
 */
export async function resolveAll(
  row: DeploymentRow,
  { resolve }: Pick<TableOptions, 'resolve'>,
  before?: Table,
): Promise<Resolved> {
  const spec = parseSpec(row.revision.spec);
  const found: Resolved['found'] = [];
  const left: LeftOut[] = [];
  const parts = await Promise.all(
    membersOf(spec).map(async (member): Promise<Resolved['found'][number] | LeftOut> => {
      try {
        return { member, version: await resolve(member, spec) };
      } catch (error) {
        if (!(error instanceof OslerError) || isPassing(error)) throw error;
        return { member, error };
      }
    }),
  );
  for (const part of parts) {
    if ('version' in part) found.push(part);
    else left.push(part);
  }
  needLive(row, found, left, before);
  const signature = JSON.stringify([
    row.id,
    row.revision.number,
    ...parts.map((part) => ('version' in part ? [part.version.version, part.version.digest] : part.error.message)),
  ]);
  return { row, spec, found, left, signature };
}

/** Loads what was found; what can't be loaded is left out too. Throws as `resolveAll` does, and holds nothing then. */
export async function hold(
  { row, spec, found, left: unresolved, signature }: Resolved,
  { models }: Pick<TableOptions, 'models'>,
  before?: Table,
): Promise<Table> {
  const batching: Batching = { maxBatch: spec.limits.maxBatch, maxDelayMs: spec.limits.maxDelayMs };
  const variants: Variant[] = [];
  const left = [...unresolved];
  try {
    for (const { member, version } of found) {
      try {
        const held = await models.acquire(version, batching);
        variants.push({ member, version, held, name: member.name, share: member.share });
      } catch (error) {
        if (isPassing(error)) throw error;
        left.push({ member, error: error as Error });
      }
    }
    needLive(row, variants, left, before);
  } catch (error) {
    await Promise.all(variants.map(({ held }) => held.release()));
    throw error;
  }
  share(variants);
  const failedAt = left.length > unresolved.length ? Date.now() : null;
  return {
    row,
    spec,
    variants,
    left,
    signature,
    failedAt,
    using: 0,
    retired: false,
    gone: Promise.withResolvers(),
  };
}

export function retire(table: Table): void {
  table.retired = true;
  if (table.using === 0) release(table);
}

export function release({ variants, gone }: Table): void {
  Promise.allSettled(variants.map(({ held }) => held.release())).then(() => gone.resolve());
}

/** What is wrong with a table that answers without some of its members; null where nothing is. */
export function faultOf({ row, left }: Table): OslerError | null {
  const [first] = left;
  if (first === undefined) return null;
  const names = left.map(({ member }) => member.name).join(', ');
  const code = first.error instanceof OslerError ? first.error.code : 'ENGINE_FAILED';
  return new OslerError(code, `${names} left out of ${row.name}, the others answer: ${reasons(left)}`, {
    hint: hintFor(row),
    cause: first.error,
  });
}

/** It says nothing of the version: soon it may be otherwise. */
function isPassing(error: unknown): boolean {
  return error instanceof OslerError && ['STORE_FAILED', 'REMOTE_FAILED', 'DOWNLOAD_FAILED'].includes(error.code);
}

/** The live ones' part of the traffic goes to those that are left; a canary never gets more than its step says. */
function share(variants: readonly Variant[]): void {
  const live = variants.filter(({ member }) => member.role === 'live');
  const canary = variants.find(({ member }) => member.role === 'canary')?.share ?? 0;
  const total = live.reduce((sum, one) => sum + one.member.share, 0);
  for (const one of live) one.share = (one.member.share / total) * (1 - canary);
}

/** Throws the first one's code where no live member is left. */
function needLive(row: DeploymentRow, those: readonly { member: Member }[], left: LeftOut[], before?: Table): void {
  if (those.some(({ member }) => member.role === 'live')) return;
  const [first] = left;
  const go =
    before === undefined
      ? ''
      : ` Those that were loaded before go on: ${before.variants.map(({ name, version }) => (name.endsWith(`@${version.version}`) ? name : `${name} (version ${version.version})`)).join(', ')}.`;
  throw new OslerError(
    first?.error instanceof OslerError ? first.error.code : 'ENGINE_FAILED',
    `No live version of ${row.name} can answer: ${reasons(left)}${go}`,
    { hint: hintFor(row), cause: first?.error },
  );
}

const reasons = (left: readonly LeftOut[]): string => [...new Set(left.map(({ error }) => error.message))].join(' ');

const hintFor = ({ name }: DeploymentRow): string =>
  `Name versions that can answer: osler deploy set ${name} MODEL@VERSION; osler models show MODEL lists them.`;
