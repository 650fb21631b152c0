import type { FastifyRequest } from 'fastify';
import { OslerError } from '../../errors.ts';
import type { Policy } from '../../registry/policy.ts';
import { rolesWith } from '../../security/permission.ts';
import { membersOf, parseSpec } from '../../serving/deployments/spec.ts';
import type { Store } from '../../store/store.ts';

/**
 * Whoever logs models names versions as they like, but for names that decide what is live: those that the policy protects, and aliases
 * that deployments follow. Moving them is a decision, in MLflow's protocol as in ours. Throws FORBIDDEN.
 */
export async function checkMayName(
  { who }: FastifyRequest,
  store: Store,
  policy: Policy,
  model: string,
  name: string,
): Promise<void> {
  if (who.permissions.includes('decide')) return;
  const why = policy.of(model).protected.includes(name)
    ? 'the policy protects it'
    : await followedBy(store, model, name);
  if (why === null) return;
  throw new OslerError('FORBIDDEN', `${who.name} may not move "${name}" of ${model}: ${why}.`, {
    hint: `Roles that may: ${rolesWith('decide').join(', ')}.`,
  });
}

/**
 * A version that answers in a deployment is not deleted, nor its model renamed or deleted, by a client that knows nothing of deployments: what
 * runs would go on, and nothing could be started again. @param row absent: all versions of the model. Throws FORBIDDEN.
 */
export async function refuseServed(
  store: Store,
  model: string,
  row?: { version: number; aliases: readonly string[] },
): Promise<void> {
  for (const { name, revision } of await store.deployments.list()) {
    const member = membersOf(parseSpec(revision.spec)).find(
      (one) =>
        one.model === model &&
        (row === undefined ||
          one.version === row.version ||
          (one.alias !== undefined && row.aliases.includes(one.alias))),
    );
    if (member === undefined) continue;
    throw new OslerError('FORBIDDEN', `${member.name} answers in deployment ${name}.`, {
      hint: `Let another version take its place first: osler deploy set ${name} MODEL@VERSION`,
    });
  }
}

async function followedBy(store: Store, model: string, alias: string): Promise<string | null> {
  for (const { name, revision } of await store.deployments.list()) {
    const follows = membersOf(parseSpec(revision.spec)).some(
      (member) => member.model === model && member.alias === alias,
    );
    if (follows) return `deployment ${name} follows it`;
  }
  return null;
}
