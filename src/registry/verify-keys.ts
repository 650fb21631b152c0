import { printOfHash } from '../store/access/access.ts';
import type { KeyRow } from '../store/access/types.ts';
import { canonicalJson } from '../store/canonical.ts';
import type { Store } from '../store/store.ts';
import type { TrailRow } from '../store/trail-event.ts';

/** A key as the trail tells it. */
interface ToldKey {
  name: string;
  roles: string;
  scope: string;
  /** Of its hash. */
  print: string;
  /** ISO 8601; null: never. */
  expires: string | null;
  revoked: boolean;
  replacedBy: string | null;
}

interface Facts {
  name: string;
  roles: string[];
  scope: unknown;
  print: string;
  expires: string | null;
  /** Of a key that takes another's place. */
  key?: string;
  oldEndsAt?: string | null;
}

/** Keys as the audit trail tells them: one that somebody put into the table lets nobody in unseen. */
export class ToldKeys {
  private readonly all = new Map<string, ToldKey>();

  /** Lets one event happen; those of other rooms change nothing here. Throws for an event that holds no JSON. */
  tell({ what, subject, after }: TrailRow): void {
    if (!/^key\.(create|rotate|revoke)$/.test(what) || !subject.startsWith('key ')) return;
    const id = subject.slice('key '.length);
    const old = this.all.get(id);
    if (what === 'key.revoke') {
      if (old !== undefined) old.revoked = true;
      return;
    }
    const facts = JSON.parse(after ?? 'null') as Facts | null;
    if (facts === null) return;
    const { name, print, expires } = facts;
    const [roles, scope] = [canonicalJson(facts.roles), canonicalJson(facts.scope)];
    const fresh = { name, roles, scope, print, expires, revoked: false, replacedBy: null };
    this.all.set(facts.key ?? id, fresh);
    if (what === 'key.rotate' && old !== undefined) {
      old.replacedBy = facts.key ?? null;
      old.expires = facts.oldEndsAt ?? null;
    }
  }

  /** What of the table is not what the trail tells, one sentence each. */
  async compare(store: Store): Promise<string[]> {
    const faults: string[] = [];
    const rows = new Map((await store.access.keys()).map((row) => [row.id, row]));
    for (const id of this.all.keys())
      if (!rows.has(id)) faults.push(`API key ${id} is missing from the store; the trail knows it`);
    for (const row of rows.values()) faults.push(...compareOne(row, this.all.get(row.id)));
    return faults;
  }
}

function compareOne(row: KeyRow, told: ToldKey | undefined): string[] {
  const { id } = row;
  if (told === undefined)
    return [`API key ${id} is in the store; the trail does not know it: somebody let themselves in`];
  const differs = (what: string, is: string | null, says: string | null): string[] =>
    is === says ? [] : [`"${what}" of API key ${id} is ${is ?? 'nothing'}; the trail says ${says ?? 'nothing'}`];
  return [
    ...(printOfHash(row.hash) === told.print ? [] : [`the secret of API key ${id} was exchanged for another`]),
    ...differs('name', row.name, told.name),
    ...differs('roles', canonicalJson(row.roles), told.roles),
    ...differs('scope', canonicalJson(row.scope), told.scope),
    ...differs('expires', row.expiresAt === null ? null : new Date(row.expiresAt).toISOString(), told.expires),
    ...differs('revoked', row.revokedAt === null ? 'no' : 'yes', told.revoked ? 'yes' : 'no'),
    ...differs('replaced by', row.replacedBy, told.replacedBy),
  ];
}
