import { randomBytes } from 'node:crypto';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { OslerError } from '../errors.ts';
import { clock } from './clock.ts';
import { isPostgres } from './columns.ts';
import { persist } from './engine.ts';
import type { Tables } from './schema.ts';
import { type Claim, type Trial, type TrialParams, TrialState } from './sweep.ts';

export interface ClaimOptions {
  /** Who asks: whatever lets `gone` tell whether it still lives. */
  worker: string;
  leaseMs: number;
  /** Whether the holder of a trial has surely ended, so that its lease need not be waited for. */
  gone?: (worker: string) => boolean;
}

/** `wait`: all trials are begun, and others still work on some. */
export type Claimed = { kind: 'trial'; claim: Claim } | { kind: 'wait' | 'done' | 'stopped' };

export interface Settlement {
  /** `waiting` gives the trial back, to be gone on with. */
  state: Exclude<TrialState, 'running'>;
  value?: number | null;
  error?: string | null;
  /** Counts one failure. */
  failed?: boolean;
  /** Not to be claimed again within this time. */
  pauseMs?: number;
}

export interface Trials {
  /** In order of their numbers. */
  trials(sweepId: string): Promise<Trial[]>;
  /**
   * A trial to work on, which nobody else has: one that was begun and let go, else the next number. At most as many are begun as were
   * asked for. A trial whose lease ran out five times without an epoch of progress has failed: it takes its workers with it.
   */
  claim(sweepId: string, options: ClaimOptions): Promise<Claimed>;
  /** Writes the trial's settings or its present run. False when the lease was lost. */
  assign(claim: Claim, what: { params?: TrialParams; run?: string }): Promise<boolean>;
  /** Keeps the lease for another `leaseMs`. False when it was lost, or the sweep was deleted. */
  renew(claim: Claim, leaseMs: number): Promise<boolean>;
  /**
   * Notes the metric after an epoch (counted from 1) and asks `decide`, with all trials as they then stand, whether the trial is to
   * end here (null: it is not); if so it is `pruned` in the same transaction. An epoch that was noted before is not decided again.
   */
  report(
    claim: Claim,
    epoch: { epoch: number; value: number | null; best: number | null },
    decide: ((trial: Trial, all: Trial[]) => boolean) | null,
  ): Promise<'go' | 'pruned' | 'lost'>;
  /** Lets go of the trial. False when the lease was lost. */
  settle(claim: Claim, how: Settlement): Promise<boolean>;
}

/** Lost leases without progress after which a trial counts as failed. */
const MOST_LOSSES = 5;

type Row = Selectable<Tables['trials']>;
type Trx = Transaction<Tables>;

export function trialRepository(db: Kysely<Tables>): Trials {
  /** A transaction that no other of the same sweep runs beside. */
  const alone = <T>(sweep: string, work: (trx: Trx, sweep: Sweep, again: boolean) => Promise<T>): Promise<T> =>
    persist((again) => db.transaction().execute(async (trx) => work(trx, await locked(trx, sweep), again)));

  const held = (trx: Kysely<Tables>, { sweep, trial, token }: Claim) =>
    trx
      .updateTable('trials')
      .where('sweep_id', '=', sweep)
      .where('number', '=', trial.number)
      .where('token', '=', token)
      .where('state', '=', 'running');

  return {
    async trials(sweepId) {
      const rows = await db
        .selectFrom('trials')
        .selectAll()
        .where('sweep_id', '=', sweepId)
        .orderBy('number')
        .execute();
      return rows.map(trialOf);
    },

    async claim(sweepId, { worker, leaseMs, gone }) {
      const token = randomBytes(8).toString('hex');
      return alone(sweepId, async (trx, sweep, again): Promise<Claimed> => {
        const now = await clock(trx);
        const open = await trx
          .selectFrom('trials')
          .selectAll()
          .where('sweep_id', '=', sweepId)
          .where('state', 'in', ['waiting', 'running'])
          .orderBy('number')
          .execute();
        const mine = again ? open.find((row) => row.token === token) : undefined;
        if (mine !== undefined) return { kind: 'trial', claim: { sweep: sweepId, token, trial: trialOf(mine) } };
        if (sweep.state === 'stopped') return { kind: 'stopped' };
        for (const row of open) {
          const lost =
            row.state === 'running' && ((row.until ?? 0) < now || (row.worker !== null && gone?.(row.worker)));
          if (lost) Object.assign(row, await letGo(trx, row));
        }
        const next = open.find((row) => row.state === 'waiting' && (row.until ?? 0) <= now);
        const lease = { state: 'running', worker, token, until: now + leaseMs } as const;
        if (next !== undefined) {
          const taken = { ...lease, claimed_epochs: epochsOf(next).length, ended_at: null };
          await at(trx, next).set(taken).execute();
          return { kind: 'trial', claim: { sweep: sweepId, token, trial: trialOf({ ...next, ...taken }) } };
        }
        const { begun } = await trx
          .selectFrom('trials')
          .select((e) => e.fn.countAll<number>().as('begun'))
          .where('sweep_id', '=', sweepId)
          .executeTakeFirstOrThrow();
        if (Number(begun) < sweep.trials) {
          const fresh: Row = { ...EMPTY, ...lease, sweep_id: sweepId, number: Number(begun), started_at: iso(now) };
          await trx.insertInto('trials').values(fresh).execute();
          return { kind: 'trial', claim: { sweep: sweepId, token, trial: trialOf(fresh) } };
        }
        return { kind: open.some((row) => row.state !== 'failed') ? 'wait' : 'done' };
      });
    },

    async assign(claim, { params, run }) {
      return alone(claim.sweep, async (trx) => {
        const row = await rowOf(trx, claim);
        if (row === undefined) return false;
        const runs = JSON.parse(row.runs) as string[];
        if (run !== undefined && runs.at(-1) !== run) runs.push(run);
        const set = { runs: JSON.stringify(runs), ...(params === undefined ? {} : { params: JSON.stringify(params) }) };
        await held(trx, claim).set(set).execute();
        return true;
      });
    },

    async renew(claim, leaseMs) {
      return persist(() =>
        db.transaction().execute(async (trx) => {
          const until = (await clock(trx)) + leaseMs;
          return (await held(trx, claim).set({ until }).executeTakeFirst()).numUpdatedRows > 0n;
        }),
      );
    },

    async report(claim, { epoch, value, best }, decide) {
      return alone(claim.sweep, async (trx, _sweep, again) => {
        const row = await rowOf(trx, claim);
        if (row === undefined) return again && (await stateOf(trx, claim)) === 'pruned' ? 'pruned' : 'lost';
        const epochs = epochsOf(row);
        if (epoch <= epochs.length) return 'go';
        epochs[epoch - 1] = value;
        const next: Row = { ...row, epochs: JSON.stringify([...epochs].map((v) => v ?? null)), value: best, losses: 0 };
        const trial = trialOf(next);
        const pruned = decide?.(trial, await everyTrial(trx, claim.sweep, trial)) === true;
        const { epochs: text } = next;
        const ended = pruned ? { state: 'pruned' as const, ended_at: iso(await clock(trx)) } : {};
        await held(trx, claim)
          .set({ epochs: text, value: best, losses: 0, ...ended })
          .execute();
        return pruned ? 'pruned' : 'go';
      });
    },

    async settle(claim, { state, value, error, failed, pauseMs }) {
      return alone(claim.sweep, async (trx, _sweep, again) => {
        const row = await rowOf(trx, claim);
        if (row === undefined) return again && (await stateOf(trx, claim)) === state;
        const now = await clock(trx);
        const set = {
          state,
          ...(value === undefined ? {} : { value }),
          ...(error === undefined ? {} : { error }),
          failures: row.failures + (failed ? 1 : 0),
          until: state === 'waiting' && pauseMs !== undefined ? now + pauseMs : null,
          ended_at: state === 'waiting' ? null : iso(now),
        };
        await held(trx, claim).set(set).execute();
        return true;
      });
    },
  };
}

type Sweep = Pick<Selectable<Tables['sweeps']>, 'state' | 'trials'>;

const EMPTY = {
  params: null,
  runs: '[]',
  epochs: '[]',
  value: null,
  failures: 0,
  losses: 0,
  error: null,
  claimed_epochs: 0,
  ended_at: null,
};

async function locked(trx: Trx, id: string): Promise<Sweep> {
  const row = await trx
    .selectFrom('sweeps')
    .select(['state', 'trials'])
    .where('id', '=', id)
    // SQLite's transactions hold the one write lock from their beginning.
    .$if(isPostgres(trx), (query) => query.forUpdate())
    .executeTakeFirst();
  if (row === undefined) throw new OslerError('NOT_FOUND', `There is no sweep ${id}.`);
  return row;
}

/** A lease ran out: back to those that wait, or given up when it takes one worker after the other with it. */
async function letGo(trx: Trx, row: Row): Promise<Partial<Row>> {
  const losses = epochsOf(row).length > row.claimed_epochs ? 1 : row.losses + 1;
  const change =
    losses < MOST_LOSSES
      ? { state: 'waiting' as const, losses, until: null }
      : {
          state: 'failed' as const,
          losses,
          failures: row.failures + 1,
          error: `its worker vanished ${losses} times before an epoch was done`,
          ended_at: iso(await clock(trx)),
        };
  await at(trx, row).set(change).execute();
  return change;
}

function at(trx: Trx, row: Row) {
  return trx.updateTable('trials').where('sweep_id', '=', row.sweep_id).where('number', '=', row.number);
}

/** All trials of a sweep, this one as it now stands. */
async function everyTrial(trx: Trx, sweep: string, trial: Trial): Promise<Trial[]> {
  const rows = await trx.selectFrom('trials').selectAll().where('sweep_id', '=', sweep).orderBy('number').execute();
  return rows.map((row) => (row.number === trial.number ? trial : trialOf(row)));
}

/** The row while the claim holds. */
function rowOf(trx: Trx, { sweep, trial, token }: Claim): Promise<Row | undefined> {
  return trx
    .selectFrom('trials')
    .selectAll()
    .where('sweep_id', '=', sweep)
    .where('number', '=', trial.number)
    .where('token', '=', token)
    .where('state', '=', 'running')
    .executeTakeFirst();
}

/** What the claim's own last word made of the trial, where the acknowledgement was lost; undefined when another has it. */
async function stateOf(trx: Trx, { sweep, trial, token }: Claim): Promise<string | undefined> {
  const row = await trx
    .selectFrom('trials')
    .select('state')
    .where('sweep_id', '=', sweep)
    .where('number', '=', trial.number)
    .where('token', '=', token)
    .executeTakeFirst();
  return row?.state;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const epochsOf = (row: Row): (number | null)[] => JSON.parse(row.epochs) as (number | null)[];

function trialOf(row: Row): Trial {
  return {
    number: row.number,
    state: TrialState.parse(row.state),
    params: row.params === null ? null : (JSON.parse(row.params) as TrialParams),
    runs: JSON.parse(row.runs) as string[],
    epochs: epochsOf(row),
    value: row.value,
    failures: row.failures,
    error: row.error,
    worker: row.worker,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}
