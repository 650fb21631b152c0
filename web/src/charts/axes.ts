import type { Look } from './palette.ts';

export interface Axis {
  /** What is measured, with its unit: "loss", "latency (ms)". */
  label: string;
  log?: boolean | undefined;
  /** Milliseconds since 1970, shown as moments. */
  moments?: boolean | undefined;
  /** Only whole numbers mean something: no tick stands between two of them. */
  whole?: boolean | undefined;
  min?: number | undefined;
  max?: number | undefined;
  format?: ((value: number) => string) | undefined;
}

/** An axis as ECharts takes it. `side`: a value axis begins where its values do, unless told otherwise. */
export function axisOption({ label, log, moments, whole, min, max, format }: Axis, side: 'x' | 'y', look: Look) {
  return {
    type: moments ? ('time' as const) : log ? ('log' as const) : ('value' as const),
    name: label,
    nameLocation: side === 'x' ? ('middle' as const) : ('end' as const),
    nameGap: side === 'x' ? 26 : 12,
    nameTextStyle: { color: look.faint, fontSize: 12, ...(side === 'y' ? { align: 'left' as const } : {}) },
    scale: true,
    ...(whole ? { minInterval: 1 } : {}),
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
