import type { TrialParams } from '../../store/sweep.ts';
import { coordinate, keyOf, type Parameter, span, type Value } from '../space.ts';

/** Where values lie on an axis, as shares of its length, and what is written beside it. */
export interface Axis {
  title: string;
  /** Null where the value is not on the axis. */
  at(value: Value | null | undefined): number | null;
  ticks: { at: number; text: string }[];
}

/** Of a setting: logarithmic where its range is, a place for each value of a choice. */
export function settingAxis(parameter: Parameter): Axis {
  const { name } = parameter;
  if (parameter.kind === 'choice') {
    const n = parameter.values.length;
    return {
      title: name,
      at: (value) => {
        const place = value === undefined ? -1 : parameter.keys.indexOf(keyOf(value));
        return place < 0 ? null : (place + 0.5) / n;
      },
      ticks: parameter.values.map((value, i) => ({ at: (i + 0.5) / n, text: short(wordOf(value)) })),
    };
  }
  const { low, high } = span(parameter);
  const at = (value: number) => (coordinate(parameter, value) - low) / (high - low);
  const marks = parameter.log ? decades(parameter.low, parameter.high) : rounds(parameter.low, parameter.high);
  return {
    title: name,
    at: (value) => (typeof value === 'number' ? at(value) : null),
    ticks: marks.map((value) => ({ at: at(value), text: figure(value) })),
  };
}

/** Of plain numbers, with a little room at both ends. */
export function numberAxis(title: string, values: readonly number[], room = 0.05): Axis {
  const finite = values.filter(Number.isFinite);
  let low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (finite.length === 0) [low, high] = [0, 1];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const margin = (high - low) * room;
  [low, high] = [low - margin, high + margin];
  const at = (value: number) => (value - low) / (high - low);
  return {
    title,
    at: (value) => (typeof value === 'number' && Number.isFinite(value) ? at(value) : null),
    ticks: rounds(low, high).map((value) => ({ at: at(value), text: figure(value) })),
  };
}

/** Where a trial lies on a setting's axis. */
export function placeOf(axis: Axis, params: TrialParams | null): number | null {
  return params === null ? null : axis.at(params[axis.title]);
}

/** About five round numbers between two. */
function rounds(low: number, high: number): number[] {
  const raw = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= raw * 0.999) ?? raw;
  const out: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) out.push(i * step);
  return out;
}

function decades(low: number, high: number): number[] {
  const few = Math.log10(high / low) < 2;
  const out: number[] = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
    for (const f of few ? [1, 2, 5] : [1]) {
      const value = f * 10 ** e;
      if (value >= low * 0.999 && value <= high * 1.001) out.push(value);
    }
  }
  return out.length > 0 ? out : [low, high];
}

export function wordOf(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** 0.003, 1.2e-5, 64 */
export function figure(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text =
    size >= 1e5 || size < 1e-3
      ? value.toExponential(1).replace('.0e', 'e').replace('e+', 'e')
      : String(Number(value.toPrecision(4)));
  return text.replace('-', '−').replace('e-', 'e−');
}

const short = (text: string): string => (text.length > 14 ? `${text.slice(0, 13)}…` : text);
