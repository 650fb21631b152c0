import type { Line } from '../../charts/index.ts';
import { type Curve, value } from './queries.ts';
import type { XAxis } from './words.ts';

export interface DrawnRun {
  id: string;
  name: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Of the palette. */
  place: number;
}

/** A sampled metric as a line over the axis that was asked for. Bands where a place stands for several values. */
export function lineOf(curve: Curve, run: DrawnRun, axis: XAxis): Line {
  return {
    id: run.id,
    name: run.name,
    place: run.place,
    x: placesOf(curve, run, axis),
    y: curve.mean.map(value),
    ...(curve.every ? {} : { low: curve.low?.map(value), high: curve.high?.map(value) }),
    dots: curve.mean.length <= 12,
  };
}

function placesOf({ step, time, epoch }: Curve, { startedAt }: DrawnRun, axis: XAxis): number[] {
  // A run that goes on after a pause was logged later, never earlier.
  if (axis === 'time' && time !== undefined) return ascending(time.map((at) => (at - startedAt) / 1000));
  if (axis === 'epoch' && epoch !== undefined && epoch.some((one) => one > 0)) return ascending(spread(epoch));
  return step;
}

/** Values of one epoch lie evenly in it, the last at its end: all at one place would be an upright line. */
export function spread(epochs: readonly number[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < epochs.length; ) {
    let end = i + 1;
    while (end < epochs.length && epochs[end] === epochs[i]) end += 1;
    for (let k = i; k < end; k++) out.push(epochs[i]! - 1 + (k - i + 1) / (end - i));
    i = end;
  }
  return out;
}

function ascending(values: readonly number[]): number[] {
  let highest = Number.NEGATIVE_INFINITY;
  return values.map((one) => {
    highest = Math.max(highest, one);
    return highest;
  });
}

/** Steps that a stretch of the axis stands for, by the nearest values of the curves: the server is asked by steps. */
export function stepsWithin(
  curves: readonly { step: readonly number[]; x: readonly number[] }[],
  { from, to }: { from: number; to: number },
): { from: number; to: number } | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { step, x } of curves)
    for (const [i, at] of x.entries())
      if (at >= from && at <= to) {
        low = Math.min(low, step[i]!);
        high = Math.max(high, step[i]!);
      }
  return low > high ? null : { from: Math.floor(low), to: Math.ceil(high) };
}
