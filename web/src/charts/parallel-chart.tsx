import { type ReactNode, useCallback } from 'react';
import { Chart } from './chart.tsx';
import './charts.css';
import { endsOf } from './ends.ts';
import { figure } from './numbers.ts';
import { type Look, SCALE } from './palette.ts';
import { tip, tipLook } from './tip.ts';

/** One upright axis. Where values are words, they stand in the order of `words`. */
export interface ParallelAxis {
  id: string;
  label: string;
  /** What the CSV file calls it, where that is another. */
  key?: string;
  words?: readonly string[];
  log?: boolean;
}

export interface ParallelLine {
  id: string;
  name: string;
  /** In the order of the axes; null where there is none. */
  values: readonly (number | string | null)[];
}

export interface ParallelChartProps {
  title: string;
  axes: readonly ParallelAxis[];
  lines: readonly ParallelLine[];
  /** Place of the axis that colours the lines; the last without it. */
  colour?: number;
  note?: string | undefined;
  height?: number;
  empty?: string;
  tools?: ReactNode;
  onClick?: (id: string) => void;
}

/** Parallel coordinates: each run a line over its settings to what came of them. Brushing along an axis picks lines out. */
export function ParallelChart(props: ParallelChartProps) {
  const { title, axes, lines, note, height, tools, onClick } = props;
  const colour = props.colour ?? axes.length - 1;
  const option = useCallback((look: Look) => parallelOption(axes, lines, colour, look), [axes, lines, colour]);
  const table = useCallback(
    () => ({
      columns: ['name', 'id', ...axes.map(({ label }) => label)],
      keys: ['name', 'id', ...axes.map(({ label, key }) => key ?? label)],
      rows: lines.map(({ name, id, values }) => [name, id, ...values]),
    }),
    [axes, lines],
  );
  const drawable = axes.length >= 2 && lines.length > 0;
  return (
    <Chart
      title={title}
      note={note}
      option={option}
      table={table}
      height={height ?? 340}
      minWidth={axes.length * 105}
      empty={drawable ? undefined : (props.empty ?? 'Choose two figures or more that some runs have.')}
      tools={tools}
      onClick={
        onClick === undefined
          ? undefined
          : ({ dataIndex }) => dataIndex !== undefined && lines[dataIndex] !== undefined && onClick(lines[dataIndex].id)
      }
    />
  );
}

function numbersAt(lines: readonly ParallelLine[], dim: number): number[] {
  return lines.flatMap(({ values }) => (typeof values[dim] === 'number' ? [values[dim]] : []));
}

const FIGURES = { fontSize: 10, padding: [1, 2] };

function parallelOption(axes: readonly ParallelAxis[], lines: readonly ParallelLine[], colour: number, look: Look) {
  const numbers = lines.flatMap(({ values }) => {
    const value = values[colour];
    return typeof value === 'number' && Number.isFinite(value) ? [value] : [];
  });
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return {
    parallel: {
      left: 48,
      right: 64,
      top: 44,
      bottom: 16,
      parallelAxisDefault: {
        nameTextStyle: { color: look.text, fontSize: 11, overflow: 'truncate', width: 110 },
        nameGap: 14,
        axisLine: { lineStyle: { color: look.faint } },
        axisTick: { show: false },
        // Lines pass behind the figures.
        axisLabel: { ...FIGURES, color: look.faint, backgroundColor: look.paper },
        areaSelectStyle: { color: look.accent, opacity: 0.2, borderColor: look.accent, width: 16 },
      },
    },
    parallelAxis: axes.map(({ label, words, log }, dim) => ({
      ...(words === undefined && !log ? endsOf(numbersAt(lines, dim)) : {}),
      dim,
      name: label,
      ...(words !== undefined
        ? { type: 'category', data: [...words] }
        : {
            type: log ? 'log' : 'value',
            scale: true,
            axisLabel: { ...FIGURES, color: look.faint, backgroundColor: look.paper, formatter: figure },
          }),
    })),
    tooltip: {
      ...tipLook(look),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const line = lines[dataIndex]!;
        return tip(
          line.name,
          axes.map(({ label }, i) => {
            const value = line.values[i] ?? null;
            return [label, value === null ? 'none' : typeof value === 'number' ? figure(value) : value] as const;
          }),
        );
      },
    },
    visualMap:
      numbers.length > 0 && high > low
        ? {
            show: false,
            type: 'continuous',
            dimension: colour,
            min: low,
            max: high,
            inRange: { color: SCALE[look.scheme] },
          }
        : undefined,
    series: [
      {
        id: 'lines',
        type: 'parallel',
        data: lines.map(({ name, values }) => ({ name, value: values.map((value) => value ?? '-') })),
        lineStyle: { width: lines.length > 60 ? 1 : 1.8, opacity: lines.length > 200 ? 0.4 : 0.75, color: look.accent },
        inactiveOpacity: 0.06,
        emphasis: { lineStyle: { width: 3.5, opacity: 1 } },
      },
    ],
  };
}
