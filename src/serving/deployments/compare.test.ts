import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generator } from '../../evaluation/random.ts';
import type { Labelled, PredictionEntry } from '../../store/deployments/types.ts';
import { compareVariants } from './compare.ts';
import { saying } from './testing.ts';

function labelled(
  id: string,
  variant: string,
  truth: string,
  probability: number,
  more: Partial<PredictionEntry> = {},
): Labelled {
  return {
    label: truth,
    at: 0,
    prediction: {
      ...{ id, variant, role: 'live', deploymentId: 1, revision: 1, model: 'skin', version: Number(variant.at(-1)) },
      ...{ digest: 'd', at: 0, key: null, image: null, outcome: 'ok', milliseconds: 1 },
      answer: { ...saying(probability) },
      ...more,
    },
  };
}

/** A model that is right with this chance. */
function model(right: number, seed: number) {
  const random = generator(seed);
  return (truth: string): number => {
    const high = random() < right === (truth === 'malignant');
    return high ? 0.5 + random() / 2 : random() / 2;
  };
}
const truthOf = (i: number): string => (i % 2 === 0 ? 'malignant' : 'benign');

test('measures variants, and says when there is enough evidence that one is worse', () => {
  const [good, bad] = [model(0.92, 1), model(0.7, 2)];
  const all = Array.from({ length: 900 }, (_, i) => {
    const canary = i % 3 === 0;
    const truth = truthOf(Math.floor(i / 3));
    return labelled(`r${i}`, canary ? 'skin@4' : 'skin@3', truth, (canary ? bad : good)(truth));
  });
  const { variants, tests } = compareVariants(all, { against: 'skin@3', variants: ['skin@3', 'skin@4'] });
  const [three, four] = variants;
  assert.deepEqual([three!.labelled, three!.units, four!.labelled], [600, 600, 300]);
  assert.ok(three!.accuracy!.low < 0.92 && three!.accuracy!.high > 0.92);
  assert.ok(four!.auroc!.value < three!.auroc!.value && four!.auroc!.high! > four!.auroc!.value);
  assert.equal(three!.sensitivity!.n + three!.specificity!.n, 600);
  const [test] = tests;
  assert.deepEqual([test!.design, test!.verdict, test!.needed], ['independent', 'worse', 60]);
  assert.match(test!.words, /^Enough evidence: skin@4 is worse than skin@3 \(accuracy −0\.\d+, evidence \d+/);
  const early = compareVariants(all.slice(0, 30), { against: 'skin@3', variants: ['skin@3', 'skin@4'] }).tests[0]!;
  assert.equal(early.verdict, 'undecided');
  assert.match(early.words, /^Not enough evidence yet that skin@4 and skin@3 differ/);
});

test('a shadow is compared on the same images, by those that one alone got right', () => {
  const [good, bad] = [model(0.95, 5), model(0.75, 6)];
  const all = Array.from({ length: 200 }, (_, i) => {
    const truth = truthOf(i);
    const given = labelled(`r${i}`, 'skin@3', truth, bad(truth));
    return [given, labelled(`r${i}`, 'skin@5', truth, good(truth), { role: 'shadow' })];
  }).flat();
  const [test] = compareVariants(all, { against: 'skin@3', variants: ['skin@3', 'skin@5'] }).tests;
  assert.deepEqual([test!.design, test!.verdict, test!.questions[0]!.n], ['paired', 'better', 200]);
  // Of a patient the first pair.
  const patients = all.map((one, i) => ({ ...one, prediction: { ...one.prediction, key: `k${(i >> 1) % 20}` } }));
  const [few] = compareVariants(patients, { against: 'skin@3', variants: ['skin@3', 'skin@5'] }).tests;
  assert.equal(few!.questions[0]!.n, 20);
});

test('what answers side by side is told from what a version saw as a shadow before, whichever is tested against which', () => {
  const [good, bad] = [model(0.95, 5), model(0.75, 6)];
  const asShadow = Array.from({ length: 200 }, (_, i) => {
    const truth = truthOf(i);
    const live = labelled(`r${i}`, 'skin@3', truth, bad(truth), { at: i });
    return [live, labelled(`r${i}`, 'skin@5', truth, good(truth), { at: i, role: 'shadow' })];
  }).flat();
  const variants = ['skin@3', 'skin@5'];
  const [turned] = compareVariants(asShadow, { against: 'skin@5', variants }).tests;
  assert.deepEqual([turned!.design, turned!.verdict, turned!.questions[0]!.n], ['paired', 'worse', 200]);
  const live = Array.from({ length: 40 }, (_, i) =>
    labelled(`s${i}`, i % 2 === 0 ? 'skin@3' : 'skin@5', truthOf(i), 0.5, { at: 1_000 + i }),
  );
  for (const against of variants) {
    const [test] = compareVariants([...asShadow, ...live], { against, variants }).tests;
    // 200 of skin@3, which it was given for, and 20 of either now.
    assert.deepEqual([test!.design, test!.questions[0]!.n], ['independent', 240]);
  }
});

test('a variant that follows an alias is measured version by version, and tested as the one it is now', () => {
  const [good, bad] = [model(0.97, 1), model(0.6, 2)];
  const all = Array.from({ length: 400 }, (_, i) => {
    const truth = truthOf(i);
    const then = i < 200;
    return [
      labelled(`a${i}`, 'skin@champion', truth, (then ? bad : good)(truth), { at: i, version: then ? 1 : 2 }),
      labelled(`b${i}`, 'skin@3', truth, good(truth), { at: i }),
    ];
  }).flat();
  // Told late of an answer of before: the alias is not that version again.
  all.push(labelled('late', 'skin@champion', 'benign', 0.9, { at: 5, version: 1 }));
  const found = compareVariants(all, { against: 'skin@champion', variants: ['skin@champion', 'skin@3'] });
  assert.deepEqual(
    found.variants.map(({ variant, version, labelled }) => [variant, version, labelled]),
    [
      ['skin@champion', 'skin@2', 200],
      ['skin@champion', 'skin@1', 201],
      ['skin@3', 'skin@3', 400],
    ],
  );
  assert.ok(found.variants[0]!.accuracy!.value > 0.9 && found.variants[1]!.accuracy!.value < 0.7);
  assert.deepEqual([found.tests[0]!.verdict, found.tests[0]!.questions[0]!.n], ['undecided', 600]);
});

test("of a patient's images the first one that was judged counts", () => {
  const all = Array.from({ length: 50 }, (_, i) => labelled(`r${i}`, 'skin@3', 'benign', 0.1, { key: `k${i % 5}` }));
  const [three] = compareVariants(all, { against: 'skin@3', variants: ['skin@3'] }).variants;
  assert.deepEqual([three!.labelled, three!.units, three!.accuracy!.n], [50, 5, 5]);
});

test('nothing to go by is said as such', () => {
  const { variants, tests } = compareVariants([], { against: 'skin@3', variants: ['skin@3', 'skin@4'] });
  assert.deepEqual([variants[0]!.accuracy, variants[0]!.auroc, tests[0]!.verdict], [null, null, 'undecided']);
  assert.match(tests[0]!.words, /no feedback on both/);
  const failed = labelled('r', 'skin@3', 'benign', 0.1, { answer: null });
  assert.equal(compareVariants([failed], { against: null, variants: ['skin@3'] }).variants[0]!.labelled, 0);
});
