import assert from 'node:assert/strict';
import test from 'node:test';
import { direction } from '../../src/evaluation/comparison/direction.ts';
import { METRICS } from '../../src/evaluation/metrics/names.ts';
import { higherIsBetter } from '../../web/src/pages/experiments/words.ts';

test('which of two values is the better one: as comparisons of models have it, and by the name where another program logged it', () => {
  // Brier score = reliability - resolution + uncertainty (Murphy 1973): more resolution is better, uncertainty is the data's.
  assert.deepEqual(
    ['brier', 'brierReliability', 'brierResolution', 'brierUncertainty', 'npv'].map((name) =>
      higherIsBetter(`test.${name}`),
    ),
    [false, false, true, null, true],
  );
  for (const name of METRICS)
    assert.equal(higherIsBetter(`val.${name}`), [false, null, true][direction(name) + 1], name);
  assert.deepEqual(
    ['val.loss', 'val.refinement', 'epoch.loss', 'val.auroc/benign', 'eval_f1', 'train_rmse', 'lr'].map(higherIsBetter),
    [false, false, false, true, true, false, null],
  );
});
