/** Where an axis ends, and how far its ticks are apart. */
export interface Ends {
  min: number;
  max: number;
  interval: number;
}

/** What the engine puts around one value is as large as the value: of a share it would show what no share can be. */
const AROUND = 0.05;
const TICKS = 4;

/**
 * Ends of an axis that holds these values: of bounded ones (shares, correlations) never beyond the bounds, of a single value close around
 * it. Undefined where the engine's own ends are right: values that differ and have no bounds.
 * @param bounds left aside where a value lies beyond them: it is another quantity of that name.
 */
export function endsOf(values: Iterable<number>, bounds?: readonly [number, number], whole = false): Ends | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return undefined;
  const held = bounds !== undefined && low >= bounds[0] && high <= bounds[1] ? bounds : undefined;
  const flat = high - low <= 1e-9 * Math.max(Math.abs(low), Math.abs(high));
  if (!flat && held === undefined) return undefined;
  const around = held !== undefined ? AROUND * (held[1] - held[0]) : whole ? 1 : 2 * AROUND * Math.abs(low) || 1;
  const [from, to] = flat ? [low - around, high + around] : [low, high];
  const rough = nice((to - from) / TICKS);
  const interval = whole ? Math.max(1, rough) : rough;
  const least = held?.[0] ?? (low >= 0 ? 0 : Number.NEGATIVE_INFINITY);
  const most = held?.[1] ?? Number.POSITIVE_INFINITY;
  return {
    min: exact(Math.max(least, Math.floor(from / interval + 1e-9) * interval)),
    max: exact(Math.min(most, Math.ceil(to / interval - 1e-9) * interval)),
    interval: exact(interval),
  };
}

/** Ends of a logarithmic axis with room beside its values: the next 1, 2 or 5 times a power of ten. Undefined where no value is above 0. */
export function logEndsOf(values: Iterable<number>): Pick<Ends, 'min' | 'max'> | undefined {
  const above = [...values].filter((value) => value > 0 && Number.isFinite(value));
  if (above.length === 0) return undefined;
  const [low, high] = above.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [above[0]!, above[0]!]);
  const room = Math.max((high / low) ** AROUND, 1 + AROUND);
  const below = low / room;
  const power = 10 ** Math.floor(Math.log10(below));
  const least = [5, 2, 1].find((one) => one * power <= below) ?? 1;
  return { min: exact(least * power), max: exact(stepOf(high * room, [1, 2, 5])) };
}

/** 1, 2, 2.5 or 5 times a power of ten, not below. */
const nice = (step: number): number => stepOf(step, [1, 2, 2.5, 5]);

function stepOf(least: number, steps: readonly number[]): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return (steps.find((one) => one * power >= least * (1 - 1e-9)) ?? 10) * power;
}

const exact = (value: number): number => Number(value.toPrecision(12));
