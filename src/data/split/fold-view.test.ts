import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dataset, Sample, Split } from '../sample.ts';
import { foldView } from './fold-view.ts';

/** 60 samples of 20 patients in two clusters of classes; the last five patients are test. */
function dataset(): Dataset {
  const all = Array.from({ length: 60 }, (_, i): Sample => {
    const patient = Math.floor(i / 3);
    return {
      id: `${i}.png`,
      uri: `object:${i}.png`,
      sha256: String(i).padStart(64, '0'),
      label: patient % 2 === 0 ? 'a' : 'b',
      group: `p${patient}`,
      // Two patients that share an image.
      ...(patient < 2 ? { cluster: 'p0 p1' } : {}),
      split: patient >= 15 ? 'test' : patient % 5 === 0 ? 'val' : 'train',
      width: 8,
      height: 8,
      meta: {},
    };
  });
  return {
    record: {
      name: 'd',
      version: 1,
      splits: { train: {}, val: {}, test: { a: 6, b: 9 } },
      split: {},
      stamps: [],
      leaks: null,
    },
    samples: (split?: Split) => (split === undefined ? all : all.filter((s) => s.split === split)),
    excluded: [],
  } as unknown as Dataset;
}

test('every sample of train and val is in val of one fold, and what moves as one is in one', () => {
  const plain = dataset();
  const views = [0, 1, 2].map((index) => foldView(plain, { of: 3, index, seed: 0 }));
  const inVal = views.flatMap((view) => view.samples('val').map(({ id }) => id));
  assert.deepEqual(
    inVal.toSorted(),
    plain
      .samples()
      .filter(({ split }) => split !== 'test')
      .map(({ id }) => id)
      .sort(),
  );
  for (const view of views) {
    const units = (split: Split) => new Set(view.samples(split).map(({ cluster, group }) => cluster ?? group));
    assert.equal(units('val').intersection(units('train')).size, 0);
    assert.deepEqual(view.samples('test'), plain.samples('test'));
    const { splits, split } = view.record;
    assert.equal(
      Object.values(splits.val).reduce((a, b) => a + b),
      view.samples('val').length,
    );
    assert.deepEqual(splits.test, { a: 6, b: 9 });
    assert.equal(split.kind, 'fold');
  }
  assert.equal(plain.samples('val').length, 9, 'the dataset itself is left as it is');
});

test('a fold of a fold view is the same fold; no fold is the dataset itself', () => {
  const plain = dataset();
  const fold = { of: 3, index: 1, seed: 0 };
  const ids = (of: Dataset) => of.samples('val').map(({ id }) => id);
  assert.deepEqual(ids(foldView(foldView(plain, fold), fold)), ids(foldView(plain, fold)));
  assert.equal(foldView(plain, null), plain);
});

test('folds mend a leak between train and val; the stamp stays where something of test is in the folds', () => {
  const plain = dataset();
  const leaky = { ...plain, record: { ...plain.record, stamps: ['leaky', 'other'] } };
  const fold = { of: 3, index: 0, seed: 0 };
  assert.deepEqual(foldView(leaky, fold).record.stamps, ['other']);
  const moved = plain.samples().map((sample, i): Sample => (i === 0 ? { ...sample, split: 'test' } : sample));
  const crossing = {
    ...leaky,
    samples: (split?: Split) => (split === undefined ? moved : moved.filter((s) => s.split === split)),
  };
  assert.deepEqual(foldView(crossing, fold).record.stamps, ['leaky', 'other']);
});
