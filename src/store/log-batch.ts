import { OslerError } from '../errors.ts';
import { refuseZeroBytes } from './refusals.ts';

export interface LoggedMetric {
  key: string;
  /** NaN and the infinities are kept as they are. */
  value: number;
  step: number;
  /** Milliseconds since 1970. */
  timestamp: number;
  /** 0 where none is known. */
  epoch?: number;
}

export interface Pair {
  key: string;
  value: string;
}

export interface LogBatch {
  metrics?: readonly LoggedMetric[];
  params?: readonly Pair[];
  tags?: readonly Pair[];
}

/** Metrics of one batch, column by column; no row twice. `series[i]` is a place in `keys`. */
export interface Columns {
  keys: string[];
  series: number[];
  step: number[];
  time: number[];
  /** 0 where `nan` is 1. */
  value: number[];
  nan: number[];
  epoch: number[];
  /** Of each key the row with its latest value, a place in the columns. */
  last: number[];
}

/** Batches of more names than this leave the latest values to who reads them (settle.ts): each costs more than a row of metrics. */
export const WIDE = 32;

/** As far as dates go: milliseconds from 1970, both ways (ECMAScript 21.4.1.1). */
const LATEST = 8.64e15;

/** Throws DATA_INVALID for what is no time that a date can be. */
export function checkTime(what: string, time: number): number {
  if (Number.isSafeInteger(time) && Math.abs(time) <= LATEST) return time;
  throw new OslerError('DATA_INVALID', `${what} ${time} is no time: milliseconds since 1970, at most ${LATEST}.`);
}

/** Throws DATA_INVALID for a step or a time that is no whole number. */
export function columnsOfMetrics(metrics: readonly LoggedMetric[]): Columns {
  const places = new Map<string, number>();
  const out: Columns = { keys: [], series: [], step: [], time: [], value: [], nan: [], epoch: [], last: [] };
  for (const { key, value, step, timestamp, epoch } of metrics) {
    if (!Number.isSafeInteger(step) || !Number.isSafeInteger(timestamp) || Math.abs(timestamp) > LATEST)
      throw new OslerError(
        'DATA_INVALID',
        `Metric ${key}: step ${step} must be a whole number up to 2^53 - 1, timestamp ${timestamp} milliseconds since 1970.`,
      );
    const row = out.series.length;
    let place = places.get(key);
    if (place === undefined) {
      refuseZeroBytes([key]);
      place = out.keys.length;
      places.set(key, place);
      out.keys.push(key);
      out.last.push(row);
    }
    const nan = Number.isNaN(value);
    out.series.push(place);
    out.step.push(step);
    out.time.push(timestamp);
    // Negative zero equals zero, and what is equal is stored once.
    out.value.push(nan ? 0 : value + 0);
    out.nan.push(nan ? 1 : 0);
    out.epoch.push(epoch ?? 0);
    if (isLater(out, row, out.last[place]!)) out.last[place] = row;
  }
  return out;
}

/** MLflow's order: by step, then time, then value; NaN counts as 0, and comes after it. The engines' statements say the same. */
export function isLater({ step, time, value, nan }: Columns, a: number, b: number): boolean {
  if (step[a] !== step[b]) return step[a]! > step[b]!;
  if (time[a] !== time[b]) return time[a]! > time[b]!;
  if (value[a] !== value[b]) return value[a]! > value[b]!;
  return nan[a]! > nan[b]!;
}

/** Throws USAGE, with MLflow's words, when a parameter stands there with another value. */
export function checkParams(runId: string, params: readonly Pair[], there: readonly Pair[]): void {
  const known = new Map(there.map(({ key, value }) => [key, value]));
  const clash = params.find(({ key, value }) => known.has(key) && known.get(key) !== value);
  if (clash === undefined) return;
  throw new OslerError(
    'USAGE',
    `Changing param values is not allowed. Param with key='${clash.key}' was already logged with value='${known.get(clash.key)}' for run ID='${runId}'. Attempted logging new value '${clash.value}'.`,
  );
}
