import type { Predictions } from '../predictions.ts';
import type { Answers } from './answers.ts';
import type { Pair, Parting } from './comparison.ts';

type Agreement = Pair['agreement'];

/** Counts of who is right, over the samples that count. */
export function agreement(
  first: { right: Uint8Array; said: ArrayLike<number> },
  second: { right: Uint8Array; said: ArrayLike<number> },
  counted: (i: number) => boolean,
): Agreement {
  const out = { both: 0, first: 0, second: 0, neither: 0, same: 0 };
  for (let i = 0; i < first.right.length; i++) {
    if (!counted(i)) continue;
    if (first.right[i]) second.right[i] ? out.both++ : out.first++;
    else second.right[i] ? out.second++ : out.neither++;
    if (first.said[i] === second.said[i]) out.same += 1;
  }
  return out;
}

/** Samples of each kind that are shown. */
const SHOWN = 12;

/** The samples that only one of two models has right, those first whose answers lie furthest apart. */
export function partings(
  { classes, ids, groups, labels }: Predictions,
  models: readonly { letter: string; answers: Answers; right: Uint8Array }[],
  pair: { first: number; second: number },
): { first: Parting[]; second: Parting[] } {
  const k = classes.length;
  const said = (m: number, i: number): number => models[m]!.answers.probabilities[i * k + labels[i]!]!;
  const list = (winner: number, loser: number): Parting[] =>
    ids
      .map((_, i) => i)
      .filter((i) => models[winner]!.right[i] && !models[loser]!.right[i])
      .sort((i, j) => said(winner, j) - said(loser, j) - (said(winner, i) - said(loser, i)) || i - j)
      .slice(0, SHOWN)
      .map((i) => ({
        id: ids[i]!,
        group: groups[i]!,
        label: classes[labels[i]!]!,
        answers: Object.fromEntries(
          [pair.first, pair.second].map((m) => {
            const { letter, answers } = models[m]!;
            const decided = answers.decided[i]!;
            return [letter, { label: classes[decided]!, probability: answers.probabilities[i * k + decided]! }];
          }),
        ),
      }));
  return { first: list(pair.first, pair.second), second: list(pair.second, pair.first) };
}
