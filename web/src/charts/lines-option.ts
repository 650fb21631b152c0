import type { EChartsCoreOption } from 'echarts/core';
import { type Axis, axisOption, fitted, GRID } from './axes.ts';
import { type Look, seriesStyle } from './palette.ts';

/** One line of a chart, with the band around it where it stands for several values or an interval. */
export interface Line {
  id: string;
  name: string;
  /** Ascending. */
  x: readonly number[];
  /** What is no number is a gap. */
  y: readonly (number | null)[];
  low?: readonly (number | null)[] | undefined;
  high?: readonly (number | null)[] | undefined;
  /** Of the palette: the same place has the same colour in every chart. */
  place: number;
  /** Drawn behind the others and without a name: the values before they were smoothed. */
  ghost?: boolean | undefined;
  /** Every value gets a dot: few values, or one. `only`: and no line joins them. */
  dots?: boolean | 'only' | undefined;
}

/** A straight line across, such as a threshold or a change. */
export interface Mark {
  at: number;
  across: 'x' | 'y';
  label: string;
}

interface Drawing {
  lines: readonly Line[];
  x: Axis;
  y: Axis;
  marks: readonly Mark[];
}

export function linesOption({ lines, x, y, marks }: Drawing, look: Look): EChartsCoreOption {
  const visible = (value: number | null | undefined, log: boolean | undefined): value is number =>
    value !== null && value !== undefined && Number.isFinite(value) && !(log === true && value <= 0);
  const series = lines.map((line, i) => {
    const { colour, dash } = seriesStyle(line.place, look.scheme);
    const points = line.x.map((at, k) => [at, visible(line.y[k], y.log) && visible(at, x.log) ? line.y[k] : null]);
    return {
      id: line.id,
      type: 'line',
      name: line.name,
      data: points,
      showSymbol: (line.dots ?? false) !== false || points.length === 1,
      symbolSize: 5,
      symbol: 'circle',
      lineStyle: {
        color: colour,
        width: line.dots === 'only' ? 0 : line.ghost ? 1 : 1.8,
        opacity: line.ghost ? 0.25 : 1,
        type: dash,
      },
      itemStyle: { color: colour },
      emphasis: { disabled: true },
      silent: true,
      z: line.ghost ? 2 : 3,
      ...(i === 0 && marks.length > 0 ? { markLine: markLine(marks, look) } : {}),
    };
  });
  return {
    grid: GRID,
    xAxis: axisOption(onlyOne(lines) ? fitted(x, () => lines.flatMap((line) => line.x)) : x, 'x', look),
    yAxis: axisOption(
      fitted(y, () => heights(lines, marks)),
      'y',
      look,
    ),
    series: [...lines.flatMap((line) => band(line, y.log, look)), ...series],
  };
}

/** All of it lies at one place: an axis of no length. */
function onlyOne(lines: readonly Line[]): boolean {
  const [first] = lines.flatMap((line) => line.x.slice(0, 1));
  return lines.every((line) => line.x.every((at) => at === first));
}

/** All that the y axis must hold. */
function* heights(lines: readonly Line[], marks: readonly Mark[]): Generator<number> {
  for (const { y, low, high } of lines)
    for (const values of [y, low ?? [], high ?? []]) for (const value of values) if (value !== null) yield value;
  for (const { at, across } of marks) if (across === 'y') yield at;
}

function markLine(marks: readonly Mark[], look: Look) {
  return {
    symbol: 'none',
    silent: true,
    lineStyle: { color: look.faint, type: 'dashed', width: 1 },
    label: { formatter: '{b}', color: look.faint, fontSize: 11, position: 'insideEndTop' },
    data: marks.map(({ at, across, label }) => ({ name: label, ...(across === 'y' ? { yAxis: at } : { xAxis: at }) })),
  };
}

interface Drawn {
  coord(point: [number, number]): [number, number];
}

/** The band of a line: one polygon for each stretch without gaps. Stacked areas, the usual way, can't stand on a logarithmic axis. */
function band({ id, x, low, high, place }: Line, log: boolean | undefined, look: Look): object[] {
  if (low === undefined || high === undefined) return [];
  const { colour } = seriesStyle(place, look.scheme);
  const stretches: number[][] = [[]];
  for (const [i] of x.entries()) {
    const [bottom, top] = [low[i], high[i]];
    const whole =
      typeof bottom === 'number' && typeof top === 'number' && Number.isFinite(bottom) && Number.isFinite(top);
    if (whole && !(log === true && bottom <= 0)) stretches.at(-1)!.push(i);
    else if (stretches.at(-1)!.length > 0) stretches.push([]);
  }
  const parts = stretches.filter((part) => part.length > 1);
  if (parts.length === 0) return [];
  return [
    {
      id: `${id} band`,
      type: 'custom',
      silent: true,
      clip: true,
      z: 1,
      // Each part is drawn whole by its first value; both say what the axes must hold.
      data: parts.flatMap((part, p) => {
        const bottom = part.reduce((least, i) => Math.min(least, low[i]!), Number.POSITIVE_INFINITY);
        const top = part.reduce((most, i) => Math.max(most, high[i]!), Number.NEGATIVE_INFINITY);
        return [
          [x[part[0]!], bottom, top, p],
          [x[part.at(-1)!], bottom, top, -1],
        ];
      }),
      encode: { x: 0, y: [1, 2], tooltip: [] },
      renderItem: (_: unknown, api: Drawn & { value(dimension: number): number }) => {
        const part = parts[api.value(3)];
        if (part === undefined) return null;
        const upper = part.map((i) => api.coord([x[i]!, high[i]!]));
        const lower = part.map((i) => api.coord([x[i]!, low[i]!])).reverse();
        return {
          type: 'polygon',
          shape: { points: [...upper, ...lower] },
          style: { fill: colour, opacity: 0.16 },
          silent: true,
        };
      },
    },
  ];
}
