import { calibrationOf } from '../bundle/calibration.ts';
import type { BundleManifest } from '../bundle/manifest.ts';
import { calibrate } from '../evaluation/decisions/calibration/apply.ts';
import { conformalSets } from '../evaluation/decisions/conformal.ts';
import { OutOfDistributionScorer } from '../evaluation/decisions/ood/score.ts';
import { decide, sumClasses } from '../evaluation/metrics/softmax.ts';
import { countsOf } from '../store/leak-stamp.ts';
import type { RawAnswer } from './engine/messages.ts';
import type { Prediction } from './predictor.ts';

/** From the network's raw answer to label, probabilities, verdict, set and doubt. */
export type ReadAnswer = (raw: Pick<RawAnswer, 'logits' | 'embedding' | 'appearance'>) => Prediction;

/** Everything that was decided on validation, ready to be applied to one image after another. No finite logits overflow it. */
export function answerReader(manifest: BundleManifest): ReadAnswer {
  const { labels, operatingPoint, classRule, conformal, outOfDistribution, stamps, leaks } = manifest;
  const k = labels.length;
  const calibration = calibrationOf(manifest);
  const members = operatingPoint?.positive.map((label) => labels.indexOf(label)) ?? [];
  const question = operatingPoint === null ? null : { members, threshold: operatingPoint.threshold };
  const scorer = outOfDistribution === null ? null : new OutOfDistributionScorer(outOfDistribution);

  return ({ logits, embedding, appearance }) => {
    const p = calibrate(logits, k, calibration);
    const [decided] = decide(p, k, question, classRule);
    const prediction: Prediction = {
      label: labels[decided!]!,
      probabilities: Object.fromEntries(labels.map((label, c) => [label, p[c]!])),
      stamps: [...stamps],
      ...(leaks === null ? {} : { leaks: countsOf(leaks) }),
    };
    if (operatingPoint !== null) {
      const { positive, threshold } = operatingPoint;
      const probability = sumClasses(p, k, members)[0]!;
      prediction.positive = { labels: [...positive], probability, threshold, verdict: probability >= threshold };
    }
    if (conformal !== null) {
      const held = conformalSets(logits, conformal);
      prediction.set = { labels: labels.filter((_, c) => held[c] === 1), coverage: conformal.coverage };
    }
    if (scorer !== null) {
      const { falseAlarmRate } = scorer.fitted;
      prediction.outOfDistribution = { ...scorer.score(logits, embedding, appearance), falseAlarmRate };
    }
    return prediction;
  };
}
