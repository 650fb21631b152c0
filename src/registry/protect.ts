import { OslerError } from '../errors.ts';
import type { RegistryReader, VersionRow } from '../store/registry/types.ts';
import { versionName } from './names.ts';
import type { Policy } from './policy.ts';

/** Whether an alias or stage is for approved versions only, as far as this version goes: Osler's bundles, others where the policy says so. */
export function isProtected(policy: Policy, row: VersionRow, name: string): boolean {
  const rules = policy.of(row.model);
  return rules.protected.includes(name) && (row.record.kind === 'bundle' || rules.external === 'approval');
}

/** Whether a version may have an alias or stage without an override. */
export function mayCarry(policy: Policy, row: VersionRow, name: string): boolean {
  return row.status === 'approved' || (row.status === 'pending' && !isProtected(policy, row, name));
}

/** Throws NOT_APPROVED for what was ended for ever: no override brings it back. */
export function refuseEnded(policy: Policy, row: VersionRow, name: string): void {
  if (row.status !== 'retired' && !(row.status === 'rejected' && isProtected(policy, row, name))) return;
  throw new OslerError('NOT_APPROVED', `${versionName(row)} can't be "${name}": it is ${row.status}, for ever.`, {
    hint: `Choose another version: osler models show ${row.model}`,
  });
}

/** The protected aliases and stage that a version has. */
export function protectedNames(policy: Policy, row: VersionRow): string[] {
  return [...row.aliases, row.stage].filter((name) => isProtected(policy, row, name));
}

/** Throws NOT_APPROVED while the version has a protected alias or stage: a client that nobody knows may not take it away. */
export function refuseTaking(policy: Policy, row: VersionRow, names = protectedNames(policy, row)): void {
  const [name] = names;
  if (name === undefined) return;
  const way = row.aliases.includes(name)
    ? `osler models alias ${row.model} ${name} --delete --reason ...`
    : `osler models retire ${versionName(row)} --reason ...`;
  throw new OslerError(
    'NOT_APPROVED',
    `${versionName(row)} is "${name}", which the policy protects: it is taken away on the command line alone: ${way}`,
  );
}

/** The same for all versions of a model. */
export async function refuseTakingModel(registry: RegistryReader, policy: Policy, model: string): Promise<void> {
  for (const row of await registry.versions(model)) refuseTaking(policy, row);
}
