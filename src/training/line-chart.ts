/** One line of a chart. Points with a value that is not finite are left out and break the line. */
export interface Series {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
  colour: string;
  /** Drawn faint behind the others: the unsmoothed values. */
  faint?: boolean;
  dots?: boolean;
}

export interface Chart {
  title: string;
  xLabel: string;
  yLabel?: string;
  series: readonly Series[];
  logX?: boolean;
  logY?: boolean;
  /** Vertical dashed lines. */
  marks?: readonly { x: number; label: string }[];
}

const WIDTH = 640;
const HEIGHT = 260;
const PAD = { left: 62, right: 16, top: 34, bottom: 40 };

/** Charts below one another as one self-contained SVG document, readable on light and dark pages. */
export function chartsToSvg(charts: readonly Chart[]): string {
  const parts = charts.map((chart, i) => `<g transform="translate(0 ${i * HEIGHT})">${drawChart(chart)}</g>`);
  const height = HEIGHT * charts.length;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
    `font-family="system-ui, sans-serif" font-size="12" fill="#222"><rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>\n`
  );
}

function drawChart(chart: Chart): string {
  const fx = chart.logX ? Math.log10 : (v: number) => v;
  const fy = chart.logY ? Math.log10 : (v: number) => v;
  const usable = (p: readonly [number, number]) => Number.isFinite(fx(p[0])) && Number.isFinite(fy(p[1]));
  const points = chart.series.flatMap((s) => s.points.filter(usable));
  const x = axis(points.map((p) => fx(p[0])));
  const y = axis(
    points.map((p) => fy(p[1])),
    0.05,
  );
  const px = (v: number) => round(PAD.left + ((fx(v) - x.low) / (x.high - x.low)) * (WIDTH - PAD.left - PAD.right));
  const py = (v: number) =>
    round(HEIGHT - PAD.bottom - ((fy(v) - y.low) / (y.high - y.low)) * (HEIGHT - PAD.top - PAD.bottom));
  const bottom = HEIGHT - PAD.bottom;
  const out: string[] = [`<text x="${PAD.left}" y="16" font-weight="600">${escaped(chart.title)}</text>`];
  for (const tick of ticks(y.low, y.high, chart.logY)) {
    const at = py(tick);
    out.push(`<path d="M${PAD.left} ${at}H${WIDTH - PAD.right}" stroke="#ddd"/>`);
    out.push(`<text x="${PAD.left - 6}" y="${at + 4}" text-anchor="end" fill="#555">${label(tick)}</text>`);
  }
  for (const tick of ticks(x.low, x.high, chart.logX)) {
    out.push(`<path d="M${px(tick)} ${bottom}v4" stroke="#888"/>`);
    out.push(`<text x="${px(tick)}" y="${bottom + 17}" text-anchor="middle" fill="#555">${label(tick)}</text>`);
  }
  out.push(`<path d="M${PAD.left} ${bottom}H${WIDTH - PAD.right}" stroke="#888"/>`);
  out.push(
    `<text x="${WIDTH - PAD.right}" y="${HEIGHT - 6}" text-anchor="end" fill="#555">${escaped(chart.xLabel)}</text>`,
  );
  if (chart.yLabel)
    out.push(`<text x="${WIDTH - PAD.right}" y="16" text-anchor="end" fill="#555">${escaped(chart.yLabel)}</text>`);
  for (const s of chart.series) {
    let d = '';
    let pen = 'M';
    for (const p of s.points) {
      if (!usable(p)) {
        pen = 'M';
        continue;
      }
      d += `${pen}${px(p[0])} ${py(p[1])}`;
      pen = 'L';
      if (s.dots) out.push(`<circle cx="${px(p[0])}" cy="${py(p[1])}" r="2.5" fill="${s.colour}"/>`);
    }
    out.push(
      `<path d="${d}" fill="none" stroke="${s.colour}" stroke-width="${s.faint ? 1 : 2}" opacity="${s.faint ? 0.3 : 1}" stroke-linejoin="round"/>`,
    );
  }
  for (const mark of chart.marks ?? []) {
    out.push(`<path d="M${px(mark.x)} ${PAD.top}V${bottom}" stroke="#555" stroke-dasharray="4 3"/>`);
    out.push(`<text x="${px(mark.x) + 4}" y="${PAD.top + 10}" fill="#555">${escaped(mark.label)}</text>`);
  }
  let legend = PAD.left;
  for (const s of chart.series.filter((each) => !each.faint)) {
    out.push(`<rect x="${legend}" y="23" width="10" height="3" fill="${s.colour}"/>`);
    out.push(`<text x="${legend + 14}" y="28" font-size="11">${escaped(s.name)}</text>`);
    legend += 26 + s.name.length * 6.5;
  }
  return out.join('');
}

function axis(values: readonly number[], margin = 0): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const v of values) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  if (low > high) return { low: 0, high: 1 };
  if (low === high) return { low: low - 0.5, high: high + 0.5 };
  const room = (high - low) * margin;
  return { low: low - room, high: high + room };
}

/** About five round values, as they are printed (for a logarithmic axis: decades, or 1-2-5 where there are few). */
function ticks(low: number, high: number, log = false): number[] {
  if (log) {
    const out: number[] = [];
    const factors = high - low < 2 ? [1, 2, 5] : [1];
    for (let e = Math.floor(low); e <= Math.ceil(high); e++) {
      for (const f of factors) {
        const v = f * 10 ** e;
        if (Math.log10(v) >= low - 1e-9 && Math.log10(v) <= high + 1e-9) out.push(v);
      }
    }
    return out;
  }
  const raw = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= raw) ?? raw;
  const out: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; i++) out.push(i * step);
  return out;
}

function label(v: number): string {
  if (v === 0) return '0';
  const size = Math.abs(v);
  return size >= 1e5 || size < 1e-3 ? v.toExponential(0).replace('e+', 'e') : String(Number(v.toPrecision(4)));
}

const round = (v: number) => Math.round(v * 10) / 10;
const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
