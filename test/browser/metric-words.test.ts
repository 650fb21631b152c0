/** Metrics on the page: every key that Osler logs has its name in words, and nobody else's is touched. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { METRICS } from '../../src/evaluation/metrics/names.ts';
import { METRIC_GROUPS } from '../../src/evaluation/metrics/words.ts';
import { SystemSampler } from '../../src/tracking/system.ts';
import { ValidationMetric } from '../../src/training/config.ts';
import { metricRows } from '../../src/training/log.ts';
import { measureWords, metricName, metricWords, saysMetric } from '../../web/src/metric-words.ts';

const RAW = /[a-z][A-Z]|[_.]/;

test('every metric of an evaluation has one name, and stands in one group', () => {
  const listed = METRIC_GROUPS.flatMap(({ metrics }) => metrics);
  assert.deepEqual(listed.map(([name]) => name).sort(), [...METRICS].sort());
  assert.equal(new Set(listed.map(([, label]) => label)).size, METRICS.length);
});

test('every key that a training and an evaluation log is words', async () => {
  const step = { type: 'step', step: 1, epoch: 1, time: 0, loss: 1, lr: 1, gradNorm: 1, imagesPerSecond: 1 } as const;
  const keys = [
    ...metricRows(step).map(({ key }) => key),
    'epoch.loss',
    ...ValidationMetric.options.map((name) => `val.${name}`),
    ...METRICS.flatMap((name) => [`test.${name}`, `test.${name}.low`, `test.${name}.high`]),
    ...Object.keys(await new SystemSampler(tmpdir()).sample()).map((name) => `system/${name}`),
    'system/gpu_0_utilization_percentage',
  ];
  const words = keys.map(metricWords);
  for (const [i, key] of keys.entries()) {
    assert.notEqual(words[i], key);
    assert.doesNotMatch(words[i]!, RAW, key);
    assert.doesNotMatch(measureWords(key), RAW, key);
  }
  assert.equal(new Set(words).size, words.length, 'no two keys have one name');
});

test('words stand as one writes them', () => {
  const said: [string, string, string][] = [
    ['val.auroc', 'Validation AUROC', 'AUROC'],
    ['test.quadraticKappa', "Test Cohen's kappa, quadratic weights", "Cohen's kappa, quadratic weights"],
    ['test.macroAveragePrecision', 'Test average precision, mean over classes', 'average precision, mean over classes'],
    ['test.sensitivity.low', 'Test sensitivity, lower end of its 95% interval', 'sensitivity'],
    ['data-clinic.v2.auroc', 'AUROC, images of clinic.v2', 'AUROC'],
    ['val.f1/benign/mole', 'Validation F1: benign/mole', 'F1'],
    ['epoch.loss', 'Training loss, each epoch', 'loss'],
    ['system/gpu_1_power_usage_watts', 'GPU 1 power', 'GPU 1 power'],
  ];
  for (const [key, words, measure] of said) assert.deepEqual([metricWords(key), measureWords(key)], [words, measure]);
  assert.equal(metricName('loss'), 'Loss');
});

test('what another program logged is called what it called it, whatever it looks like', () => {
  for (const key of [
    'accuracy',
    'constructor',
    'system/x',
    'Loss/train',
    'eval_f1',
    'val.myScore',
    'val/auroc',
    'test.constructor',
    'm.auroc',
    'x',
  ])
    assert.deepEqual([metricWords(key), measureWords(key)], [key, key]);
});

test('a metric is found by its name and by its key', () => {
  for (const words of ['calibration', 'adaptiveece', 'test.ada', ' Test calib'])
    assert.ok(saysMetric('test.adaptiveEce', words), words);
  assert.equal(saysMetric('test.adaptiveEce', 'auroc'), false);
});
