import type { Calibration, ClassRule, Conformal } from './spec.ts';

/**
 * Decisions about the classes `from` for predictions whose columns are `to`, the same names in another order.
 * Temperature, operating point and limits go by no order.
 */
interface Ordered {
  calibration?: Calibration | undefined;
  classRule?: ClassRule | undefined;
  conformal?: Conformal | undefined;
}

export function inClassOrder<T extends Ordered>(decisions: T, from: readonly string[], to: readonly string[]): T {
  const at = to.map((name) => from.indexOf(name));
  if (at.every((place, i) => place === i)) return decisions;
  const pick = <V>(values: readonly V[]): V[] => at.map((place) => values[place]!);
  const { calibration, classRule, conformal } = decisions;
  return {
    ...decisions,
    ...(calibration && { calibration: reordered(calibration, pick) }),
    ...(classRule && { classRule: { ...classRule, shares: pick(classRule.shares) } }),
    ...(conformal && { conformal: { ...conformal, classes: pick(conformal.classes) } }),
  };
}

function reordered(calibration: Calibration, pick: <V>(values: readonly V[]) => V[]): Calibration {
  switch (calibration.method) {
    case 'temperature':
      return calibration;
    case 'vector':
      return { method: 'vector', scale: pick(calibration.scale), shift: pick(calibration.shift) };
    case 'isotonic':
      return { method: 'isotonic', curves: pick(calibration.curves) };
  }
}
