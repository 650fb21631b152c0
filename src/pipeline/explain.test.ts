import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findMasks } from '../data/find-masks.ts';
import { Explanations, type MapReport } from '../evaluation/explanations.ts';
import { generator } from '../evaluation/random.ts';
import type { Grid } from '../explain/heatmap.ts';
import { picture, tinyBundle } from '../serving/testing.ts';
import { explain } from './explain.ts';
import { explainVerdict } from './explain-verdict.ts';
import { maskScores } from './mask-scores.ts';

const SIDE = 20;
const COUNT = 40;
const units = Array.from({ length: COUNT }, (_, i) => `patient-${i}`);

/** A square of 6 by 6 somewhere; the map is strong where it is told to be. */
function scene(place: (i: number) => [number, number], seen: (i: number) => [number, number] | null) {
  const square = ([top, left]: [number, number], y: number, x: number) =>
    y >= top && y < top + 6 && x >= left && x < left + 6;
  const grid = (test: (y: number, x: number) => number): Float32Array =>
    Float32Array.from({ length: SIDE * SIDE }, (_, i) => test(Math.floor(i / SIDE), i % SIDE));
  const masks = units.map((_, i) => Uint8Array.from(grid((y, x) => (square(place(i), y, x) ? 1 : 0))));
  const maps = units.map((_, i): Grid => {
    const at = seen(i);
    return { height: SIDE, width: SIDE, data: grid((y, x) => (at !== null && square(at, y, x) ? 1 : 0)) };
  });
  return { masks, trained: { maps, places: maps } };
}

function judged(input: ReturnType<typeof scene>): MapReport['verdict'] & { masked: MapReport['masked'] } {
  const masked = maskScores({ ...input, decided: units.map(() => 'mel'), units, randomised: null });
  const report = {
    method: 'cam' as const,
    images: COUNT,
    grid: [SIDE, SIDE] as [number, number],
    blank: 0,
    masked,
    sanity: [],
  };
  return { ...explainVerdict(report), masked };
}

test('maps of a network with random weights that have no value are told as such, not as missing', () => {
  const none = { value: null, low: null, high: null, method: null, reason: 'not estimable: no image has a value' };
  const step = { layer: 'all', randomised: 4, layers: 4, similarity: none };
  const report = { method: 'cam' as const, images: 20, masked: null, sanity: [step] } as never;
  const { sound, words } = explainVerdict(report);
  assert.equal(sound, null);
  assert.deepEqual(words, [
    'What maps of a network with all weights randomised look like is not estimable: no image has a value.',
  ]);
});

test('maps on the lesion are better than chance; anywhere, no better; always in the middle, a habit', () => {
  const random = generator(4);
  const places = units.map((): [number, number] => [Math.floor(random() * 14), Math.floor(random() * 14)]);
  const elsewhere = places.map(([top, left]): [number, number] => [(top + 7) % 14, (left + 7) % 14]);
  const right = judged(
    scene(
      (i) => places[i]!,
      (i) => places[i]!,
    ),
  );
  assert.equal(right.sound, true);
  assert.equal(right.masked!.scores[0]!.value.value, 1);
  const wrong = judged(
    scene(
      (i) => places[i]!,
      (i) => elsewhere[i]!,
    ),
  );
  assert.equal(wrong.sound, false);
  assert.match(wrong.words[0]!, /No better than chance/);
  const habit = judged(
    scene(
      () => [7, 7],
      () => [7, 7],
    ),
  );
  assert.equal(habit.sound, false);
  assert.match(habit.words[0]!, /No better than a habit/);
  assert.match(habit.words[1]!, /centre alone hits 100%/);
  const blank = judged(
    scene(
      (i) => places[i]!,
      () => null,
    ),
  );
  assert.equal(blank.masked!.scores[1]!.value.value, 0);
  assert.doesNotMatch(JSON.stringify(blank), /NaN|null,null,null/);
});

test('a bundle’s maps, checked from its graph: every part is there, and no masks give no verdict', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-explain-'));
  try {
    const bundle = await tinyBundle(folder);
    const images = [];
    for (let i = 0; i < 6; i++) {
      const path = join(folder, `${i}.png`);
      writeFileSync(path, await picture(i));
      images.push({
        id: `${i}.png`,
        group: `g${i}`,
        path,
        sha256: hash('sha256', readFileSync(path)),
        label: 'benign',
        decided: 'malignant',
        probability: 0.6,
        mask: null,
      });
    }
    const input = {
      model: await bundle.read('model.onnx'),
      spec: bundle.manifest.preprocess,
      labels: bundle.manifest.labels,
      images,
      masks: null,
      occlusion: 3,
      sanity: 4,
    };
    const checked = await explain(input);
    const head = {
      format: 'osler-explanations/1',
      subject: 'x',
      sha256: '',
      epoch: null,
      split: 'test',
      createdAt: '',
    };
    Explanations.parse({ ...head, ...checked });
    assert.deepEqual(
      checked.methods.map(({ method, images: n }) => [method, n]),
      [
        ['cam', 6],
        ['occlusion', 3],
      ],
    );
    assert.ok(checked.methods.every(({ sanity }) => sanity.at(-1)!.randomised === sanity.at(-1)!.layers));
    assert.ok(checked.methods.every(({ verdict }) => verdict.sound !== true && verdict.words.length > 0));
    assert.equal(checked.examples.length, 3);
    assert.deepEqual(await explain(input), checked, 'the same each time');
    const lean = await explain({ ...input, occlusion: 0, sanity: 0 });
    assert.equal(lean.agreement, null);
    assert.match(lean.methods[0]!.verdict.words[0]!, /Not checked/);
    writeFileSync(images[1]!.path, await picture(99));
    await assert.rejects(explain({ ...input, occlusion: 0, sanity: 0 }), {
      code: 'DATA_INVALID',
      message: /^1\.png is not the file that was imported/,
    });
    const folders = images.map((image) => ({ ...image, sha256: null }));
    assert.equal((await explain({ ...input, images: folders, occlusion: 0, sanity: 0 })).images, 6);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a mask is found by its image’s name, the folder decides between two, and a tie is an error', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-masks-'));
  try {
    for (const name of [
      'a.png',
      'b_segmentation.png',
      'train/c.png',
      'test/c.png',
      'x/d.png',
      'y/d.png',
      'notes.txt',
    ]) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), '');
    }
    const find = await findMasks(folder);
    assert.equal(find('images/a.jpg'), join(folder, 'a.png'));
    assert.equal(find('b.jpg'), join(folder, 'b_segmentation.png'));
    assert.equal(find('test/c.jpg'), join(folder, 'test', 'c.png'));
    assert.equal(find('images/none.jpg'), undefined);
    assert.throws(() => find('d.jpg'), /Two masks fit d\.jpg alike/);
    await assert.rejects(findMasks(join(folder, 'nowhere')), /cannot be read/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
