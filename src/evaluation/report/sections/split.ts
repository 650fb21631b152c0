import { level, partitions } from '../checklist/facts.ts';
import { count, percent, plural } from '../html.ts';
import { paragraph, type Section, terms } from './section.ts';

export const split: Section = {
  id: 'split',
  title: 'Split',
  body: (report) => {
    const { dataset, folder } = report.file.subject;
    const flow = dataset?.flow;
    if (dataset === null || flow === undefined) {
      return dataset === null ? '' : paragraph('How the split was made is not in this record.', 'absent');
    }
    const { rule, leaks, accepted } = flow;
    const rows: [string, string][] = [
      ['How', partitions(report)!],
      ...(rule.kind === 'fold' && rule.folds !== undefined
        ? ([['Fold', `${(rule.fold ?? 0) + 1} of ${rule.folds}`]] as [string, string][])
        : []),
      ['Disjoint by', level(report)!],
      ...(leaks === null
        ? []
        : ([
            [
              'Exposed',
              `${exposure(dataset.splits.val, leaks.exposed.val)} of val and ${exposure(dataset.splits.test, leaks.exposed.test)} of test`,
            ],
          ] as [string, string][])),
      ...(accepted === null
        ? []
        : ([['Accepted', `by ${accepted.by} on ${accepted.at.slice(0, 10)}: ${accepted.reason}`]] as [
            string,
            string,
          ][])),
      [
        'What decided what',
        'weights by train; epoch, calibration and threshold by val; the measured samples decided nothing',
      ],
    ];
    const elsewhere = folder == null ? '' : paragraph(`Measured on ${folder.name}, which is no part of this split.`);
    return terms(rows) + elsewhere;
  },
};

function exposure(classes: Record<string, number> | undefined, exposed: number): string {
  const all = Object.values(classes ?? {}).reduce((sum, n) => sum + n, 0);
  return all === 0 ? count(exposed) : `${plural(exposed, 'sample')} (${percent(exposed / all)})`;
}
