import { macroAuroc } from '../../evaluation/metrics/ranking.ts';
import { type BinnedTable, growAndPredict } from './forest.ts';

/** All that a cross-validated guess depends on. */
export interface GuessTask {
  table: BinnedTable;
  labels: Int32Array;
  classes: number;
  /** Fold of each row; a unit's rows are in one. */
  fold: Int32Array;
  folds: number;
  trees: number;
  seed: number;
}

/**
 * Out-of-fold probabilities of a forest that never saw the row's unit, row-major [rows, classes].
 */
export function crossValidate({ table, labels, classes, fold, folds, trees, seed }: GuessTask): Float64Array {
  const out = new Float64Array(table.rows * classes);
  for (let f = 0; f < folds; f++) {
    const train: number[] = [];
    const rest: number[] = [];
    for (let row = 0; row < table.rows; row++) (fold[row] === f ? rest : train).push(row);
    growAndPredict(table, Int32Array.from(train), labels, Int32Array.from(rest), out, {
      classes,
      trees,
      seed: seed + f,
    });
  }
  return out;
}

/** Mean over classes of the out-of-fold AUROC; 0.5 where there is none. */
export function guessAuroc(task: GuessTask): number {
  return macroAuroc(task.labels, crossValidate(task), task.classes) ?? 0.5;
}
