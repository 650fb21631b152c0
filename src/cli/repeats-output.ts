import type { MetricName } from '../evaluation/evaluation.ts';
import { type Repeats, repeatsAgain, type Spread } from '../evaluation/repeats/repeats.ts';
import pc from './colours.ts';
import { figure } from './figure.ts';
import { reasonLines, shortReason } from './reason-lines.ts';
import { tableLines } from './table.ts';

/** What is shown on a terminal; the file has every metric. */
const SHOWN: readonly MetricName[] = [
  'auroc',
  'macroAuroc',
  'accuracy',
  'balancedAccuracy',
  'macroF1',
  'sensitivity',
  'specificity',
  'logLoss',
  'brier',
  'ece',
];

/** A group's metrics for a terminal: mean and standard deviation, the mean's interval, each member's value. */
export function repeatsLines(result: Repeats): string[] {
  const { members, metrics, together } = result;
  const means = Object.entries(metrics) as [MetricName, Spread][];
  const rows = means.filter(([name]) => SHOWN.includes(name) && !repeatsAgain(result, name));
  const what = result.kind === 'folds' ? 'each on the samples it did not see' : 'all on the same samples';
  const lines = [
    `${pc.bold(result.split)}: ${result.samples} samples in ${result.groups} groups; ${members.length} trainings, ${what}`,
    ...tableLines(rows, [
      { title: 'metric', cell: ([name]) => name },
      { title: 'mean', cell: ([, { mean }]) => figure(mean), align: 'right' as const, paint: (text) => pc.bold(text) },
      { title: 'sd', cell: ([, { sd }]) => figure(sd), align: 'right' as const },
      {
        title: '95% interval of the mean',
        cell: ([, { low, high, reason }]) => (low === null ? shortReason(reason) : `${figure(low)} to ${figure(high)}`),
        max: 60,
      },
      ...(together === null
        ? []
        : [
            {
              title: 'together',
              cell: ([name]: [MetricName, Spread]) => figure(together[name]?.value ?? null),
              align: 'right' as const,
            },
          ]),
      ...(members.length > 8
        ? [
            {
              title: 'lowest to highest',
              cell: ([, { lowest, highest }]: [MetricName, Spread]) => `${figure(lowest)} to ${figure(highest)}`,
            },
          ]
        : members.map(({ name, metrics: own }) => ({
            title: name,
            cell: ([metric]: [MetricName, Spread]) => figure(own[metric] ?? null),
            align: 'right' as const,
            paint: (text: string) => pc.dim(text),
          }))),
    ]),
    ...reasonLines(rows.map(([name, { reason }]) => ({ label: name, reason }))).map((text) => pc.dim(text)),
  ];
  if (together !== null)
    lines.push(
      pc.dim(
        'together: all out-of-fold predictions as one set; its AUROC ranks answers of different networks against each other.',
      ),
    );
  return [...lines, ...result.notes.map((note) => `${pc.yellow('note')} ${note}`)];
}
