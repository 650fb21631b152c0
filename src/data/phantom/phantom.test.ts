import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { OslerError } from '../../errors.ts';
import { generatePhantoms } from './generate.ts';
import { population, type View } from './population.ts';
import { Renderer } from './render.ts';
import { PhantomSpec } from './spec.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'osler-phantom-'));
});
after(() => rmSync(folder, { recursive: true }));

const views = (options: object): View[] => [...population(PhantomSpec.parse(options))];
const share = (list: View[], test: (view: View) => boolean): number => list.filter(test).length / list.length;

test('knobs shift the population', () => {
  assert.ok(Math.abs(share(views({ count: 3000 }), (v) => v.label === 'malignant') - 0.4) < 0.05);
  assert.ok(Math.abs(share(views({ count: 3000, prevalence: 0.1 }), (v) => v.label === 'malignant') - 0.1) < 0.03);
  assert.ok(views({ count: 300, tone: 'dark' }).every((v) => v.patient.tone >= 5));
  assert.ok(views({ count: 300, camera: 'phone' }).every((v) => v.camera === 'phone'));
  assert.equal(new Set(views({ count: 300 }).map((v) => v.camera)).size, 3);
});

test('a larger population begins with a smaller one; another seed is another one', () => {
  const small = views({ count: 50 });
  assert.deepEqual(views({ count: 200 }).slice(0, 50), small);
  assert.notDeepEqual(views({ count: 50, seed: 2 }), small);
});

test('patients have several lesions, lesions several pictures, and a lesion has one label', () => {
  const all = views({ count: 1000 });
  const labels = new Map<string, Set<string>>();
  for (const { lesion, label } of all) labels.set(lesion, (labels.get(lesion) ?? new Set()).add(label));
  assert.ok([...labels.values()].every((found) => found.size === 1));
  const patients = new Set(all.map((v) => v.patient.id)).size;
  assert.ok(patients < labels.size && labels.size < all.length);
});

test('the same view is the same picture, two views of a lesion are alike but not the same', () => {
  const spec = PhantomSpec.parse({ count: 60, size: 64 });
  const [renderer, other] = [new Renderer(), new Renderer()];
  const all = views({ count: 60, size: 64 });
  assert.deepEqual(renderer.draw(spec, all[7]!), other.draw(spec, all[7]!));
  const second = all.findIndex((view, i) => i > 0 && view.lesion === all[i - 1]!.lesion);
  const [a, b] = [renderer.draw(spec, all[second - 1]!), renderer.draw(spec, all[second]!)];
  assert.notDeepEqual(a.pixels, b.pixels);
});

test('the mask marks what is darker or other than the skin', () => {
  const spec = PhantomSpec.parse({ count: 40, size: 64, tone: 'light' });
  const renderer = new Renderer();
  let darker = 0;
  const all = views({ count: 40, size: 64, tone: 'light' });
  for (const view of all) {
    const { pixels, mask } = renderer.draw(spec, view);
    const sums = [0, 0];
    const counts = [0, 0];
    for (let y = 16; y < 48; y++) {
      for (let x = 16; x < 48; x++) {
        const within = mask[y * 64 + x] === 255 ? 1 : 0;
        sums[within]! += pixels[(y * 64 + x) * 3 + 1]!;
        counts[within]!++;
      }
    }
    if (sums[1]! / counts[1]! < sums[0]! / Math.max(1, counts[0]!)) darker++;
  }
  assert.ok(darker >= 36, `${darker} of 40`);
});

test('no threshold on mean colour tells malignant from benign', () => {
  const spec = PhantomSpec.parse({ count: 400, size: 48 });
  const renderer = new Renderer();
  const rows = views({ count: 400, size: 48 }).map((view) => {
    const { pixels } = renderer.draw(spec, view);
    const sums = [0, 0, 0];
    for (let i = 0; i < pixels.length; i++) sums[i % 3]! += pixels[i]!;
    const [red, green, blue] = sums as [number, number, number];
    return {
      positive: view.label === 'malignant',
      values: [red, green, blue, red + green + blue, red / blue, red / green, green / blue],
    };
  });
  for (let k = 0; k < 7; k++) {
    const value = auroc(rows.map(({ positive, values }) => ({ positive, score: values[k]! })));
    assert.ok(Math.max(value, 1 - value) < 0.75, `measure ${k}: ${value}`);
  }
});

test('a folder of phantoms: images, masks and a table, complete or not there', async () => {
  const out = join(folder, 'phantoms');
  const seen: number[] = [];
  const result = await generatePhantoms({ count: 20, size: 48, out, onProgress: ({ done }) => seen.push(done) });
  assert.equal(result.images, 20);
  assert.equal(result.classes.benign + result.classes.malignant, 20);
  assert.deepEqual([readdirSync(join(out, 'images')).length, readdirSync(join(out, 'masks')).length], [20, 20]);
  const [header, first, ...rest] = readFileSync(join(out, 'metadata.csv'), 'utf8').trim().split('\n');
  assert.equal(header, 'image,label,patient,lesion,age,sex,site,camera,tone');
  assert.equal(rest.length, 19);
  const image = first!.split(',')[0]!;
  const { width, height, format } = await sharp(join(out, image)).metadata();
  assert.deepEqual([width, height, format], [48, 48, 'jpeg']);
  assert.equal((await sharp(join(out, image.replace('images', 'masks').replace('jpg', 'png'))).metadata()).channels, 1);
  assert.equal(seen.at(-1), 20);
  assert.deepEqual(await generatePhantoms({ count: 20, size: 48, out }), result, 'the same again is there already');
  const occupied = (error: unknown): boolean => error instanceof OslerError && error.code === 'ALREADY_EXISTS';
  await assert.rejects(generatePhantoms({ count: 21, size: 48, out }), occupied);
});

test('interrupted, nothing is left behind', async () => {
  const out = join(folder, 'never');
  const controller = new AbortController();
  const drawing = generatePhantoms({
    count: 5000,
    size: 64,
    out,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await assert.rejects(drawing, (error: unknown) => error instanceof OslerError && error.code === 'INTERRUPTED');
  assert.equal(existsSync(out), false);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.partial')),
    [],
  );
});

function auroc(rows: { positive: boolean; score: number }[]): number {
  const sorted = rows.toSorted((a, b) => a.score - b.score);
  const positives = rows.filter(({ positive }) => positive).length;
  const ranks = sorted.reduce((sum, { positive }, i) => sum + (positive ? i + 1 : 0), 0);
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (rows.length - positives));
}
