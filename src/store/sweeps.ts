import type { Kysely, Selectable } from 'kysely';
import { OslerError } from '../errors.ts';
import { persist } from './engine.ts';
import type { Tables } from './schema.ts';
import { SweepRecord } from './sweep.ts';
import { type Trials, trialRepository } from './trials.ts';

export interface Sweeps extends Trials {
  /** Throws ALREADY_EXISTS when the id is taken. */
  create(record: SweepRecord): Promise<SweepRecord>;
  /** By id, by the unique beginning of one (4 digits or more), by name (the newest of that name) or `latest`. */
  get(reference: string): Promise<SweepRecord>;
  /** Newest first. */
  list(): Promise<SweepRecord[]>;
  /** Changes the state, or how many trials are asked for. */
  update(id: string, patch: Partial<Pick<SweepRecord, 'state' | 'trials'>>): Promise<SweepRecord>;
  /** Forgets a sweep with its trials; their runs stay. */
  delete(id: string): Promise<void>;
}

export function sweepRepository(db: Kysely<Tables>): Sweeps {
  const newest = () => db.selectFrom('sweeps').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc');

  async function get(reference: string): Promise<SweepRecord> {
    if (/^[0-9a-f]{4,32}$/.test(reference)) {
      const rows = await newest().where('id', '>=', reference).where('id', '<=', reference.padEnd(32, 'f')).execute();
      if (rows.length === 1) return record(rows[0]!);
      if (rows.length > 1) {
        throw new OslerError('USAGE', `"${reference}" is the beginning of ${rows.length} sweep ids.`, {
          hint: `Give more digits: ${rows
            .slice(0, 4)
            .map((row) => row.id.slice(0, 12))
            .join(', ')}`,
        });
      }
    }
    const row = await (reference === 'latest' ? newest() : newest().where('name', '=', reference))
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) return record(row);
    throw new OslerError(
      'NOT_FOUND',
      reference === 'latest' ? 'There is no sweep yet.' : `There is no sweep "${reference}".`,
      { hint: reference === 'latest' ? 'Begin one: osler sweep --help' : 'List them: osler sweep list' },
    );
  }

  return {
    get,
    ...trialRepository(db),
    async create(fresh) {
      const checked = SweepRecord.parse(fresh);
      const { createdAt, config, ...rest } = checked;
      const values = { ...rest, created_at: createdAt, config: JSON.stringify(config) };
      return persist(async (again) => {
        const { numInsertedOrUpdatedRows: inserted } = await db
          .insertInto('sweeps')
          .values(values)
          .onConflict((c) => c.column('id').doNothing())
          .executeTakeFirstOrThrow();
        // On a second try it is ours: only the acknowledgement was lost.
        if (inserted === 0n && !again) throw new OslerError('ALREADY_EXISTS', `Sweep ${checked.id} exists already.`);
        return checked;
      });
    },
    async list() {
      return (await newest().execute()).map(record);
    },
    async update(id, patch) {
      await persist(() => db.updateTable('sweeps').set(patch).where('id', '=', id).execute());
      return get(id);
    },
    async delete(id) {
      await persist(() => db.deleteFrom('sweeps').where('id', '=', id).execute());
    },
  };
}

function record(row: Selectable<Tables['sweeps']>): SweepRecord {
  const { created_at: createdAt, config, ...rest } = row;
  return SweepRecord.parse({ ...rest, createdAt, config: JSON.parse(config) });
}
