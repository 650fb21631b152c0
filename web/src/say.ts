/** How the page says numbers and moments, everywhere alike. */

/** A number with so many digits behind the point; `none` for what is no number. */
export function figures(value: number | string | null | undefined, digits = 3): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string') return value === 'NaN' ? 'not a number' : value.replace('Infinity', '∞');
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : '-∞';
  const size = Math.abs(value);
  if (size !== 0 && (size < 10 ** -digits || size >= 1e6)) return value.toExponential(Math.max(1, digits - 1));
  return Number.isInteger(value) && size < 1e6 ? String(value) : value.toFixed(digits);
}

/** What was measured: a whole number has the same digits as the others of its column. */
export function measure(value: number, digits = 3): string {
  return Number.isInteger(value) && Math.abs(value) < 1e6 ? value.toFixed(digits) : figures(value, digits);
}

/** 12,345 */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** "1 run", "3 runs" */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const STEPS = [
  [60, 'second'],
  [60, 'minute'],
  [24, 'hour'],
  [7, 'day'],
  [4.35, 'week'],
  [12, 'month'],
  [Number.POSITIVE_INFINITY, 'year'],
] as const;
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** "3 minutes ago" */
export function ago(date: Date, now = Date.now()): string {
  let value = (date.getTime() - now) / 1_000;
  if (Math.abs(value) < 10) return 'just now';
  for (const [size, unit] of STEPS) {
    if (Math.abs(value) < size) return RELATIVE.format(Math.round(value), unit);
    value /= size;
  }
  return moment(date);
}

/** "2026-11-21 16:22:05" in the reader's own time. */
export function moment(date: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** "2 h 5 min", "41 s", "120 ms" */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "1.4 MB" */
export function bytes(size: number): string {
  if (size < 1_000) return `${size} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = size;
  let unit = -1;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** How sure one may be that a probability is read rightly: never more digits than it deserves. */
export function percent(p: number, digits = 1): string {
  if (p > 0 && p < 0.001) return '< 0.1%';
  if (p < 1 && p > 0.999) return '> 99.9%';
  return `${(p * 100).toFixed(digits)}%`;
}

/** Two shares with the digits that tell them apart: nothing stands below what reads the same. */
export function apart(p: number, q: number): [string, string] {
  const short: [string, string] = [percent(p), percent(q)];
  if (short[0] !== short[1] || p === q) return short;
  for (const digits of [2, 3, 4, 6]) {
    const [one, other] = [p, q].map((share) => `${(share * 100).toFixed(digits)}%`) as [string, string];
    if (one !== other) return [one, other];
  }
  return short;
}
