import type { EChartsType } from 'echarts/core';
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import type { Axis } from './axes.ts';
import type { Line } from './lines-option.ts';
import { figure } from './numbers.ts';
import { type Scheme, seriesStyle } from './palette.ts';
import { nearest } from './smooth.ts';

interface Props {
  chart: EChartsType;
  /** Those that have a name; ghosts are left out. */
  lines: readonly Line[];
  x: Axis;
  y: Axis;
  scheme: Scheme;
  /** A stretch was drawn over with the mouse. */
  onZoom?: ((from: number, to: number) => void) | undefined;
}

/** Lines named at once; with more, those nearest to the pointer. */
const SHOWN = 12;
const WIDTH = 240;

/**
 * Values under the pointer, of every line, each at its own nearest place: runs are logged at different steps. With the keyboard the
 * arrows walk from value to value. Dragging chooses a stretch.
 */
export function Hover({ chart, lines, x, y, scheme, onZoom }: Props) {
  const [at, setAt] = useState<{ x: number; px: number; py: number }>();
  const [drag, setDrag] = useState<{ from: number; to: number }>();
  const place = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    return chart.containPixel('grid', [px, py]) ? { px, py } : undefined;
  };
  const valueAt = (px: number): number => chart.convertFromPixel({ xAxisIndex: 0 }, px) as number;

  const move = (event: PointerEvent<HTMLDivElement>) => {
    const here = place(event);
    if (here === undefined) return setAt(undefined);
    if (drag !== undefined) setDrag({ ...drag, to: here.px });
    setAt({ x: valueAt(here.px), ...here });
  };
  const down = (event: PointerEvent<HTMLDivElement>) => {
    const here = place(event);
    if (onZoom === undefined || event.pointerType !== 'mouse' || event.button !== 0 || here === undefined) return;
    setDrag({ from: here.px, to: here.px });
  };
  const up = () => {
    if (drag === undefined) return;
    setDrag(undefined);
    const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
    if (to - from > 8) onZoom?.(valueAt(from), valueAt(to));
  };
  const step = (event: KeyboardEvent) => {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'Escape') return setAt(undefined);
    if (direction === undefined) return;
    event.preventDefault();
    const places = [...new Set(lines.flatMap((line) => line.x))].sort((a, b) => a - b);
    if (places.length === 0) return;
    const now = at === undefined ? (direction > 0 ? -1 : places.length) : nearest(places, at.x);
    const next = places[Math.min(places.length - 1, Math.max(0, now + direction))]!;
    const px = chart.convertToPixel({ xAxisIndex: 0 }, next) as number;
    setAt({ x: next, px, py: chart.getHeight() / 3 });
  };

  const rows = at === undefined ? [] : valuesAt(lines, at.x);
  const shown = at === undefined ? [] : nearestRows(rows, chart, at.py);
  const left = at === undefined ? 0 : at.px + WIDTH + 16 > chart.getWidth() ? at.px - WIDTH - 8 : at.px + 12;
  return (
    <div
      className="chart-hover"
      role="application"
      aria-label={`Values of ${y.label}: the arrows walk along ${x.label}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: its values are reached with the keyboard
      tabIndex={0}
      onPointerMove={move}
      onPointerDown={down}
      onPointerUp={up}
      onPointerLeave={() => {
        setAt(undefined);
        setDrag(undefined);
      }}
      onKeyDown={step}
      onBlur={() => setAt(undefined)}
    >
      {drag !== undefined && (
        <div
          className="chart-stretch"
          style={{ left: Math.min(drag.from, drag.to), width: Math.abs(drag.to - drag.from) }}
        />
      )}
      {at !== undefined && (
        <>
          <div className="chart-cursor" style={{ left: at.px }} />
          <div className="chart-values" style={{ left: Math.max(0, left), maxWidth: WIDTH }} role="status">
            <div className="chart-values-head">
              {x.label} {(x.format ?? figure)(shown[0]?.x ?? at.x)}
            </div>
            {shown.map(({ line, value, low, high }) => (
              <div key={line.id} className="chart-values-row">
                <span className="chart-swatch" style={{ background: seriesStyle(line.place, scheme).colour }} />
                <span className="chart-values-name">{line.name}</span>
                <span>
                  {(y.format ?? figure)(value)}
                  {low !== undefined && high !== undefined && low !== high && (
                    <small>
                      {' '}
                      {(y.format ?? figure)(low)} to {(y.format ?? figure)(high)}
                    </small>
                  )}
                </span>
              </div>
            ))}
            {rows.length > shown.length && (
              <div className="chart-values-head">and {rows.length - shown.length} others</div>
            )}
          </div>
        </>
      )}
    </div>
  );
}

interface Row {
  line: Line;
  x: number;
  value: number;
  low?: number;
  high?: number;
}

function valuesAt(lines: readonly Line[], x: number): Row[] {
  return lines.flatMap((line) => {
    const i = nearest(line.x, x);
    const value = line.y[i];
    if (i < 0 || value === null || value === undefined) return [];
    const [low, high] = [line.low?.[i], line.high?.[i]];
    const between = typeof low === 'number' && typeof high === 'number' ? { low, high } : {};
    return [{ line, x: line.x[i]!, value, ...between }];
  });
}

function nearestRows(rows: Row[], chart: EChartsType, py: number): Row[] {
  if (rows.length <= SHOWN) return rows;
  const distance = ({ value }: Row) => Math.abs((chart.convertToPixel({ yAxisIndex: 0 }, value) as number) - py);
  return rows
    .map((row) => ({ row, away: distance(row) }))
    .sort((a, b) => a.away - b.away)
    .slice(0, SHOWN)
    .map(({ row }) => row);
}
