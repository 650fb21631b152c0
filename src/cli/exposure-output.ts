import type { Evaluation, MetricName } from '../evaluation/evaluation.ts';
import { metricLabel } from '../evaluation/metrics/words.ts';
import { EXPOSURE_METRICS, exposureWords, signed } from '../evaluation/report/words-exposure.ts';
import pc from './colours.ts';
import { figure } from './figure.ts';
import { reasonLines, shortReason } from './reason-lines.ts';
import { tableLines } from './table.ts';

/** For a terminal: samples that train knows beside those that it does not. Nothing where the split does not leak. */
export function exposureLines(evaluation: Pick<Evaluation, 'exposure' | 'metrics' | 'samples' | 'split'>): string[] {
  const { exposure, metrics } = evaluation;
  if (exposure === null) return [];
  const { exposed, unexposed, differences } = exposure;
  const rows = EXPOSURE_METRICS.filter((name) => differences[name].value !== null);
  return [
    '',
    ...exposureWords(evaluation).map((text, i) => (i === 0 ? `${pc.red('leaky')} ${text}` : text)),
    '',
    ...tableLines<MetricName>(rows, [
      { title: 'metric', cell: (name) => metricLabel(name) },
      { title: 'reported', cell: (name) => figure(metrics[name].value), align: 'right' },
      { title: 'known to train', cell: (name) => figure(exposed.metrics[name].value), align: 'right' },
      { title: 'not known', cell: (name) => figure(unexposed.metrics[name].value), align: 'right' },
      {
        title: 'difference, 95% interval',
        cell: (name) => {
          const { value, low, high, reason } = differences[name];
          return low === null || high === null
            ? `${signed(value!)} (${shortReason(reason) || 'no interval'})`
            : `${signed(value!)} (${signed(low)} to ${signed(high)})`;
        },
      },
    ]),
    ...reasonLines(rows.map((name) => ({ label: metricLabel(name), reason: differences[name].reason }))),
  ];
}
