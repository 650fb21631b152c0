import type { Estimate } from '../estimate.ts';
import type { MetricName } from '../evaluation.ts';
import type { Decided } from '../measure.ts';
import { decide, sumClasses } from '../metrics/softmax.ts';
import type { Predictions } from '../predictions.ts';
import { delong } from '../statistics/delong.ts';
import {
  aurocInfluence,
  aurocsAlike,
  type CellSamples,
  type Influence,
  meanInfluence,
  shareInfluence,
  sharesAlike,
} from './influence.ts';
import { aurocEstimate, meanEstimate, shareEstimate } from './intervals.ts';

/** Classes with fewer samples than this in a cell are left out of its averages over classes. */
const FEWEST_OF_CLASS = 5;

/** A metric of a cell: with its interval for the reader, and with what a test of gaps needs. */
export interface CellMeasure {
  estimate: Estimate;
  /** Null where it can't be compared with other cells. */
  influence: Influence | null;
}

export interface CellMetric {
  measure(cell: CellSamples): CellMeasure;
  /** How far each unit moves the metric of two cells, were both alike. For cells that can be compared. */
  alike(a: CellSamples, b: CellSamples): [Influence, Influence];
}

/** Names of the metrics that subgroups are told by, the most telling first. */
export function subgroupMetrics(question: Decided['question']): MetricName[] {
  return question === null
    ? ['macroAuroc', 'balancedAccuracy', 'accuracy']
    : ['auroc', 'sensitivity', 'specificity', 'accuracy'];
}

/** How each of them is measured in any cell of these samples. */
export function cellMetrics(
  { classes, labels }: Pick<Predictions, 'classes' | 'labels'>,
  { probabilities, question, rule }: Decided,
): Map<MetricName, CellMetric> {
  const k = classes.length;
  const decided = decide(probabilities, k, question, rule);
  const right = Uint8Array.from(labels, (label, i) => (decided[i] === label ? 1 : 0));
  const out = new Map<MetricName, CellMetric>();
  if (question === null) {
    const truths = classes.map((_, c) => Uint8Array.from(labels, (label) => (label === c ? 1 : 0)));
    const of = (c: number) => (cell: CellSamples) => among(cell, (i) => labels[i] === c);
    const columns = classes.map((_, c) => Float64Array.from(labels, (__, i) => probabilities[i * k + c]!));
    out.set(
      'macroAuroc',
      average(
        classes,
        labels,
        (c, cell) => aurocInfluence(cell, truths[c]!, columns[c]!),
        (c, a, b) => aurocsAlike(a, b, truths[c]!, columns[c]!),
      ),
    );
    out.set(
      'balancedAccuracy',
      average(
        classes,
        labels,
        (c, cell) => shareInfluence(of(c)(cell), right),
        (c, a, b) => sharesAlike(of(c)(a), of(c)(b), right),
      ),
    );
  } else {
    const { members, threshold } = question;
    const truth = Uint8Array.from(labels, (label) => (members.includes(label) ? 1 : 0));
    const scores = sumClasses(probabilities, k, members);
    const called = Uint8Array.from(scores, (score) => (score >= threshold ? 1 : 0));
    out.set('auroc', area(truth, scores));
    out.set(
      'sensitivity',
      share((i) => truth[i] === 1, called, 'no positive sample'),
    );
    out.set(
      'specificity',
      share(
        (i) => truth[i] === 0,
        called.map((yes) => 1 - yes),
        'no negative sample',
      ),
    );
  }
  out.set(
    'accuracy',
    share(() => true, right, 'no sample'),
  );
  return out;
}

function among({ rows, units }: CellSamples, wanted: (i: number) => boolean): CellSamples {
  return { rows: rows.filter(wanted), units };
}

function absent(why: string): CellMeasure {
  return { estimate: { value: null, low: null, high: null, reason: `not estimable: ${why}` }, influence: null };
}

function share(wanted: (i: number) => boolean, hits: ArrayLike<number>, why: string): CellMetric {
  return {
    measure: (cell) => {
      const known = shareInfluence(among(cell, wanted), hits);
      return known === null ? absent(why) : { estimate: shareEstimate(known), influence: known };
    },
    alike: (a, b) => sharesAlike(among(a, wanted), among(b, wanted), hits),
  };
}

function area(truth: Uint8Array, scores: Float64Array): CellMetric {
  return {
    measure: (cell) => {
      const influence = aurocInfluence(cell, truth, scores);
      if (influence === null) return absent('all samples are on one side');
      const { rows, units } = cell;
      const grouped = influence.units.length < rows.length;
      const index = new Map([...influence.units].map((unit, at) => [unit, at]));
      const fit = delong(
        Uint8Array.from(rows, (i) => truth[i]!),
        [Float64Array.from(rows, (i) => scores[i]!)],
        grouped ? Int32Array.from(rows, (i) => index.get(units[i]!)!) : undefined,
      );
      return { estimate: aurocEstimate(fit!, grouped), influence };
    },
    alike: (a, b) => aurocsAlike(a, b, truth, scores),
  };
}

/** Mean over the classes of which the cell has enough; to be compared only where it has enough of all. */
function average(
  classes: readonly string[],
  labels: Int32Array,
  of: (c: number, cell: CellSamples) => Influence | null,
  alike: (c: number, a: CellSamples, b: CellSamples) => [Influence, Influence],
): CellMetric {
  const present = classes.map((_, c) => c).filter((c) => labels.includes(c));
  return {
    measure: (cell) => {
      const counts = new Int32Array(classes.length);
      for (const i of cell.rows) counts[labels[i]!]! += 1;
      const enough = present.filter((c) => counts[c]! >= FEWEST_OF_CLASS);
      const mean = enough.length < 2 ? null : meanInfluence(enough.map((c) => of(c, cell)));
      if (mean === null) return absent(`fewer than two classes with ${FEWEST_OF_CLASS} samples`);
      const lost = present.filter((c) => !enough.includes(c)).map((c) => classes[c]!);
      const estimate = meanEstimate(mean);
      if (lost.length === 0) return { estimate, influence: mean };
      const why = `without ${lost.join(', ')}: fewer than ${FEWEST_OF_CLASS} samples`;
      return { estimate: { ...estimate, reason: estimate.reason ?? why }, influence: null };
    },
    alike: (a, b) => {
      const parts = present.map((c) => alike(c, a, b));
      return [meanInfluence(parts.map(([x]) => x))!, meanInfluence(parts.map(([, x]) => x))!];
    },
  };
}
