import { endsOf } from './ends.ts';
import type { Look } from './palette.ts';

export interface Axis {
  /** What is measured, with its unit: "loss", "latency (ms)". */
  label: string;
  /** What the CSV file calls it, where that is another: the key that it was logged under. */
  key?: string | undefined;
  log?: boolean | undefined;
  /** Milliseconds since 1970, shown as moments. */
  moments?: boolean | undefined;
  /** Only whole numbers mean something: no tick stands between two of them. */
  whole?: boolean | undefined;
  min?: number | undefined;
  max?: number | undefined;
  /** What it can't lie beyond: 0 and 1 for a share. */
  bounds?: readonly [number, number] | undefined;
  format?: ((value: number) => string) | undefined;
}

/** Of an axis that is not told where to end, the ends that its values need: see `endsOf`. */
export function fitted(axis: Axis, values: () => Iterable<number>): Axis & { interval?: number } {
  if (axis.log === true || axis.min !== undefined || axis.max !== undefined) return axis;
  // A minute around a single moment.
  if (axis.moments === true) {
    const all = new Set(values());
    const [only] = all;
    return all.size === 1 ? { ...axis, min: only! - 60_000, max: only! + 60_000 } : axis;
  }
  return { ...axis, ...endsOf(values(), axis.bounds, axis.whole) };
}

/** An axis as ECharts takes it. `side`: a value axis begins where its values do, unless told otherwise. */
export function axisOption(axis: Axis & { interval?: number }, side: 'x' | 'y', look: Look) {
  const { label, log, moments, whole, min, max, interval, format } = axis;
  return {
    type: moments ? ('time' as const) : log ? ('log' as const) : ('value' as const),
    name: label,
    nameLocation: side === 'x' ? ('middle' as const) : ('end' as const),
    nameGap: side === 'x' ? 26 : 12,
    nameTextStyle: { color: look.faint, fontSize: 12, ...(side === 'y' ? { align: 'left' as const } : {}) },
    scale: true,
    ...(whole ? { minInterval: 1 } : {}),
    ...(interval === undefined ? {} : { interval }),
    ...(min === undefined ? (side === 'x' ? { min: 'dataMin' } : {}) : { min }),
    ...(max === undefined ? (side === 'x' ? { max: 'dataMax' } : {}) : { max }),
    axisLine: { show: side === 'x', lineStyle: { color: look.grid } },
    axisTick: { show: false },
    splitLine: { show: side === 'y', lineStyle: { color: look.grid } },
    axisLabel: {
      color: look.faint,
      fontSize: 11,
      hideOverlap: true,
      // By itself the engine writes as many digits as tell its ticks apart.
      ...(moments || format === undefined ? {} : { formatter: (value: number) => format(value) }),
    },
  };
}

/** Room for the name of the y axis above, and of the x axis below. */
export const GRID = { left: 8, right: 14, top: 26, bottom: 30 };
