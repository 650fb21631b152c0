/** Shares of live versions in whole per cent, which sum to 100. */
export interface Part {
  name: string;
  percent: number;
}

/** Weights as whole per cent; the largest remainders get what is left over. Each has at least 1. */
export function partsOf(weights: readonly { name: string; weight: number }[]): Part[] {
  const whole = weights.reduce((sum, { weight }) => sum + weight, 0);
  return settle(weights.map(({ name, weight }) => ({ name, percent: (weight / whole) * 100 })));
}

/** One gets so much; the others share the rest as they did. */
export function moved(parts: readonly Part[], name: string, to: number): Part[] {
  const others = parts.filter((part) => part.name !== name);
  if (others.length === 0) return [{ name, percent: 100 }];
  const most = 100 - others.length;
  const own = Math.min(most, Math.max(1, Math.round(to)));
  const before = others.reduce((sum, { percent }) => sum + percent, 0);
  const rest = 100 - own;
  const scaled = settle(
    others.map((part) => ({ ...part, percent: before === 0 ? rest / others.length : (part.percent / before) * rest })),
    rest,
  );
  const found = new Map(scaled.map((part) => [part.name, part]));
  return parts.map((part) => (part.name === name ? { name, percent: own } : found.get(part.name)!));
}

/** With one more, which gets a tenth. */
export function added(parts: readonly Part[], name: string): Part[] {
  if (parts.length === 0) return [{ name, percent: 100 }];
  return moved([...parts, { name, percent: 10 }], name, 10);
}

/** Without one; the others get its share as they had theirs. */
export function removed(parts: readonly Part[], name: string): Part[] {
  return settle(parts.filter((part) => part.name !== name));
}

/** To whole numbers of at least 1 with this sum. */
function settle(parts: readonly Part[], sum = 100): Part[] {
  const whole = parts.reduce((total, { percent }) => total + percent, 0);
  if (whole <= 0 || parts.length === 0) return parts.map((part) => ({ ...part }));
  const exact = parts.map(({ percent }) => (percent / whole) * sum);
  const floor = exact.map((value) => Math.max(1, Math.floor(value)));
  let left = sum - floor.reduce((total, value) => total + value, 0);
  const order = exact
    .map((value, i) => ({ i, rest: value - floor[i]! }))
    .sort((a, b) => b.rest - a.rest)
    .map(({ i }) => i);
  for (let k = 0; left > 0; k++, left--) floor[order[k % order.length]!]! += 1;
  // More than a hundred, where many had less than one: the largest gives.
  for (; left < 0; left++) floor[floor.indexOf(Math.max(...floor))]! -= 1;
  return parts.map(({ name }, i) => ({ name, percent: floor[i]! }));
}
