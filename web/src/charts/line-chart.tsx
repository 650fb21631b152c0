import { Button, useComputedColorScheme } from '@mantine/core';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { Axis } from './axes.ts';
import { Chart } from './chart.tsx';
import './charts.css';
import { Hover } from './hover.tsx';
import { Legend } from './legend.tsx';
import { type Line, linesOption, type Mark } from './lines-option.ts';
import { seriesStyle } from './palette.ts';
import { smooth } from './smooth.ts';

export interface LineChartProps {
  title: string;
  x: Axis;
  y: Axis;
  lines: readonly Line[];
  marks?: readonly Mark[];
  /** What the bands are: "95% interval", "lowest to highest". Said in the remark where there are bands. */
  band?: string;
  note?: string | undefined;
  /** Weight of the moving average, 0 to 1; the values themselves stay behind it, faintly. */
  smoothing?: number;
  height?: number;
  /** Said where there is nothing to draw. */
  empty?: string;
  tools?: ReactNode;
  /** A stretch of x that was chosen with the mouse; null: the whole again. Without it a stretch is shown as it is. */
  onZoom?: ((stretch: { from: number; to: number } | null) => void) | undefined;
  zoomed?: boolean;
  /** Names are shown elsewhere. */
  legend?: boolean;
}

const NOTHING = 'Nothing has been logged here yet.';
const NO_MARKS: readonly Mark[] = [];

/** Lines over steps, time or any other figure: bands, smoothing, logarithmic axes, values on hover, a stretch enlarged by dragging. */
export function LineChart(props: LineChartProps) {
  const { title, x, y, lines, marks = NO_MARKS, band, note, smoothing = 0, height, empty = NOTHING, tools } = props;
  const scheme = useComputedColorScheme('light');
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [own, setOwn] = useState<{ from: number; to: number } | null>(null);
  const asked = props.onZoom;
  const zoomed = asked === undefined ? own !== null : props.zoomed === true;
  const zoom = (stretch: { from: number; to: number } | null) =>
    asked === undefined ? setOwn(stretch) : asked(stretch);

  const visible = useMemo(() => lines.filter(({ id }) => !hidden.has(id)), [lines, hidden]);
  const named = useMemo(
    () =>
      smoothing > 0
        ? visible.map((line) => ({ ...line, y: smooth(line.y, smoothing), low: undefined, high: undefined }))
        : visible,
    [visible, smoothing],
  );
  const drawn = useMemo(() => {
    const ghosts =
      smoothing > 0
        ? visible.map((line) => ({ ...line, id: `${line.id} as logged`, low: undefined, high: undefined, ghost: true }))
        : [];
    return [...ghosts, ...named];
  }, [visible, named, smoothing]);
  const option = useCallback(
    (look: Parameters<typeof linesOption>[1]) =>
      linesOption({ lines: drawn, x: own === null ? x : { ...x, min: own.from, max: own.to }, y, marks }, look),
    [drawn, x, y, marks, own],
  );
  const table = useCallback(() => tableOf(lines, x, y), [lines, x, y]);
  const said = useMemo(() => remark(lines, y, band, note, smoothing), [lines, y, band, note, smoothing]);
  const toggle = (id: string) => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    setHidden(next);
  };
  const some = lines.some(({ y: line }) => line.some((value) => value !== null));
  const finite = lines.some(({ y: line }) => line.some((value) => value !== null && Number.isFinite(value)));
  return (
    <Chart
      title={title}
      about={y.key}
      note={said}
      option={option}
      table={table}
      legend={named.map(({ name, place }) => ({ name, style: seriesStyle(place, scheme) }))}
      {...(height === undefined ? {} : { height })}
      empty={finite ? undefined : some ? 'Every value is NaN or infinite: there is nothing to draw.' : empty}
      tools={
        <>
          {tools}
          {zoomed && (
            <Button size="compact-xs" variant="light" onClick={() => zoom(null)}>
              Whole range
            </Button>
          )}
        </>
      }
      overlay={(chart) => (
        <Hover chart={chart} lines={named} x={x} y={y} scheme={scheme} onZoom={(from, to) => zoom({ from, to })} />
      )}
    >
      {props.legend !== false && lines.length > 1 && (
        <Legend items={lines} hidden={hidden} onToggle={toggle} scheme={scheme} />
      )}
    </Chart>
  );
}

/** What must be known to read it rightly. */
function remark(
  lines: readonly Line[],
  y: Axis,
  band: string | undefined,
  note: string | undefined,
  smoothing: number,
): string | undefined {
  let strange = 0;
  let below = 0;
  for (const line of lines)
    for (const value of line.y) {
      if (value === null) continue;
      if (!Number.isFinite(value)) strange += 1;
      else if (y.log === true && value <= 0) below += 1;
    }
  const bands = smoothing === 0 && lines.some(({ low }) => low !== undefined);
  const words = [
    note,
    bands && band !== undefined ? `Band: ${band}.` : undefined,
    smoothing > 0 ? `Smoothed by ${smoothing}; the faint lines are the values as logged.` : undefined,
    strange > 0 ? `${strange} values are NaN or infinite: gaps.` : undefined,
    below > 0 ? `${below} values of 0 or less have no place on a logarithmic axis.` : undefined,
  ].filter((one) => one !== undefined);
  return words.length === 0 ? undefined : words.join(' ');
}

function tableOf(lines: readonly Line[], x: Axis, y: Axis) {
  const bands = lines.some(({ low }) => low !== undefined);
  const columns = (measure: string) => ['series', x.label, measure, ...(bands ? ['low', 'high'] : [])];
  return {
    columns: columns(y.label),
    keys: columns(y.key ?? y.label),
    rows: lines.flatMap((line) =>
      line.x.map((at, i) => [
        line.name,
        at,
        line.y[i] ?? null,
        ...(bands ? [line.low?.[i] ?? null, line.high?.[i] ?? null] : []),
      ]),
    ),
  };
}
