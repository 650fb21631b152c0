import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scratch } from '../store/scratch.ts';
import { openDataset } from './dataset.ts';
import { importDataset } from './import.ts';
import { RandomStream } from './random.ts';
import { resplitDataset } from './resplit.ts';
import { leastMend } from './split/mend.ts';
import { DEFAULT_FRACTIONS, Splitter } from './split/split.ts';
import { importAs, lay, withFolder } from './testing.ts';

const META = ['image,patient'];
const files: Record<string, number | string> = {};
/** Patients by split; a picture each, with its row in the table. */
function put(split: string, label: string, patients: string[]): void {
  for (const patient of patients) {
    const id = `${split}/${label}/${META.length}.png`;
    files[id] = META.length;
    META.push(`${id},${patient}`);
  }
}
for (const label of ['a', 'b']) {
  put(
    'train',
    label,
    ['1', '2', '3', '4', '5', '6', '7', '8'].map((n) => label + n),
  );
  put(
    'test',
    label,
    ['t1', 't2'].map((n) => label + n),
  );
}
// One image in test of a patient with three in train: it goes. One in train of a patient with four in test: it is left out.
put('train', 'a', ['much', 'much', 'much', 'little']);
put('test', 'a', ['much', 'little', 'little', 'little', 'little']);
files['meta.csv'] = META.join('\n');

const spots = (splits: Map<string, string>) => (patient: string) =>
  META.filter((row) => row.endsWith(`,${patient}`)).map((row) => splits.get(row.split(',')[0]!) ?? 'left out');

test('the least that brings a unit to one side; test receives nothing', () => {
  assert.deepEqual(leastMend({ train: 3, val: 0, test: 1 }, { toVal: true }), { all: 'train' });
  assert.deepEqual(leastMend({ train: 1, val: 0, test: 4 }, { toVal: true }), { keep: 'test' });
  assert.deepEqual(leastMend({ train: 1, val: 0, test: 1 }, { toVal: true }), { all: 'train' });
  assert.deepEqual(leastMend({ train: 1, val: 3, test: 0 }, { toVal: true }), { all: 'val' });
  assert.deepEqual(leastMend({ train: 1, val: 3, test: 0 }, { toVal: false }), { keep: 'val' });
  assert.deepEqual(leastMend({ train: 0, val: 2, test: 1 }, { toVal: true }), { all: 'val' });
});

test('whatever the split, mending leaves nothing on both sides, gives test nothing, and touches no unit that did not leak', () => {
  const random = new RandomStream(11);
  const pick = (n: number): number => random.integer(n);
  for (let round = 0; round < 60; round++) {
    const splits = (['train', 'val', 'test'] as const).slice(0, round % 3 === 0 ? 2 : 3);
    const members = Array.from({ length: 5 + pick(40) }, (_, i) => ({
      id: `i${i}`,
      sha256: `s${pick(30)}`,
      label: `c${pick(3)}`,
      group: random.chance(0.7) ? `g${pick(12)}` : undefined,
      given: splits[pick(splits.length)]!,
    }));
    using scratch = new Scratch(':memory:');
    const rule = { kind: 'given', fractions: DEFAULT_FRACTIONS, seed: 0 } as const;
    const splitter = new Splitter(scratch, { fractions: DEFAULT_FRACTIONS, seed: 0, kept: rule, mend: true });
    for (const member of members) splitter.add(member);
    const [a, b] = [members[0]!, members.at(-1)!];
    splitter.tie(a.sha256, b.sha256);
    splitter.finish();
    const placed = members.map((member) => ({ member, ...splitter.place(member) }));
    const units = Map.groupBy(placed, ({ member, cluster }) => cluster ?? member.group ?? member.id);
    for (const unit of units.values()) {
      const used = unit.filter(({ excluded }) => excluded === undefined);
      assert.equal(new Set(used.map(({ split }) => split)).size, 1);
      const leaked = new Set(unit.map(({ member }) => member.given)).size > 1;
      for (const { member, split, excluded, mended } of unit) {
        assert.equal(mended, leaked);
        if (!leaked) assert.deepEqual([split, excluded], [member.given, undefined]);
        if (split === 'test') assert.equal(member.given, 'test');
      }
    }
  }
});

for (const way of ['at import', 'afterwards'] as const) {
  test(`a split that leaks is mended ${way}: what need not move stays, the stamp goes, and stays gone`, () =>
    withFolder(async (folder, home) => {
      const root = await lay(folder, files);
      const options = { metadata: `${root}/meta.csv`, id: 'image', group: 'patient', noNear: true };
      const leaky = await importAs(home, root, options);
      assert.deepEqual(leaky.stamps, ['leaky']);
      assert.deepEqual(leaky.leaks, { groups: 2, exact: 0, near: 0, exposed: { val: 0, test: 5 } });
      const before = new Map((await openDataset(home, 'd')).samples().map(({ id, split }) => [id, split]));

      const { moved, ...rest } =
        way === 'at import'
          ? await importAs(home, root, { ...options, fix: true })
          : await resplitDataset('d', { mend: true }, { home });
      const record = 'record' in rest ? rest.record : rest;
      assert.equal(record.version, 2);
      assert.deepEqual([record.stamps, record.leaks, record.split.mended], [[], null, true]);
      assert.deepEqual(record.excluded, { leak: 1 });
      assert.deepEqual(moved.map(({ from, to }) => `${from} to ${to}`).sort(), ['test to train', 'train to left out']);
      const dataset = await openDataset(home, 'd');
      const after = new Map(dataset.samples().map(({ id, split }) => [id, split]));
      const where = spots(after);
      assert.deepEqual(where('much'), ['train', 'train', 'train', 'train']);
      assert.deepEqual(where('little'), ['left out', 'test', 'test', 'test', 'test']);
      const touched = new Set(moved.map(({ id }) => id));
      for (const [id, split] of before) if (!touched.has(id)) assert.equal(after.get(id), split, id);

      const again = await importDataset(root, { name: 'd', ...options }, { home });
      assert.deepEqual([again.unchanged, again.version, again.stamps], [true, 2, []]);
      // Split anew, what was left out comes back.
      const anew = await resplitDataset('d', {}, { home });
      assert.deepEqual([anew.record.excluded, anew.record.samples], [{}, leaky.samples]);
    }));
}
