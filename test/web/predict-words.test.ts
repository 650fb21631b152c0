import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heatmapWords } from '../../web/src/heatmap-words.ts';
import type { Answer } from '../../web/src/pages/predict/queries.ts';
import { leakText, say } from '../../web/src/pages/predict/words.ts';
import { apart } from '../../web/src/say.ts';

const answer = (more: Partial<Answer> = {}): Answer =>
  ({
    requestId: 'r',
    label: 'benign',
    probabilities: { benign: 0.62, malignant: 0.38 },
    positive: { labels: ['malignant'], probability: 0.38, threshold: 0.41, verdict: false },
    stamps: [],
    model: { name: 'skin' },
    ...more,
  }) as Answer;

test('a share stands below a threshold with the digits that show it', () => {
  assert.deepEqual(apart(0.3, 0.4), ['30.0%', '40.0%']);
  assert.deepEqual(apart(0.4, 0.4), ['40.0%', '40.0%']);
  assert.deepEqual(apart(0.37931, 0.37933), ['37.931%', '37.933%']);
  assert.deepEqual(apart(0.0002, 0.0004), ['0.02%', '0.04%']);
});

test('a miss that no digits show is said in words', () => {
  const positive = { labels: ['malignant'], probability: 0.379310336196, threshold: 0.379310339561, verdict: false };
  const [sentence] = say(answer({ positive }), undefined).sentences;
  assert.match(sentence!, /37\.9%, misses the threshold/);
});

test('a model that can not tell images unlike its own says so; one that can does not', () => {
  const blind = /cannot tell images unlike/;
  const score = { score: 1, limit: 2 };
  const sees = { verdict: false, energy: score, mahalanobis: null, appearance: null, falseAlarmRate: 0.05 };
  const none = { ...sees, energy: { score: 1, limit: null } };
  const told = (outOfDistribution?: object): string =>
    say(
      answer(outOfDistribution === undefined ? {} : ({ outOfDistribution } as Partial<Answer>)),
      undefined,
    ).sentences.join(' ');
  assert.match(told(), blind);
  assert.match(told(none), blind);
  assert.doesNotMatch(told(sees), blind);
});

test('a leak that touches no test image does not flatter what was measured on it', () => {
  const leaks = { groups: 3, exact: 0, near: 1, exposed: { val: 0, test: 0 }, reason: null };
  assert.equal(leakText(leaks), 'On both sides of the split: 3 patients or lesions, 1 set of near copies.');
  assert.match(
    leakText({ ...leaks, exposed: { val: 1, test: 0 } }),
    /1 validation image has a counterpart in training, so/,
  );
  assert.match(
    leakText({ ...leaks, exposed: { val: 2, test: 4 }, reason: 'old' }),
    /4 test and 2 validation images have .* Used all the same: old\.$/,
  );
});

test('a heat map says no more than its places tell apart', () => {
  const map = { explained: 'benign', blank: false };
  assert.match(heatmapWords({ ...map, grid: [7, 7] }), /^Warm colours mark what speaks for benign/);
  assert.match(
    heatmapWords({ ...map, grid: [2, 2] }),
    /^The network tells 2 × 2 places apart in the whole image: too coarse/,
  );
  assert.match(heatmapWords({ ...map, grid: [1, 1] }), /^The network tells 1 × 1 place apart/);
  assert.match(heatmapWords({ ...map, blank: true, grid: [7, 7] }), /^Nothing in the image speaks for benign/);
});
