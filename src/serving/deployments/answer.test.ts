import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abstentionOf, answerDocument } from './answer.ts';
import { saying } from './testing.ts';

test('a person should decide where the image is unlike, or not one class fits', () => {
  const of = (labels: string[]) => ({ ...saying(0.6), set: { labels, coverage: 0.9 } });
  assert.equal(abstentionOf(saying(0.6)), null);
  assert.equal(abstentionOf(of(['malignant'])), null);
  assert.deepEqual(abstentionOf(of(['benign', 'malignant'])), {
    reason: 'several',
    words: 'Several classes fit the image: benign, malignant (coverage 90%).',
  });
  assert.equal(abstentionOf(of([]))!.reason, 'none');
  const score = { score: 1, limit: 0 };
  const unlike = { verdict: true, energy: score, mahalanobis: null, appearance: null, falseAlarmRate: 0.05 };
  assert.equal(abstentionOf({ ...of([]), outOfDistribution: unlike })!.reason, 'unlike');
});

test('the log holds no picture', () => {
  const document = answerDocument({
    ...saying(0.6),
    heatmap: { png: new Uint8Array(9), explained: 'malignant', blank: false, grid: [7, 7] },
  });
  assert.deepEqual(Object.keys(document).sort(), ['label', 'positive', 'probabilities', 'stamps']);
});
