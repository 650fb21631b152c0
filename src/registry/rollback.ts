import { OslerError } from '../errors.ts';
import type { Actor, VersionRow } from '../store/registry/types.ts';
import type { Store } from '../store/store.ts';
import { type Moved, moveAlias } from './aliases.ts';
import { again, needReason } from './decide.ts';
import { CHAMPION } from './names.ts';
import type { Policy } from './policy.ts';
import { mayCarry } from './protect.ts';
import { type AliasMove, aliasHistory } from './replay.ts';

/**
 * Gives an alias back to the version that had it before, or to `to`: one that is approved still. Asks for no comparison: a rollback is
 * how a mistake ends. A second one goes further back, never to what was rolled back from, unless that was put there again since.
 * Throws NOT_FOUND when none had it before; CHANGED_MEANWHILE when somebody moved it at the same time.
 */
export async function rollback(
  store: Store,
  actor: Actor,
  name: string,
  said: { reason: string; alias?: string; to?: number },
  deps: { policy: Policy },
): Promise<Moved> {
  const why = needReason(said.reason, 'A rollback');
  const { alias, from, target } = await rollbackTarget(store, name, said, deps);
  if (target === null) {
    throw new OslerError(
      'NOT_FOUND',
      said.to === undefined
        ? `There is nothing earlier that "${alias}" of ${name} can go back to.`
        : `${name}@${said.to} can't have "${alias}": it is not there, or not approved.`,
      {
        hint: `${said.to === undefined ? 'Name one with --to: ' : ''}osler models show ${name} lists the versions and their standing.`,
      },
    );
  }
  return store.registry.change(actor, async (registry) => {
    const row = await again(registry, target);
    const now = (await registry.model(name))?.aliases[alias] ?? null;
    if (now !== from || !mayCarry(deps.policy, row, alias)) {
      throw new OslerError('CHANGED_MEANWHILE', `Somebody changed ${name} at the same time.`, {
        hint: `See what is live now: osler models live`,
      });
    }
    return moveAlias(registry, row, alias, from, { why, override: null, rollback: true });
  });
}

/** Where a rollback would go; null where nothing earlier may have the alias. Throws NOT_FOUND. */
export async function rollbackTarget(
  store: Store,
  name: string,
  { alias = CHAMPION, to }: { alias?: string; to?: number },
  deps: { policy: Policy },
): Promise<{ alias: string; from: number | null; target: VersionRow | null }> {
  const model = await store.registry.model(name);
  if (model === null) throw new OslerError('NOT_FOUND', `There is no registered model "${name}".`);
  const from = Object.hasOwn(model.aliases, alias) ? model.aliases[alias]! : null;
  const versions = await store.registry.versions(name);
  const usable = (number: number): VersionRow | undefined =>
    versions.find((row) => row.version === number && mayCarry(deps.policy, row, alias));
  const targets = to === undefined ? earlier(await aliasHistory(store.trail.rows(), name, alias), from) : [to];
  return { alias, from, target: targets.map(usable).find((row) => row !== undefined) ?? null };
}

/** What had the alias before the present version, the last first: as if what was rolled back from had never had it. */
function earlier(history: readonly AliasMove[], from: number | null): number[] {
  let stack: number[] = [];
  const left = new Set<number>();
  let holder: number | null = null;
  for (const { version, rollback: back } of history) {
    if (version !== null) {
      if (back && holder !== null) left.add(holder);
      left.delete(version);
      const at = back ? stack.lastIndexOf(version) : -1;
      stack = [...(at < 0 ? stack : stack.slice(0, at)), version];
    }
    holder = version;
  }
  return stack.reverse().filter((version) => version !== from && !left.has(version));
}
