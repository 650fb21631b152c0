import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testManifest } from '../bundle/testing.ts';
import { answersOf } from '../evaluation/answers.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { fakePredictions } from '../evaluation/testing.ts';
import { answerReader } from './read-answer.ts';

test('what is served is what was measured: the label of each image by the rule of the evaluation', () => {
  const labels = ['common', 'less', 'rare'];
  const fake = (seed: number) =>
    fakePredictions({ samples: 300, classes: labels, seed, skill: 1.2, prevalence: [0.8, 0.15, 0.05] });
  const samples = fake(2);
  const evaluation = evaluate({ validation: fake(1), test: samples, options: { decision: 'balanced', resamples: 0 } });
  const classRule = evaluation.classRule!.applied;
  assert.ok(classRule.tau > 0);
  const manifest = {
    ...testManifest({
      labels,
      calibration: evaluation.calibrator!.applied,
      operatingPoint: null,
      outOfDistribution: null,
    }),
    ...{ format: 'osler-bundle/3' as const, files: {} },
  };
  const read = answerReader({ ...manifest, classRule });
  const plain = answerReader(manifest);
  const embedding = new Float32Array(4);
  const served = samples.ids.map((_, i) => {
    const raw = { logits: samples.logits.slice(3 * i, 3 * i + 3), embedding, appearance: embedding };
    assert.deepEqual(read(raw).probabilities, plain(raw).probabilities);
    return { label: read(raw).label, plain: plain(raw).label };
  });
  const { decided } = answersOf(evaluation, samples);
  assert.deepEqual(
    served.map(({ label }) => label),
    Array.from(decided, (c) => labels[c]!),
  );
  assert.ok(served.some(({ label, plain: other }) => label !== other));
});
