import type { MetricName } from '../evaluation.ts';
import { safe } from '../report/html.ts';
import { DASHES, line, px, py } from '../report/svg.ts';
import { limitOf, type Robustness, type RobustnessCurve } from './robustness.ts';

/** Drawn on a chart: metrics of 0..1 where more is better. */
const DRAWN: readonly MetricName[] = [
  'auroc',
  'macroAuroc',
  'balancedAccuracy',
  'accuracy',
  'sensitivity',
  'specificity',
];
const MOST_LINES = 4;
const COLOURS = ['#2563eb', '#ea580c', '#16a34a', '#9333ea'];
/** Of one chart's box (svg.ts) and of the whole. */
const CELL = { width: 348, height: 350 };
const COLUMNS = 4;
const HEAD = 72;

const NAMES: Partial<Record<MetricName, string>> = {
  auroc: 'AUROC',
  macroAuroc: 'macro-AUROC',
  balancedAccuracy: 'balanced accuracy',
};

/** Lines of the drawing, at most four. */
export function drawnMetrics({ clean }: Robustness): MetricName[] {
  return DRAWN.filter((name) => clean[name]?.value != null).slice(0, MOST_LINES);
}

/** All curves as one self-contained SVG: a chart a kind, a line a metric with its interval as a band, gates dashed. */
export function robustnessSvg(result: Robustness, title: string): string {
  const metrics = drawnMetrics(result);
  const rows = Math.ceil(result.curves.length / COLUMNS);
  const width = CELL.width * Math.min(COLUMNS, result.curves.length);
  const height = HEAD + rows * CELL.height;
  const charts = result.curves.map((curve, i) => {
    const at = `translate(${(i % COLUMNS) * CELL.width} ${HEAD + Math.floor(i / COLUMNS) * CELL.height})`;
    return `<g transform="${at}">${chart(result, curve, metrics)}</g>`;
  });
  const legend = metrics.map(
    (name, m) =>
      `<g transform="translate(${16 + m * 170} 42)"><path d="M0 -4H22" ${stroke(m)}/><text x="28">${NAMES[name] ?? name}</text></g>`,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="system-ui, sans-serif" font-size="12" fill="#222"><rect width="100%" height="100%" fill="#fff"/>` +
    `<text x="16" y="20" font-size="15" font-weight="600">${safe(title)}</text>${legend.join('')}${charts.join('')}</svg>\n`
  );
}

const at = (strength: number): number => strength / 5;
const stroke = (m: number): string =>
  `stroke="${COLOURS[m]}" stroke-width="2"${DASHES[m] === 'none' ? '' : ` stroke-dasharray="${DASHES[m]}"`}`;

function chart(result: Robustness, curve: RobustnessCurve, metrics: readonly MetricName[]): string {
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (t) =>
      `<path d="M${px(0)} ${py(t)}H${px(1)}" stroke="#ddd"/><text x="${px(0) - 6}" y="${py(t) + 4}" text-anchor="end" fill="#555">${t}</text>`,
  );
  const ticks = [null, ...curve.levels].map((level, i) => {
    const text = level === null ? 'none' : String(level.amount);
    return `<text x="${px(at(i))}" y="${py(0) + 15}" text-anchor="middle" fill="#555">${text}</text>`;
  });
  const gates = result.gates
    .filter(({ metric }) => metrics.includes(metric))
    .map((gate) => {
      const limit = limitOf(gate);
      return (
        `<path d="M${px(0)} ${py(limit)}H${px(1)}" stroke="${COLOURS[metrics.indexOf(gate.metric)]}" stroke-dasharray="2 3" opacity="0.8"/>` +
        `<text x="${px(1)}" y="${py(limit) - 3}" text-anchor="end" font-size="10" fill="#555">gate ${limit}</text>`
      );
    });
  const bands = metrics.map((name, m) => band(result, curve, name, m));
  return (
    `<text x="${px(0)}" y="0" font-weight="600">${safe(curve.kind)}</text>${grid.join('')}${ticks.join('')}` +
    `<text x="${px(0.5)}" y="${py(0) + 33}" text-anchor="middle">${safe(curve.unit)}</text>${gates.join('')}${bands.join('')}`
  );
}

/** A metric's line, with its interval behind it; where it can't be estimated the line has a gap. */
function band(result: Robustness, curve: RobustnessCurve, name: MetricName, m: number): string {
  const points = [result.clean[name], ...curve.levels.map(({ metrics }) => metrics[name])].flatMap((estimate, i) =>
    estimate?.value == null ? [] : [{ x: at(i), value: estimate.value, low: estimate.low, high: estimate.high }],
  );
  if (points.length === 0) return '';
  const sure = points.filter((p): p is typeof p & { low: number; high: number } => p.low !== null && p.high !== null);
  const upper = sure.map((p, i) => `${i === 0 ? 'M' : 'L'}${px(p.x)} ${py(p.high)}`);
  const lower = sure.toReversed().map((p) => `L${px(p.x)} ${py(p.low)}`);
  const area =
    sure.length < 2 ? '' : `<path d="${[...upper, ...lower].join('')}Z" fill="${COLOURS[m]}" opacity="0.12"/>`;
  const dots = points.map((p) => `<circle cx="${px(p.x)}" cy="${py(p.value)}" r="2.5" fill="${COLOURS[m]}"/>`).join('');
  return (
    area +
    line(
      points.map(({ x }) => x),
      points.map(({ value }) => value),
      stroke(m),
    ) +
    dots
  );
}
