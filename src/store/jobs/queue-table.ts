import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { isGone, ownIdentity } from '../identity.ts';
import type { Tables } from '../schema.ts';
import type { PartQueue } from './types.ts';

/** A worker that says nothing for so long has vanished. */
const LEASE_MS = 30_000;

/** Parts in a table of the SQLite file, each with a lease. */
export function tableQueue(db: Kysely<Tables>): PartQueue {
  const mine = ({ job, number, token }: { job: string; number: number; token: string }) =>
    db.updateTable('job_parts').where('job_id', '=', job).where('number', '=', number).where('token', '=', token);
  return {
    kind: 'table',
    async fill(job, parts) {
      await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('job_parts').where('job_id', '=', job).execute();
        for (let i = 0; i < parts.length; i += 1_000) {
          const values = parts
            .slice(i, i + 1_000)
            .map((number) => ({ job_id: job, number, token: null, worker: null, until: null }));
          await trx.insertInto('job_parts').values(values).execute();
        }
      });
    },
    async take(job) {
      return db.transaction().execute(async (trx) => {
        const now = Date.now();
        const parts = await trx
          .selectFrom('job_parts')
          .select(['number', 'worker'])
          .where('job_id', '=', job)
          .where((e) => e.or([e('token', 'is', null), e('until', '<', now)]))
          .orderBy('number')
          .limit(1)
          .execute();
        // None is free: one whose worker's process is known to be gone need not wait for the end of its lease.
        const held =
          parts.length > 0
            ? []
            : await trx.selectFrom('job_parts').select(['number', 'worker']).where('job_id', '=', job).execute();
        const free = parts[0] ?? held.find(({ worker }) => worker !== null && isGone(worker));
        if (free === undefined) return null;
        const token = randomBytes(8).toString('hex');
        await trx
          .updateTable('job_parts')
          .set({ token, worker: ownIdentity(), until: now + LEASE_MS })
          .where('job_id', '=', job)
          .where('number', '=', free.number)
          .execute();
        return { job, number: free.number, token };
      });
    },
    async keep(part) {
      const { numUpdatedRows } = await mine(part)
        .set({ until: Date.now() + LEASE_MS })
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async size(job) {
      const { parts } = await db
        .selectFrom('job_parts')
        .select((e) => e.fn.countAll<number>().as('parts'))
        .where('job_id', '=', job)
        .executeTakeFirstOrThrow();
      return Number(parts);
    },
    async inHands(job) {
      const held = await db
        .selectFrom('job_parts')
        .select('worker')
        .where('job_id', '=', job)
        .where('until', '>=', Date.now())
        .execute();
      return held.filter(({ worker }) => worker !== null && !isGone(worker)).length;
    },
    async done({ job, number, token }) {
      await db
        .deleteFrom('job_parts')
        .where('job_id', '=', job)
        .where('number', '=', number)
        .where('token', '=', token)
        .execute();
    },
    async giveBack(part) {
      await mine(part).set({ token: null, worker: null, until: null }).execute();
    },
    async drop(job) {
      await db.deleteFrom('job_parts').where('job_id', '=', job).execute();
    },
    close: async () => undefined,
  };
}
