import { setTimeout as sleep } from 'node:timers/promises';
import { OslerError } from '../errors.ts';
import type { LoggedMetric } from '../store/log-batch.ts';
import { openStore, type Store } from '../store/store.ts';
import type { TrackedStatus } from '../store/tracked-run.ts';
import { settleKilledRuns } from '../training/settle.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { csvLine } from './csv.ts';
import { finite, noMetric, painted, shortNumber } from './runs-columns.ts';

export interface TailOptions {
  lines: number;
  follow: boolean;
  metrics?: string;
  csv?: boolean;
}

const EVERY_MS = 500;

/** Of a table: the time in milliseconds since 1970. */
const COLUMNS = ['key', 'step', 'epoch', 'timestamp', 'value'] as const;

/** The last values of each metric, then new ones as they are logged, until the run has ended. */
export async function tail(reference: string, options: TailOptions, context: Context): Promise<void> {
  const { out, home, databaseUrl, signal } = context;
  const csv = options.csv === true;
  if (csv && out.asJson) throw new OslerError('USAGE', '--csv and --json exclude one another.');
  await using store = await openStore(home, databaseUrl);
  await settleKilledRuns(store);
  const { id, name } = await store.tracked.find(reference);
  const wanted = options.metrics
    ?.split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
  if (wanted !== undefined && (out.asJson || !options.follow || !goesOn((await store.tracked.get(id)).status))) {
    const known = (await store.logs.latest(id)).map(({ key }) => key);
    const unknown = wanted.find((key) => !known.includes(key));
    if (unknown !== undefined) throw noMetric(`The run ${id.slice(0, 12)} does not have`, unknown, known);
  }
  const seen = new Map<string, LoggedMetric>();
  const first = await lastOnes(store, id, wanted, options.lines, seen);
  const status = async () => (await store.tracked.get(id)).status;
  if (out.asJson) {
    out.json({
      run: id,
      name,
      status: await status(),
      values: first.map(({ epoch = 0, value, ...rest }) => ({ ...rest, epoch, value: finite(value) })),
    });
    return;
  }
  out.line(csv ? csvLine(COLUMNS) : `${pc.bold(name)}  ${pc.dim(id)}`);
  const line = csv ? (metric: LoggedMetric) => csvLine(COLUMNS.map((column) => metric[column] ?? 0)) : lineOf;
  for (const metric of first) out.line(line(metric));
  for (;;) {
    const now = await status();
    const fresh = await newOnes(store, id, wanted, seen);
    for (const metric of fresh) out.line(line(metric));
    if (!goesOn(now)) return csv ? undefined : out.line(painted(now, now));
    if (!options.follow || signal.aborted) return;
    if (fresh.length === 0) await settleKilledRuns(store);
    await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** More may be logged. */
const goesOn = (status: TrackedStatus): boolean => status === 'running' || status === 'scheduled';

async function lastOnes(
  store: Store,
  run: string,
  wanted: string[] | undefined,
  count: number,
  seen: Map<string, LoggedMetric>,
): Promise<LoggedMetric[]> {
  const rows: LoggedMetric[] = [];
  for (const latest of await store.logs.latest(run)) {
    if (wanted !== undefined && !wanted.includes(latest.key)) continue;
    // Counted back from the latest step: a run may have a million of them.
    const from = latest.step - stepsBack(latest.step, count);
    const some = await store.logs.history(run, latest.key, { from });
    seen.set(latest.key, some.at(-1) ?? latest);
    rows.push(...some);
  }
  return inTime(rows).slice(Math.max(0, rows.length - count));
}

/** Metrics are logged every step or once an epoch: far enough back for either, never the whole of a long run. */
const stepsBack = (last: number, count: number): number => Math.max(count, Math.ceil(last / 10));

async function newOnes(
  store: Store,
  run: string,
  wanted: string[] | undefined,
  seen: Map<string, LoggedMetric>,
): Promise<LoggedMetric[]> {
  const rows: LoggedMetric[] = [];
  for (const latest of await store.logs.latest(run)) {
    if (wanted !== undefined && !wanted.includes(latest.key)) continue;
    const before = seen.get(latest.key);
    if (before !== undefined && before.step === latest.step && before.timestamp === latest.timestamp) continue;
    const fresh = await store.logs.history(run, latest.key, before === undefined ? {} : { after: before });
    seen.set(latest.key, fresh.at(-1) ?? latest);
    rows.push(...fresh);
  }
  return inTime(rows);
}

function inTime(rows: LoggedMetric[]): LoggedMetric[] {
  return rows.sort((a, b) => a.timestamp - b.timestamp || a.step - b.step || (a.key < b.key ? -1 : 1));
}

function lineOf({ key, step, value, timestamp }: LoggedMetric): string {
  const time = new Date(timestamp).toISOString().slice(11, 19);
  return `${pc.dim(time)}  step ${String(step).padStart(6)}  ${key} ${shortNumber(value)}`;
}
