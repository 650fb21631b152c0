import type { Evaluation } from '../evaluation.ts';
import type { ExposureKind } from '../exposure/result.ts';
import type { MetricName } from '../metrics/names.ts';
import { metricLabel } from '../metrics/words.ts';
import { count, decimal, percent, plural } from './html.ts';

/** Those that are compared, in this order, as far as they are estimable. */
export const EXPOSURE_METRICS: readonly MetricName[] = [
  'auroc',
  'macroAuroc',
  'accuracy',
  'balancedAccuracy',
  'macroF1',
  'sensitivity',
  'specificity',
  'brier',
  'logLoss',
  'ece',
];
const KINDS: Record<ExposureKind, string> = {
  exact: 'the very picture',
  near: 'a near copy',
  group: 'the same patient or lesion',
  tied: 'something tied to it by copies',
};

/** What a leak does to the numbers, in sentences; nothing where there is none. */
export function exposureWords(evaluation: Pick<Evaluation, 'exposure' | 'metrics' | 'samples' | 'split'>): string[] {
  const { exposure, metrics, samples, split } = evaluation;
  if (exposure === null) return [];
  const { exposed, unexposed, differences, inflation } = exposure;
  const how = (Object.entries(exposed.kinds) as [ExposureKind, number][])
    .filter(([, n]) => n > 0)
    .map(([kind, n]) => `${KINDS[kind]} ${count(n)}`);
  const first = `${count(exposed.samples)} of ${plural(samples, `${split} sample`)} (${percent(exposed.samples / samples)}) are known to train: it holds ${how.join(', ')}.`;
  if (unexposed.samples === 0)
    return [first, 'None is unknown to it: nothing here says how the model does on new images.'];
  const name = (['auroc', 'macroAuroc', 'accuracy'] as const).find((key) => differences[key].value !== null);
  if (name === undefined) return [first];
  const { value, low, high } = differences[name];
  const sure =
    low === null || high === null
      ? ` (${differences[name].reason ?? 'no interval'})`
      : low > 0 || high < 0
        ? ` (95% interval ${signed(low)} to ${signed(high)}: more than chance)`
        : ` (95% interval ${signed(low)} to ${signed(high)}: chance alone may do that)`;
  const adds = inflation[name];
  return [
    first,
    `${metricLabel(name)} is ${decimal(exposed.metrics[name].value!)} on them and ${decimal(unexposed.metrics[name].value!)} on the others, ${signed(value!)}${sure}.${adds === null ? '' : ` The reported ${decimal(metrics[name].value!)} is ${signed(adds)} against the samples that train does not know.`}`,
  ];
}

/** +0.041, −0.012; 0.000 has no sign */
export function signed(value: number): string {
  const size = decimal(Math.abs(value));
  return Number(size) === 0 ? size : `${value < 0 ? '−' : '+'}${size}`;
}
