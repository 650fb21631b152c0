import { groupIndices } from '../check.ts';
import type { Predictions } from '../predictions.ts';
import { conformalSets } from './conformal.ts';
import { indicesWhere } from './folds.ts';
import { above, OutOfDistributionScorer } from './ood/score.ts';
import { chanceRange, share } from './share.ts';
import type { Conformal, ConformalSection, OutOfDistribution, OutOfDistributionSection } from './spec.ts';

/** What the sets do on samples with known labels. */
export function measureConformal(
  test: Predictions,
  applied: Conformal,
  from: ConformalSection['from'],
): ConformalSection {
  const { classes, labels, logits, groups } = test;
  const k = classes.length;
  const n = labels.length;
  const sets = conformalSets(logits, applied);
  const { units } = groupIndices(groups);
  const held = (i: number): number => sets[i * k + labels[i]!]!;
  const sizes = classes.map(() => 0);
  sizes.push(0);
  const size = new Uint16Array(n);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < k; c++) size[i]! += sets[i * k + c]!;
    sizes[size[i]!]! += 1;
  }
  const among = (rows: Int32Array, why: string) =>
    share(
      rows.map(held),
      rows.map((i) => units[i]!),
      why,
    );
  return {
    from,
    applied,
    covered: among(
      indicesWhere(n, () => true),
      'no samples',
    ),
    classes: classes.map((name, c) => {
      const rows = indicesWhere(n, (i) => labels[i] === c);
      const { limit, groups } = applied.classes[c]!;
      return {
        name,
        samples: rows.length,
        covered: among(rows, `no sample of ${name}`),
        chance: limit === null ? null : chanceRange(groups, applied.coverage, rows.length),
      };
    }),
    sizes,
    meanSize: size.reduce((sum, s) => sum + s, 0) / n,
    singleCorrect: among(
      indicesWhere(n, (i) => size[i] === 1),
      'no set holds exactly one class',
    ),
  };
}

/** How many of the measured images are called unlike those of validation, and how right the model is on them. */
export function measureOutOfDistribution(
  test: Predictions,
  decided: Int32Array,
  applied: OutOfDistribution,
  from: OutOfDistributionSection['from'],
): OutOfDistributionSection {
  const { classes, labels, logits, groups, embeddings, appearances } = test;
  const k = classes.length;
  const n = labels.length;
  const scorer = new OutOfDistributionScorer(applied);
  const row = (rows: Float32Array | undefined, i: number) =>
    rows?.subarray((i * rows.length) / n, ((i + 1) * rows.length) / n);
  const answers = Array.from({ length: n }, (_, i) =>
    scorer.score(logits.subarray(i * k, (i + 1) * k), row(embeddings, i), row(appearances, i)),
  );
  const { units } = groupIndices(groups);
  const right = (flagged: boolean) => {
    const rows = indicesWhere(n, (i) => answers[i]!.verdict === flagged);
    return share(
      rows.map((i) => (decided[i] === labels[i] ? 1 : 0)),
      rows.map((i) => units[i]!),
      flagged ? 'no image is unlike those of validation' : 'every image is unlike those of validation',
    );
  };
  return {
    from,
    applied,
    flagged: share(
      answers.map(({ verdict }) => (verdict ? 1 : 0)),
      units,
      'no samples',
    ),
    byEnergy: answers.filter(({ energy }) => above(energy)).length,
    byMahalanobis:
      applied.mahalanobis && embeddings ? answers.filter((answer) => above(answer.mahalanobis)).length : null,
    byAppearance:
      applied.appearance && appearances ? answers.filter((answer) => above(answer.appearance)).length : null,
    accuracy: { flagged: right(true), others: right(false) },
  };
}
