import { OslerError } from '../errors.ts';
import type { Predictions } from './predictions.ts';

/**
 * Throws DATA_INVALID, naming the sample, unless the predictions are whole: matching lengths, labels that are classes, finite
 * logits, at least one sample and two classes.
 */
export function checkPredictions(predictions: Predictions, split: string): void {
  const { classes, ids, labels, logits, groups } = predictions;
  const n = ids.length;
  const bad = (message: string, hint?: string) =>
    new OslerError('DATA_INVALID', message, hint === undefined ? {} : { hint });
  if (n === 0) {
    throw bad(
      `There are no samples in the ${split} split.`,
      'Name a split that has some with --split, or a folder with --data.',
    );
  }
  if (classes.length < 2) throw bad(`A model of ${classes.length} class can't be evaluated: two are needed.`);
  if (labels.length !== n || groups.length !== n || logits.length !== n * classes.length) {
    throw bad(
      `Predictions on ${split} don't fit together: ${n} ids, ${labels.length} labels, ${groups.length} groups, ${logits.length} logits for ${classes.length} classes.`,
    );
  }
  for (let i = 0; i < n; i++) {
    const label = labels[i]!;
    if (!(label >= 0 && label < classes.length))
      throw bad(`Sample ${ids[i]} has class index ${label} of ${classes.length}.`);
    for (let k = 0; k < classes.length; k++) {
      if (!Number.isFinite(logits[i * classes.length + k])) {
        throw bad(
          `The model's answer for sample ${ids[i]} is not a finite number.`,
          'Its training has probably diverged: see its loss, and train again with a lower learning rate.',
        );
      }
    }
  }
}

/**
 * Indices of the positive classes. Without names: the second of two classes, else none. Throws USAGE for a name that is no class,
 * and when all classes are named.
 */
export function positiveClasses(
  classes: readonly string[],
  names: readonly string[] | null | undefined,
): number[] | null {
  if (!names?.length) return classes.length === 2 ? [1] : null;
  const members = names.map((name) => {
    const k = classes.indexOf(name);
    if (k < 0)
      throw new OslerError('USAGE', `"${name}" is no class of this model.`, {
        hint: `Its classes: ${classes.join(', ')}.`,
      });
    return k;
  });
  const unique = [...new Set(members)].sort((a, b) => a - b);
  if (unique.length === classes.length) {
    throw new OslerError('USAGE', 'All classes are named as positive: nothing is left to tell them from.', {
      hint: `Name some of ${classes.join(', ')}.`,
    });
  }
  return unique;
}

/** Index of each sample's group, counted from 0 in order of first appearance. */
export function groupIndices(groups: readonly string[]): { units: Int32Array; unitCount: number } {
  const index = new Map<string, number>();
  const units = Int32Array.from(groups, (group) => {
    const u = index.get(group) ?? index.size;
    if (u === index.size) index.set(group, u);
    return u;
  });
  return { units, unitCount: index.size };
}
