import type { IntervalMethod } from '../estimate.ts';
import type { Evaluation, MetricName } from '../evaluation.ts';
import { percent } from './html.ts';

/** How an interval was made, in as few words as a table has room for. */
export const INTERVALS: Record<IntervalMethod, string> = {
  wilson: 'Wilson',
  clopperPearson: 'Clopper–Pearson',
  wilsonGroups: 'Wilson, by group',
  clopperPearsonGroups: 'Clopper–Pearson, by group',
  delong: 'DeLong',
  delongGroups: 'DeLong, by group',
  delongLogOdds: 'DeLong, log-odds',
  delongLogOddsGroups: 'DeLong, log-odds, by group',
  disjointPairs: 'exact',
  bca: 'BCa',
  percentile: 'percentile',
  basic: 'mirrored',
  delta: 'delta method',
};

/** A metric's name with the place on the curve where it was read. */
export function placedLabel(name: MetricName, label: string, { references }: Pick<Evaluation, 'references'>): string {
  switch (name) {
    case 'sensitivityAtSpecificity':
      return `Sensitivity at a specificity of ${percent(references.specificity)}`;
    case 'specificityAtSensitivity':
      return `Specificity at a sensitivity of ${percent(references.sensitivity)}`;
    case 'partialAuroc':
      return `Partial AUROC, up to ${percent(references.falsePositiveRate)} false alarms`;
    default:
      return label;
  }
}
