import { availableParallelism } from 'node:os';
import { ThreadPool } from '../../threads/thread-pool.ts';
import { binned, type Feature } from './features.ts';
import { groupedFolds } from './folds.ts';
import type { GuessTask } from './guess.ts';
import type { GuessAnswer, GuessRequest } from './guess-worker.ts';
import { type Measured, measureScores } from './interval.ts';
import { permuteLabels } from './permute.ts';

export const FOLDS = 5;
const TREES = 32;
/** Of one feature or kind; the verdict's own has more. */
const FEW_RESAMPLES = 200;
const RESAMPLES = 1000;
/**
 * Permutations that must all fall short of the real labels: a false alarm in one of fifty audits, exactly (Phipson and Smyth 2010).
 */
export const PERMUTATIONS = 49;

/** Whose labels are guessed. */
export interface Rows {
  labels: Int32Array;
  classes: number;
  units: Int32Array;
  unitCount: number;
}

/** Guesses labels from features, out of fold, in threads. */
export class Guesser {
  private readonly rows: Rows;
  private readonly seed: number;
  private readonly threads: number;
  private readonly fold: Int32Array;
  private readonly pool: ThreadPool<GuessRequest, GuessAnswer>;

  constructor(rows: Rows, options: { seed: number; threads?: number | undefined }) {
    this.rows = rows;
    this.seed = options.seed;
    this.threads = options.threads ?? availableParallelism();
    this.fold = groupedFolds(rows.units, rows.labels, rows.classes, FOLDS, this.seed);
    this.pool = new ThreadPool({
      file: new URL('./guess-worker.ts', import.meta.url),
      name: 'guess',
      size: this.threads,
      each: 1,
    });
  }

  /** Out-of-fold probabilities and how good they are. */
  async guess(features: readonly Feature[], thorough = false): Promise<Measured & { probabilities: Float64Array }> {
    const { labels } = this.rows;
    const request: GuessRequest = { ...this.task(features), labels, fold: this.fold, want: 'probabilities' };
    const { probabilities } = (await this.pool.run(() => ({ request, transfer: [] }))) as {
      probabilities: Float64Array;
    };
    return {
      ...measureScores({ ...this.rows, probabilities }, thorough ? RESAMPLES : FEW_RESAMPLES, this.seed),
      probabilities,
    };
  }

  /**
   * How often labels dealt out at random among the units are guessed at least as well as the real ones were. Ends at the first
   * time: it takes none.
   */
  async permute(
    features: readonly Feature[],
    reached: number,
    onDone: (done: number) => void,
  ): Promise<{ permutations: number; exceeded: number }> {
    const task = this.task(features);
    const { units, labels, classes } = this.rows;
    let permutations = 0;
    let exceeded = 0;
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < PERMUTATIONS && exceeded === 0) {
        const turn = next++;
        const dealt = permuteLabels(units, labels, this.seed, 'permutation', turn);
        const fold = groupedFolds(units, dealt, classes, FOLDS, this.seed + turn + 1);
        const request: GuessRequest = { ...task, labels: dealt, fold, want: 'auroc' };
        const { auroc } = (await this.pool.run(() => ({ request, transfer: [] }))) as { auroc: number };
        permutations += 1;
        if (auroc >= reached) exceeded += 1;
        onDone(permutations);
      }
    };
    await Promise.all(Array.from({ length: this.threads }, lane));
    return { permutations, exceeded };
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private task(features: readonly Feature[]): Omit<GuessTask, 'labels' | 'fold'> {
    const { labels, classes } = this.rows;
    return { table: binned(features, labels.length), classes, folds: FOLDS, trees: TREES, seed: this.seed };
  }
}
