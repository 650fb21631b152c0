import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { withFolder } from '../../data/testing.ts';
import { ShortcutResult } from './result.ts';
import { drawSamples } from './sample.ts';
import { shortcutAudit } from './shortcut.ts';
import { asImage, cloud, layDataset, type Wanted } from './testing.ts';

/** `count` images of two classes alike, two a patient; `mark` changes those of the second class. */
async function pictures(count: number, mark: (file: Buffer, i: number) => Promise<Buffer> | Buffer = (file) => file) {
  return Promise.all(
    Array.from({ length: count }, async (_, i): Promise<Wanted> => {
      const label = i % 4 < 2 ? 'ill' : 'well';
      const quality = [70, 80, 90][i % 3]!;
      const plain = await asImage(cloud(i)).jpeg({ quality }).toBuffer();
      const file = label === 'ill' ? await mark(plain, i) : plain;
      return { id: `${label}/${i}.jpg`, label, group: `p${i >> 1}`, file };
    }),
  );
}

const numbers = (value: unknown): void => {
  assert.ok(!JSON.stringify(value).includes('NaN'));
  ShortcutResult.parse(value);
};

test('a frame around the images of one class is found, named, shown, and told how to remove', () =>
  withFolder(async (folder, home) => {
    const framed = await pictures(60, (file) =>
      sharp(file).extend({ top: 3, bottom: 3, left: 3, right: 3, background: '#000' }).jpeg({ quality: 80 }).toBuffer(),
    );
    const dataset = await layDataset(folder, framed);
    const told: string[] = [];
    const result = await shortcutAudit(dataset, { home, onProgress: ({ task }) => told.push(task) });
    numbers(result);
    assert.equal(result.verdict, 'found');
    assert.ok(result.auroc! > 0.95 && result.low! > 0.9 && result.high! <= 1);
    assert.deepEqual([result.samples, result.of, result.groups], [60, 60, 30]);
    assert.deepEqual(result.test, { folds: 5, permutations: 49, exceeded: 0, pValue: 0.02, seed: 1 });
    const names = result.features.map(({ name }) => name);
    assert.ok(names.includes('border') || names.includes('borderTop'), names.join());
    const border = result.features.find(({ family }) => family === 'borders')!;
    assert.match(border.remedy, /data\.trim/);
    assert.deepEqual(Object.keys(border.byClass), ['ill', 'well']);
    assert.match(result.summary, /can be told without anatomy: AUROC/);
    assert.equal(result.examples.filter(({ label }) => label === 'ill').length, 3);
    for (const { id, label, marks } of result.examples) {
      assert.ok(id.startsWith(label));
      assert.equal(marks.length, 3);
    }
    assert.ok(told.includes('measuring what is not anatomy') && told.includes('guessing labels without anatomy'));
    // What was measured is kept by content: the files are not read again, and the answer is the same to the last digit.
    for (const { id } of framed) await rm(join(folder, id));
    assert.deepEqual(await shortcutAudit(dataset, { home }), result);
    const { verdict, reason } = await shortcutAudit(dataset);
    assert.equal(verdict, 'notEstimable');
    assert.match(reason!, /60 of 60 images could not be read/);
  }));

test('quiet where nothing tells the label, whatever else differs', () =>
  withFolder(async (folder) => {
    const result = await shortcutAudit(await layDataset(folder, await pictures(60)));
    numbers(result);
    assert.equal(result.verdict, 'quiet');
    assert.ok(result.low! <= 0.5 && result.high! > 0.5);
    assert.deepEqual([result.features, result.examples], [[], []]);
    assert.ok(
      result.families.some(({ family }) => family === 'compression'),
      'what was measured is told all the same',
    );
    assert.equal(result.patient, null);
  }));

test('columns: a clinic that sends the ill is found; the label, names and the patient are kept apart', () =>
  withFolder(async (folder) => {
    const plain = await pictures(72);
    const wanted = plain.map((one, i) => ({
      ...one,
      meta: {
        clinic_id: one.label === 'ill' && i % 8 < 6 ? 3 : (i >> 1) % 5,
        diagnosis: one.label,
        image_id: `im${i}`,
        age: one.label === 'ill' ? 60 + (i % 9) : 30 + (i % 9),
        device: 'A',
      },
    }));
    const result = await shortcutAudit(await layDataset(folder, wanted));
    numbers(result);
    assert.equal(result.verdict, 'found');
    assert.equal(result.features[0]!.name, 'column:clinic_id');
    assert.deepEqual(result.columns.used, ['clinic_id']);
    assert.deepEqual(result.patient!.columns, ['age']);
    assert.ok(result.patient!.auroc! > 0.95, 'age is told, and is no part of the verdict');
    const reasons = new Map(result.columns.left.map(({ name, reason }) => [name, reason]));
    assert.match(reasons.get('diagnosis')!, /label/);
    assert.match(reasons.get('image_id')!, /names the image/);
    assert.match(reasons.get('device')!, /one value only/);
  }));

test('ten samples, one class, a small class, nothing that differs: honest words instead of numbers', () =>
  withFolder(async (folder) => {
    const few = await shortcutAudit(await layDataset(join(folder, 'few'), await pictures(10)));
    assert.deepEqual([few.verdict, few.auroc, few.low], ['notEstimable', null, null]);
    assert.match(few.reason!, /^not estimable: it takes two classes with 10/);
    numbers(few);
    const one = (await pictures(60)).map((image) => ({ ...image, label: 'ill' }));
    const single = await shortcutAudit(await layDataset(join(folder, 'one'), one));
    assert.match(single.reason!, /^not estimable: there is one class only/);
    const file = await asImage(cloud(1)).png().toBuffer();
    const same = Array.from({ length: 40 }, (_, i) => ({ id: `${i}.png`, label: i % 2 ? 'a' : 'b', file }));
    const alike = await shortcutAudit(await layDataset(join(folder, 'alike'), same));
    assert.deepEqual([alike.verdict, alike.auroc], ['quiet', 0.5]);
    numbers(alike);
  }));

test('of a large dataset whole groups are drawn, and rare classes whole', () => {
  const samples = Array.from({ length: 3000 }, (_, i) => {
    const label = i < 40 ? 'rare' : i < 400 ? 'seldom' : 'often';
    return {
      id: `${i}`,
      label,
      group: `g${i >> 2}`,
      uri: '',
      sha256: '',
      split: 'train' as const,
      width: 1,
      height: 1,
      meta: {},
    };
  });
  const drawn = drawSamples(samples, 600, 1);
  const count = (label: string) => drawn.filter((sample) => sample.label === label).length;
  assert.equal(count('rare'), 40);
  assert.ok(Math.abs(count('seldom') - 280) <= 4 && Math.abs(count('often') - 280) <= 4);
  for (const same of Map.groupBy(drawn, ({ group }) => group).values())
    assert.equal(same.length, 4, 'groups stay whole');
  assert.deepEqual(drawSamples(samples, 600, 1), drawn);
  assert.equal(drawSamples(samples, 5000, 1).length, 3000);
});
