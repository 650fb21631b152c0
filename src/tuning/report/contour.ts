import { safe } from '../../evaluation/report/html.ts';
import type { Trial } from '../../store/sweep.ts';
import { GaussianProcess } from '../samplers/gaussian-process.ts';
import type { Parameter } from '../space.ts';
import { placeOf, settingAxis } from './axis.ts';
import { type Drawn, titleOf } from './charts.ts';
import { chart, figure, round, shade } from './frame.ts';

/** Cells along a range. */
const CELLS = 28;
const SIZE = { width: 320, height: 280 };
const LEVELS = 7;

/**
 * The objective over two settings, smoothed by a Gaussian process over them alone: what the others do is noise to it. Null where fewer than
 * six trials have both.
 */
export function contourChart(drawn: Drawn, first: Parameter, second: Parameter): string | null {
  const { trials, metric, direction, ranks } = drawn;
  const [x, y] = [settingAxis(first), settingAxis(second)];
  const shown = trials.filter(
    (t) => ranks.has(t.number) && placeOf(x, t.params) !== null && placeOf(y, t.params) !== null,
  );
  if (shown.length < 6) return null;
  const surface = fitSurface(
    shown,
    [x, y].map((axis) => (t: Trial) => placeOf(axis, t.params)!),
    [first, second],
  );
  const columns = cellsOf(first);
  const rows = cellsOf(second);
  const heights = rows.map((v) => columns.map((u) => surface(u.at, v.at)));
  const all = heights.flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const rank = (value: number) => {
    const share = high > low ? (value - low) / (high - low) : 0;
    return direction === 'min' ? share : 1 - share;
  };
  const body = chart(`val ${metric} over ${first.name} and ${second.name}`, SIZE, { x, y }, (sheet) => {
    const rects = rows.map((v, r) =>
      columns
        .map((u, c) => {
          const [px, py] = [sheet.x(u.from), sheet.y(v.to)];
          const [w, h] = [round(sheet.x(u.to) - px + 0.4), round(sheet.y(v.from) - py + 0.4)];
          return `<rect x="${px}" y="${py}" width="${w}" height="${h}" fill="${shade(rank(heights[r]![c]!))}"/>`;
        })
        .join(''),
    );
    const lines =
      first.kind === 'range' && second.kind === 'range'
        ? Array.from({ length: LEVELS - 1 }, (_, i) => low + ((i + 1) * (high - low)) / LEVELS).map(
            (level) =>
              `<path class="level" d="${isoline(
                heights,
                level,
                (c) => sheet.x((c + 0.5) / CELLS),
                (r) => sheet.y((r + 0.5) / CELLS),
              )}"/>`,
          )
        : [];
    const points = shown.map((t) => {
      const best = ranks.get(t.number) === 0;
      return `<circle class="spot${best ? ' best' : ''}" cx="${sheet.x(placeOf(x, t.params)!)}" cy="${sheet.y(placeOf(y, t.params)!)}" r="${best ? 6 : 3}"><title>${safe(titleOf(t, metric))}</title></circle>`;
    });
    return rects.join('') + lines.join('') + points.join('');
  });
  return figure(
    `${last(first.name)} and ${last(second.name)}: ${metric} from ${low.toFixed(3)} to ${high.toFixed(3)}, the stronger the better`,
    body,
  );
}

const last = (name: string): string => name.split('.').at(-1)!;

function cellsOf(parameter: Parameter): { at: number; from: number; to: number }[] {
  const n = parameter.kind === 'choice' ? parameter.values.length : CELLS;
  return Array.from({ length: n }, (_, i) => ({ at: (i + 0.5) / n, from: i / n, to: (i + 1) / n }));
}

function fitSurface(
  trials: readonly Trial[],
  places: readonly ((trial: Trial) => number)[],
  parameters: readonly Parameter[],
): (u: number, v: number) => number {
  const values = trials.map(({ value }) => value!);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length) || 1;
  const points = trials.map((trial) => Float64Array.from(places, (place) => place(trial)));
  const process = GaussianProcess.fit(
    points,
    Float64Array.from(values, (v) => (v - mean) / sd),
    parameters.map(({ kind }) => kind === 'choice'),
  );
  return (u, v) => mean + sd * process.predict(Float64Array.of(u, v)).mean;
}

/** The line on which a surface over a grid has this height, by marching squares. */
function isoline(
  heights: readonly (readonly number[])[],
  level: number,
  x: (column: number) => number,
  y: (row: number) => number,
): string {
  let d = '';
  for (let r = 0; r + 1 < heights.length; r++) {
    for (let c = 0; c + 1 < heights[r]!.length; c++) {
      const corners = [
        [c, r, heights[r]![c]!],
        [c + 1, r, heights[r]![c + 1]!],
        [c + 1, r + 1, heights[r + 1]![c + 1]!],
        [c, r + 1, heights[r + 1]![c]!],
      ] as const;
      const cuts: string[] = [];
      for (let k = 0; k < 4; k++) {
        const [ax, ay, a] = corners[k]!;
        const [bx, by, b] = corners[(k + 1) % 4]!;
        if (a < level === b < level) continue;
        const share = (level - a) / (b - a);
        cuts.push(`${round(x(ax + share * (bx - ax)))} ${round(y(ay + share * (by - ay)))}`);
      }
      for (let k = 0; k + 1 < cuts.length; k += 2) d += `M${cuts[k]}L${cuts[k + 1]}`;
    }
  }
  return d;
}
