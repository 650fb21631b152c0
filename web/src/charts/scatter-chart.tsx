import { useComputedColorScheme } from '@mantine/core';
import { type ReactNode, useCallback } from 'react';
import { type Axis, axisOption, fitted, GRID } from './axes.ts';
import { Chart } from './chart.tsx';
import './charts.css';
import { logEndsOf } from './ends.ts';
import { figure } from './numbers.ts';
import { type Look, SCALE, seriesStyle } from './palette.ts';
import { tip, tipLook } from './tip.ts';

export interface Dot {
  id: string;
  name: string;
  x: number;
  y: number;
  /** Coloured by this figure where the chart has a scale, else by the place. */
  value?: number | null;
  place: number;
}

export interface ScatterChartProps {
  title: string;
  x: Axis;
  y: Axis;
  dots: readonly Dot[];
  /** The figure that colours the dots. */
  colour?: Pick<Axis, 'label' | 'key'> | undefined;
  note?: string | undefined;
  height?: number;
  empty?: string;
  tools?: ReactNode;
  onClick?: (id: string) => void;
}

/** One dot for each run, trial or sample. */
export function ScatterChart(props: ScatterChartProps) {
  const { title, x, y, dots, colour, note, height, tools, onClick } = props;
  const scheme = useComputedColorScheme('light');
  const option = useCallback((look: Look) => scatterOption({ x, y, dots, colour }, look), [x, y, dots, colour]);
  const table = useCallback(
    () => ({
      columns: ['name', 'id', ...[x, y, ...(colour === undefined ? [] : [colour])].map(({ label }) => label)],
      keys: ['name', 'id', ...[x, y, ...(colour === undefined ? [] : [colour])].map(({ label, key }) => key ?? label)],
      rows: dots.map((dot) => [dot.name, dot.id, dot.x, dot.y, ...(colour === undefined ? [] : [dot.value ?? null])]),
    }),
    [dots, x, y, colour],
  );
  return (
    <Chart
      title={title}
      note={note}
      option={option}
      table={table}
      legend={
        colour === undefined && dots.length <= 20
          ? dots.map(({ name, place }) => ({ name, style: { ...seriesStyle(place, scheme), dash: 'solid' as const } }))
          : []
      }
      height={height ?? 320}
      empty={dots.length === 0 ? (props.empty ?? 'No run has both figures.') : undefined}
      tools={tools}
      onClick={
        onClick === undefined
          ? undefined
          : ({ dataIndex }) => dataIndex !== undefined && dots[dataIndex] !== undefined && onClick(dots[dataIndex].id)
      }
    />
  );
}

type Drawing = Pick<ScatterChartProps, 'x' | 'y' | 'dots' | 'colour'>;

const roomy = (axis: Axis, values: readonly number[]) =>
  axis.log === true ? { ...axis, ...logEndsOf(values) } : fitted(axis, () => values);

function scatterOption({ x, y, dots, colour }: Drawing, look: Look) {
  const values = dots.flatMap(({ value }) => (typeof value === 'number' && Number.isFinite(value) ? [value] : []));
  const scaled = colour !== undefined && values.length > 0;
  // No dot lies on the frame.
  const across = roomy(
    x,
    dots.map((dot) => dot.x),
  );
  return {
    grid: { ...GRID, right: scaled ? 74 : GRID.right },
    tooltip: {
      ...tipLook(look),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const dot = dots[dataIndex]!;
        return tip(dot.name, [
          [x.label, (x.format ?? figure)(dot.x)],
          [y.label, (y.format ?? figure)(dot.y)],
          ...(scaled && typeof dot.value === 'number' ? ([[colour.label, figure(dot.value)]] as const) : []),
        ]);
      },
    },
    xAxis: {
      ...axisOption(across, 'x', look),
      min: across.min,
      max: across.max,
      ...(x.log ? {} : { boundaryGap: ['4%', '4%'] }),
    },
    yAxis: axisOption(
      roomy(
        y,
        dots.map((dot) => dot.y),
      ),
      'y',
      look,
    ),
    visualMap: scaled
      ? {
          type: 'continuous',
          dimension: 2,
          min: Math.min(...values),
          max: Math.max(...values),
          inRange: { color: SCALE[look.scheme] },
          right: 0,
          top: 'middle',
          itemHeight: 120,
          itemWidth: 12,
          precision: 4,
          text: [figure(Math.max(...values)), figure(Math.min(...values))],
          textStyle: { color: look.faint, fontSize: 11 },
          calculable: false,
        }
      : undefined,
    series: [
      {
        id: 'dots',
        type: 'scatter',
        symbolSize: dots.length > 300 ? 6 : 10,
        data: dots.map((dot) => ({
          name: dot.name,
          value: [dot.x, dot.y, dot.value ?? null],
          ...(scaled ? {} : { itemStyle: { color: seriesStyle(dot.place, look.scheme).colour } }),
        })),
        itemStyle: { opacity: 0.9, borderColor: look.paper, borderWidth: 1 },
        cursor: 'pointer',
      },
    ],
  };
}
