import { useComputedColorScheme } from '@mantine/core';
import { type ReactNode, useCallback } from 'react';
import { type Axis, axisOption } from './axes.ts';
import { Chart } from './chart.tsx';
import './charts.css';
import { Legend } from './legend.tsx';
import { figure } from './numbers.ts';
import { type Look, seriesStyle } from './palette.ts';
import { tip, tipLook } from './tip.ts';

/** One group of bars: one value for each name of the chart. */
export interface BarSeries {
  id: string;
  name: string;
  values: readonly (number | null)[];
  /** Interval around each value. */
  low?: readonly (number | null)[];
  high?: readonly (number | null)[];
  place: number;
}

export interface BarChartProps {
  title: string;
  /** What stands beside the bars, in their order. */
  names: readonly string[];
  series: readonly BarSeries[];
  value: Axis;
  /** Lying bars have room for long names. */
  lying?: boolean;
  stacked?: boolean;
  /** What the whiskers are: "95% interval". */
  interval?: string;
  note?: string | undefined;
  height?: number;
  empty?: string;
  tools?: ReactNode;
  onClick?: (name: string) => void;
}

/** Bars with whiskers for their intervals. */
export function BarChart(props: BarChartProps) {
  const { title, names, series, value, lying = false, stacked = false, interval, note, empty, tools, onClick } = props;
  const scheme = useComputedColorScheme('light');
  const option = useCallback(
    (look: Look, width: number) => barOption({ names, series, value, lying, stacked }, look, width),
    [names, series, value, lying, stacked],
  );
  const whiskers = series.some(({ low }) => low !== undefined);
  const table = useCallback(
    () => ({
      columns: ['name', 'series', value.label, ...(whiskers ? ['low', 'high'] : [])],
      rows: series.flatMap((one) =>
        names.map((name, i) => [
          name,
          one.name,
          one.values[i] ?? null,
          ...(whiskers ? [one.low?.[i] ?? null, one.high?.[i] ?? null] : []),
        ]),
      ),
    }),
    [names, series, value, whiskers],
  );
  const remark = [note, whiskers && interval !== undefined ? `Whiskers: ${interval}.` : undefined].filter(Boolean);
  const height = props.height ?? (lying ? 70 + names.length * Math.max(22, stacked ? 22 : series.length * 14) : 260);
  return (
    <Chart
      title={title}
      note={remark.length === 0 ? undefined : remark.join(' ')}
      option={option}
      table={table}
      legend={series.map(({ name, place }) => ({ name, style: seriesStyle(place, scheme) }))}
      height={height}
      empty={names.length === 0 ? (empty ?? 'There is nothing to count yet.') : undefined}
      tools={tools}
      onClick={onClick === undefined ? undefined : ({ name }) => name !== undefined && onClick(name)}
    >
      {series.length > 1 && <Legend items={series} hidden={NONE} scheme={scheme} />}
    </Chart>
  );
}

const NONE: ReadonlySet<string> = new Set();

type Drawing = Required<Pick<BarChartProps, 'names' | 'series' | 'value' | 'lying' | 'stacked'>>;

function barOption({ names, series, value, lying, stacked }: Drawing, look: Look, width: number) {
  const bars = series.map((one) => ({
    id: one.id,
    type: 'bar',
    name: one.name,
    data: one.values.map((v) => v ?? '-'),
    barMaxWidth: 26,
    barGap: '20%',
    itemStyle: { color: seriesStyle(one.place, look.scheme).colour, borderRadius: stacked ? 0 : 2 },
    emphasis: { disabled: true },
    ...(stacked ? { stack: 'all' } : {}),
  }));
  const named = {
    type: 'category' as const,
    data: [...names],
    inverse: lying,
    axisLine: { lineStyle: { color: look.grid } },
    axisTick: { show: false },
    axisLabel: {
      color: look.text,
      fontSize: 12,
      width: nameRoom(width),
      overflow: 'truncate' as const,
      formatter: (name: string) => shortened(name, Math.floor(nameRoom(width) / LETTER)),
      hideOverlap: !lying,
    },
  };
  const measured = {
    ...axisOption({ min: value.log || below(series) ? undefined : 0, ...value }, lying ? 'x' : 'y', look),
    max: value.max,
    splitLine: { show: true, lineStyle: { color: look.grid } },
  };
  return {
    grid: lying
      ? { left: 8, right: 24, top: 6, bottom: 30, outerBoundsClampWidth: '50%' }
      : { left: 8, right: 14, top: 28, bottom: 8 },
    tooltip: {
      ...tipLook(look),
      formatter: ({ seriesIndex, dataIndex }: { seriesIndex: number; dataIndex: number }) => {
        const one = series[seriesIndex % series.length]!;
        const format = value.format ?? figure;
        const at = one.values[dataIndex];
        const [low, high] = [one.low?.[dataIndex], one.high?.[dataIndex]];
        return tip(names[dataIndex] ?? '', [
          [one.name, at === null || at === undefined ? 'none' : format(at)],
          ...(typeof low === 'number' && typeof high === 'number'
            ? ([['interval', `${format(low)} to ${format(high)}`]] as const)
            : []),
        ]);
      },
    },
    [lying ? 'yAxis' : 'xAxis']: named,
    [lying ? 'xAxis' : 'yAxis']: measured,
    series: [...bars, ...(stacked ? [] : series.flatMap((one, i) => whiskers(one, i, series.length, lying, look)))],
  };
}

/** Bars begin at 0; where some go below it the axis does too. */
const below = (series: readonly BarSeries[]): boolean =>
  series.some(({ values, low = [] }) => [...values, ...low].some((value) => value !== null && value < 0));

interface Drawn {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
  barLayout(of: object): { offsetCenter: number }[];
}

function whiskers(one: BarSeries, i: number, count: number, lying: boolean, look: Look): object[] {
  const { low, high } = one;
  if (low === undefined || high === undefined) return [];
  const data = one.values.flatMap((_, k) =>
    typeof low[k] === 'number' && typeof high[k] === 'number' ? [[k, low[k], high[k]]] : [],
  );
  return [
    {
      id: `${one.id} interval`,
      type: 'custom',
      silent: true,
      z: 5,
      data,
      encode: lying ? { y: 0, x: [1, 2], tooltip: [] } : { x: 0, y: [1, 2], tooltip: [] },
      renderItem: (_: unknown, api: Drawn) => {
        const offset = api.barLayout({ barMaxWidth: 26, barGap: '20%', count })[i]!.offsetCenter;
        const at = (v: number): [number, number] => {
          const [px, py] = api.coord(lying ? [v, api.value(0)] : [api.value(0), v]);
          return lying ? [px, py + offset] : [px + offset, py];
        };
        const [a, b] = [at(api.value(1)), at(api.value(2))];
        const cap = (p: [number, number]) =>
          lying
            ? { x1: p[0], y1: p[1] - 4, x2: p[0], y2: p[1] + 4 }
            : { x1: p[0] - 4, y1: p[1], x2: p[0] + 4, y2: p[1] };
        const line = (shape: object) => ({ type: 'line', shape, style: { stroke: look.text, lineWidth: 1.3 } });
        return {
          type: 'group',
          children: [line({ x1: a[0], y1: a[1], x2: b[0], y2: b[1] }), line(cap(a)), line(cap(b))],
        };
      },
    },
  ];
}

/** Pixels for the names of lying bars. */
const nameRoom = (width: number): number => Math.min(280, width * 0.36);

/** Pixels of a letter, on average of a wide typeface: a name that is still too long loses letters at a second place. */
const LETTER = 7.4;

/** Its beginning and its end: of runs it is the end that tells them apart. */
function shortened(name: string, most: number): string {
  if (name.length <= most) return name;
  const end = Math.floor((most - 1) / 2);
  return `${name.slice(0, most - 1 - end)}…${name.slice(-end)}`;
}
