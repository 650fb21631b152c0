import { safe } from './html.ts';

/** Inner square of a chart, in the units of its view box; charts scale with the page. */
const SIZE = 280;
const LEFT = 56;
const TOP = 10;
const BOTTOM = 40;
const RIGHT = 12;

/** Colour and dash of the nth line: both differ, so that neither colour sight nor colour print is needed. */
export const DASHES = ['none', '7 3', '2 3', '9 3 2 3', '5 5', '1 4', '12 4', '4 2 1 2'];

export const px = (x: number): number => round(LEFT + x * SIZE);
export const py = (y: number): number => round(TOP + (1 - y) * SIZE);

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A chart on the unit square: grid, ticks at quarters, axis titles; `body` is drawn with `px` and `py`. */
export function unitChart(options: {
  title: string;
  x: string;
  y: string;
  body: string;
  below?: string;
  /** Of the x axis, evenly spaced; default: 0 to 1 by quarters. */
  ticks?: readonly string[];
  /** Of the y axis; default: 0 to 1 by quarters. */
  levels?: readonly { at: number; text: string }[];
}): string {
  const extra = options.below === undefined ? 0 : 44;
  const width = LEFT + SIZE + RIGHT;
  const height = TOP + SIZE + BOTTOM + extra;
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const grid = (options.levels ?? ticks.map((t) => ({ at: t, text: String(t) })))
    .map(
      ({ at, text }) =>
        `<path class="grid" d="M${px(0)} ${py(at)}H${px(1)}"/>` +
        `<text x="${px(0) - 6}" y="${py(at) + 4}" text-anchor="end">${safe(text)}</text>`,
    )
    .join('');
  const names = options.ticks ?? ticks.map(String);
  const columns = names
    .map((name, i) => {
      const x = px(names.length < 2 ? 0 : i / (names.length - 1));
      return `<path class="grid" d="M${x} ${py(0)}V${py(1)}"/><text x="${x}" y="${py(0) + 15}" text-anchor="middle">${safe(name)}</text>`;
    })
    .join('');
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${safe(options.title)}">${columns}${grid}` +
    `<text class="axis" x="${px(0.5)}" y="${py(0) + 33}" text-anchor="middle">${safe(options.x)}</text>` +
    `<text class="axis" transform="translate(12 ${py(0.5)}) rotate(-90)" text-anchor="middle">${safe(options.y)}</text>` +
    `${options.body}${options.below ?? ''}</svg>`
  );
}

/** Attributes of the nth line: beyond eight a colour returns with another dash. */
export function strokeOf(index: number): string {
  const dash = DASHES[(index + Math.floor(index / 8)) % DASHES.length]!;
  return `class="curve${index === 0 ? ' main' : ''}" style="stroke:var(--c${index % 8})"${dash === 'none' ? '' : ` stroke-dasharray="${dash}"`}`;
}

/** A line through points of the unit square. */
export function line(xs: readonly number[], ys: readonly number[], attributes: string): string {
  const d = xs.map((x, i) => `${i === 0 ? 'M' : 'L'}${px(x)} ${py(ys[i]!)}`).join('');
  return `<path d="${d}" fill="none" ${attributes}/>`;
}

/** Bars on a strip below a unit chart, one per [from, to] of the x axis; heights are shares of the largest. */
export function strip(bars: { from: number; to: number; value: number }[], bins: number): string {
  const most = Math.max(1, ...bars.map((b) => b.value));
  const base = TOP + SIZE + BOTTOM + 40;
  const width = SIZE / bins - 2;
  return bars
    .map((b) => {
      const h = Math.max(1, (34 * b.value) / most);
      return `<rect class="bar" x="${round(px(b.from) + 1)}" y="${round(base - h)}" width="${round(width)}" height="${round(h)}"><title>${b.value}</title></rect>`;
    })
    .join('');
}

/** Interval and estimate on an axis from 0 to 1, as wide as its cell. */
export function intervalBar(estimate: { value: number; low: number | null; high: number | null }): string {
  const at = (x: number) => `${round(Math.min(1, Math.max(0, x)) * 96 + 2)}%`;
  const ends = estimate.low === null || estimate.high === null ? null : [at(estimate.low), at(estimate.high)];
  const bar =
    ends === null
      ? ''
      : `<line class="span" x1="${ends[0]}" x2="${ends[1]}" y1="10" y2="10"/>` +
        ends.map((x) => `<line class="span" x1="${x}" x2="${x}" y1="6" y2="14"/>`).join('');
  const ticks = [0, 0.5, 1].map((t) => `<line class="tick" x1="${at(t)}" x2="${at(t)}" y1="0" y2="20"/>`).join('');
  return `<svg class="forest" width="100%" height="20" aria-hidden="true">${ticks}${bar}<circle cx="${at(estimate.value)}" cy="10" r="3.4"/></svg>`;
}
