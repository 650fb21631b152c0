import { answers } from './answers.ts';
import type { Side } from './compare.ts';
import type { Comparison } from './comparison.ts';

/**
 * `answers.csv` by RFC 4180: id, label, group, then for each model X its decision `X_predicted`, `X_p_<class>`, and `X_p_positive`,
 * `X_verdict` where there is an operating point. Probabilities are calibrated and written in full.
 */
export function answersCsv(comparison: Comparison, sides: readonly Side[]): string {
  const { classes, ids, labels, groups } = sides[0]!.predictions;
  const k = classes.length;
  const models = sides.map(({ predictions, evaluation }, s) => ({
    letter: comparison.models[s]!.letter,
    ...answers(predictions, evaluation),
  }));
  const header = [
    'id',
    'label',
    'group',
    ...models.flatMap(({ letter, question }) => [
      `${letter}_predicted`,
      ...classes.map((name) => `${letter}_p_${name}`),
      ...(question === null ? [] : [`${letter}_p_positive`, `${letter}_verdict`]),
    ]),
  ];
  const lines = [header.map(field).join(',')];
  for (let i = 0; i < ids.length; i++) {
    const cells = [field(ids[i]!), field(classes[labels[i]!]!), field(groups[i]!)];
    for (const { decided, probabilities, question } of models) {
      cells.push(field(classes[decided[i]!]!));
      for (let c = 0; c < k; c++) cells.push(String(probabilities[i * k + c]));
      if (question !== null) cells.push(String(question.scores[i]), question.verdicts[i] ? 'positive' : 'negative');
    }
    lines.push(cells.join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
