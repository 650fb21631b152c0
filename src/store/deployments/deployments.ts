import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { OslerError } from '../../errors.ts';
import { canonicalJson } from '../canonical.ts';
import type { Actor } from '../registry/types.ts';
import type { Tables } from '../schema.ts';
import type { TrailEnd } from '../trail.ts';
import { changeWithTrail } from '../trail-change.ts';
import { type Change, type DeploymentRow, type Deployments, type Revision, SpecDocument } from './types.ts';

export function deploymentRepository(db: Kysely<Tables>, home: string, headFile: string): Deployments {
  return {
    get: (name) => read(db, name),
    async kept() {
      const rows = await db.selectFrom('deployments').selectAll().orderBy('id').execute();
      const all = await db.selectFrom('deployment_revisions').selectAll().orderBy('number').execute();
      const revisions = Map.groupBy(all, (one) => one.deployment_id);
      return rows.map(({ id, name, salt, created_at: createdAt, deleted_at: deletedAt, revision }) => ({
        name,
        salt: fingerprint(salt),
        createdAt,
        deletedAt,
        revision,
        revisions: (revisions.get(id) ?? []).map(({ deployment_id: _, ...rest }) => rest),
      }));
    },
    async list() {
      const rows = await current(db).orderBy('d.name').execute();
      return rows.map(deployment);
    },
    async revisions(id) {
      const rows = await db
        .selectFrom('deployment_revisions')
        .selectAll()
        .where('deployment_id', '=', id)
        .orderBy('number', 'desc')
        .execute();
      return rows.map(revision);
    },
    create: (actor, name, first) =>
      changeWithTrail(db, home, headFile, async (trx, end) => {
        if ((await read(trx, name)) !== null) {
          throw new OslerError('ALREADY_EXISTS', `There is a deployment "${name}" already.`, {
            hint: `Change it: osler deploy set ${name} ...`,
          });
        }
        const salt = randomBytes(16).toString('hex');
        const { id } = await trx
          .insertInto('deployments')
          .values({
            name,
            salt,
            created_at: Date.parse(end.at),
            revision: 1,
            deleted_at: null,
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        const change = { ...first, facts: { ...first.facts, salt: fingerprint(salt) } };
        await writeRevision(trx, end, actor, { id, name, number: 1, before: null, change });
        return (await read(trx, name))!;
      }),
    change: (actor, name, change) =>
      changeWithTrail(db, home, headFile, async (trx, end) => {
        const row = await existing(trx, name);
        if (change.expected !== undefined && change.expected !== row.revision.number) {
          throw new OslerError('CHANGED_MEANWHILE', `Somebody changed ${name} at the same time.`, {
            hint: `See what it is now: osler deploy show ${name}`,
          });
        }
        const number = row.revision.number + 1;
        await trx.updateTable('deployments').set({ revision: number }).where('id', '=', row.id).execute();
        await writeRevision(trx, end, actor, { id: row.id, name, number, before: row.revision, change });
        return (await read(trx, name))!;
      }),
    delete: (actor, name, why) =>
      changeWithTrail(db, home, headFile, async (trx, end) => {
        const row = await existing(trx, name);
        await trx
          .updateTable('deployments')
          .set({ deleted_at: Date.parse(end.at) })
          .where('id', '=', row.id)
          .execute();
        const { number, spec } = row.revision;
        const before = { revision: number, spec };
        await end.append({ ...actor, what: 'deployment.delete', subject: subjectOf(name), why, before, after: null });
      }),
  };
}

/** The trail tells which salt it was without telling it: it keeps the hashes of patients' keys from being guessed. */
const fingerprint = (salt: string): string => createHash('sha256').update(salt).digest('hex');

/** Beside the names of models, which the same trail holds. */
const subjectOf = (name: string): string => `deployment ${name}`;

async function writeRevision(
  trx: Kysely<Tables>,
  end: TrailEnd,
  actor: Actor,
  {
    id,
    name,
    number,
    before,
    change,
  }: { id: number; name: string; number: number; before: Revision | null; change: Omit<Change, 'expected'> },
): Promise<void> {
  const { what, why = null, facts = {} } = change;
  const spec = SpecDocument.parse(change.spec);
  await trx
    .insertInto('deployment_revisions')
    .values({
      deployment_id: id,
      number,
      at: Date.parse(end.at),
      who: actor.who,
      what,
      why,
      spec: canonicalJson(spec),
    })
    .execute();
  await end.append({
    ...actor,
    what,
    subject: subjectOf(name),
    why,
    before: before && { revision: before.number, spec: before.spec },
    after: { revision: number, spec, ...facts },
  });
}

function current(db: Kysely<Tables>) {
  return db
    .selectFrom('deployments as d')
    .innerJoin('deployment_revisions as r', (join) =>
      join.onRef('r.deployment_id', '=', 'd.id').onRef('r.number', '=', 'd.revision'),
    )
    .select(['d.id', 'd.name', 'd.salt', 'd.created_at', 'r.number', 'r.at', 'r.who', 'r.what', 'r.why', 'r.spec'])
    .where('d.deleted_at', 'is', null);
}

async function read(db: Kysely<Tables>, name: string): Promise<DeploymentRow | null> {
  const row = await current(db).where('d.name', '=', name).executeTakeFirst();
  return row === undefined ? null : deployment(row);
}

async function existing(db: Kysely<Tables>, name: string): Promise<DeploymentRow> {
  const row = await read(db, name);
  if (row !== null) return row;
  throw new OslerError('NOT_FOUND', `There is no deployment "${name}".`, { hint: 'List them: osler deploy list' });
}

type RevisionRow = Omit<Tables['deployment_revisions'], 'deployment_id'>;

function deployment(row: RevisionRow & { id: number; name: string; salt: string; created_at: number }): DeploymentRow {
  return { id: row.id, name: row.name, salt: row.salt, createdAt: row.created_at, revision: revision(row) };
}

function revision({ number, at, who, what, why, spec }: RevisionRow): Revision {
  return { number, at, who, what, why, spec: SpecDocument.parse(JSON.parse(spec)) };
}
