import { OslerError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { commonDataset, keptAnswers } from './kept-answers.ts';

export interface ErrorsAsked {
  split: string;
  /** wrong: some run is; differ: some are and some are not; all-wrong: every run that saw it is. */
  show: 'wrong' | 'differ' | 'all-wrong' | 'all';
  /** Only images of this class. */
  label?: string | undefined;
  offset: number;
  limit: number;
}

export interface Answered {
  /** Class decided for. */
  predicted: string;
  /** Of that class, calibrated, 0 to 1. */
  probability: number;
  right: boolean;
}

export interface ComparedErrors {
  split: string;
  /** That all were evaluated on. */
  dataset: { name: string; version: number };
  classes: string[];
  runs: { run: string; name: string; measured: boolean; samples: number; wrong: number }[];
  total: number;
  /** Those that divide the runs most, and the surest errors, first. `answers` in the order of the runs. */
  samples: { id: string; label: string; answers: (Answered | null)[] }[];
}

/**
 * What evaluated runs said of the same images. Throws USAGE where the runs were trained on different datasets or none of them was evaluated
 * on the split.
 */
export async function compareErrors(
  store: Store,
  runs: readonly string[],
  { split, show, label, offset, limit }: ErrorsAsked,
): Promise<ComparedErrors> {
  const records = await store.tracked.records(runs);
  const dataset = commonDataset(runs.map((run) => records.get(run)?.dataset));
  const answers = await Promise.all(runs.map((run) => answersOf(store, run, split)));
  if (answers.every((one) => one === null))
    throw new OslerError('USAGE', `None of these runs was evaluated on ${split}.`, {
      hint: `Measure one: on its page under Evaluation, or by osler evaluate ${runs[0]!.slice(0, 12)} --split ${split}`,
    });
  const labels = new Map<string, string>();
  for (const one of answers) for (const [id, { label }] of one ?? []) labels.set(id, label);
  const all = [...labels].map(([id, label]) => ({
    id,
    label,
    answers: answers.map((one) => one?.get(id)?.answer ?? null),
  }));
  const shown = all.filter((sample) => fits(sample.answers, show) && (label === undefined || sample.label === label));
  const order = shown
    .map((sample) => ({ sample, rank: rankOf(sample.answers) }))
    .sort((a, b) => b.rank - a.rank || (a.sample.id < b.sample.id ? -1 : 1));
  return {
    split,
    dataset,
    classes: [...new Set(labels.values())].sort(),
    runs: runs.map((run, i) => {
      const own = [...(answers[i]?.values() ?? [])];
      return {
        run,
        name: records.get(run)?.name ?? run.slice(0, 12),
        measured: answers[i] !== null,
        samples: own.length,
        wrong: own.filter(({ answer }) => !answer.right).length,
      };
    }),
    total: shown.length,
    samples: order.slice(offset, offset + limit).map(({ sample }) => sample),
  };
}

type Answers = Map<string, { label: string; answer: Answered }>;

/** Null for a run that was not evaluated on the split. */
async function answersOf(store: Store, run: string, split: string): Promise<Answers | null> {
  const kept = await keptAnswers(store, run, split);
  if (kept === null) return null;
  const place = new Map(kept.classes.map((name, k) => [name, k]));
  return new Map(
    kept.rows.map(({ id, label, predicted, probabilities }) => [
      id,
      { label, answer: { predicted, probability: probabilities[place.get(predicted)!]!, right: predicted === label } },
    ]),
  );
}

function fits(answers: readonly (Answered | null)[], show: ErrorsAsked['show']): boolean {
  const known = answers.filter((one) => one !== null);
  const wrong = known.filter(({ right }) => !right).length;
  if (show === 'all') return true;
  if (show === 'wrong') return wrong > 0;
  return show === 'differ' ? wrong > 0 && wrong < known.length : wrong > 0 && wrong === known.length;
}

/** How evenly the runs are divided, then how sure those that are wrong were. */
function rankOf(answers: readonly (Answered | null)[]): number {
  const known = answers.filter((one) => one !== null);
  const wrong = known.filter(({ right }) => !right);
  const share = known.length === 0 ? 0 : wrong.length / known.length;
  const sure = wrong.reduce((sum, { probability }) => sum + probability, 0) / Math.max(1, wrong.length);
  return 4 * share * (1 - share) + sure;
}
