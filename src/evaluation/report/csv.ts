import { answersOf } from '../answers.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Predictions } from '../predictions.ts';

/**
 * `predictions.csv` by RFC 4180: id, label, predicted, one column `p_<class>` for each class, `p_positive` and `verdict` where there
 * is an operating point, group. Probabilities are calibrated and written in full, so that every metric can be computed again.
 */
export function predictionsCsv(evaluation: Evaluation, predictions: Predictions): string {
  const { classes, ids, labels, groups } = predictions;
  const k = classes.length;
  const point = evaluation.operatingPoint;
  const { probabilities, scores, decided } = answersOf(evaluation, predictions);
  const header = [
    'id',
    'label',
    'predicted',
    ...classes.map((name) => `p_${name}`),
    ...(scores === null ? [] : ['p_positive', 'verdict']),
    'group',
  ];
  const lines = [header.map(field).join(',')];
  for (let i = 0; i < ids.length; i++) {
    const cells = [field(ids[i]!), field(classes[labels[i]!]!), field(classes[decided[i]!]!)];
    for (let c = 0; c < k; c++) cells.push(String(probabilities[i * k + c]));
    if (scores !== null) cells.push(String(scores[i]), scores[i]! >= point!.threshold ? 'positive' : 'negative');
    cells.push(field(groups[i]!));
    lines.push(cells.join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
