import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { osler } from '../../test/command.ts';
import { picture, tinyBundle } from '../serving/testing.ts';
import type { Row } from './predict-output.ts';

let home: string;
let photos: string;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-predict-'));
  photos = join(home, 'photos');
  await tinyBundle(home);
  await mkdir(join(photos, 'deeper'), { recursive: true });
  await writeFile(join(photos, 'a, "b".png'), await picture(1));
  await writeFile(join(photos, 'deeper', 'c.jpg'), await picture(2, 50, 50, 'jpeg'));
  await writeFile(join(photos, 'deeper', 'c.png'), await picture(3));
  await writeFile(join(photos, 'notes.txt'), 'not looked at');
});
after(() => rm(home, { recursive: true }));

const json = (text: string): Row[] => JSON.parse(text) as Row[];

test('a folder: every image below it, in order, as JSON; pictures beside', async () => {
  const maps = join(home, 'maps');
  const { code, stdout, stderr } = await osler(home, ['predict', 'tiny', photos, '--heatmap', maps, '--json']);
  assert.equal(code, 0, stderr);
  const rows = json(stdout);
  assert.deepEqual(
    rows.map(({ file }) => file.slice(photos.length + 1)),
    ['a, "b".png', 'deeper/c.jpg', 'deeper/c.png'],
  );
  for (const { label, probabilities, error } of rows) {
    assert.equal(error, undefined);
    assert.ok(probabilities[label!]! >= 0.4);
  }
  assert.deepEqual((await readdir(maps)).sort(), ['a, "b".png', 'c-2.png', 'c.png']);
});

test('a file that fails does not end the rest: an error in its row, exit code 1', async () => {
  await writeFile(join(home, 'broken.png'), 'broken');
  const files = [join(home, 'broken.png'), join(home, 'absent.png'), join(photos, 'deeper', 'c.png')];
  const { code, stdout, stderr } = await osler(home, ['predict', 'tiny', ...files, '--json']);
  assert.equal(code, 1, stderr);
  const rows = json(stdout);
  assert.deepEqual(
    rows.map(({ error }) => error?.code),
    ['IMAGE_TYPE', 'NOT_FOUND', undefined],
  );
  assert.deepEqual([rows[0]!.label, rows[0]!.probabilities], [null, {}]);
});

test('CSV can be read back', async () => {
  const { code, stdout } = await osler(home, ['predict', 'tiny', photos, '--csv']);
  assert.equal(code, 0);
  const rows = parse(stdout, { columns: true }) as Record<string, string>[];
  assert.equal(rows[0]!.file, join(photos, 'a, "b".png'));
  const sum = Number(rows[0]!.probability_benign) + Number(rows[0]!.probability_malignant);
  assert.ok(Math.abs(sum - 1) < 1e-9);
  assert.ok(['positive', 'negative'].includes(rows[0]!.verdict!));
});

test('standard input: an image, or a list of paths', async () => {
  const image = await osler(home, ['predict', 'tiny', '-', '--json'], { input: await picture(3) });
  const list = await osler(home, ['predict', 'tiny', '-', '--json'], {
    input: `${join(photos, 'deeper', 'c.png')}\n\n${join(photos, 'deeper', 'c.jpg')}`,
  });
  const [one] = json(image.stdout);
  const two = json(list.stdout);
  assert.equal(one!.file, '-');
  assert.equal(two.length, 2);
  assert.deepEqual(two[0]!.probabilities, one!.probabilities);
  assert.equal((await osler(home, ['predict', 'tiny', '-'], { input: '' })).code, 2);
});

test('people get a table, and words for what they did wrong', async () => {
  const { stdout } = await osler(home, ['predict', 'tiny', photos]);
  assert.match(stdout, /file +label +probability +malignant +verdict at 40\.0%/);
  assert.match(stdout, /c\.jpg +(benign|malignant) +\d+\.\d% +\d+\.\d% +(positive|negative)/);
  await mkdir(join(home, 'empty'), { recursive: true });
  for (const [args, words] of [
    [['nowhere', photos], /no bundle nowhere/],
    [['tiny', join(home, 'empty')], /no image/],
    [['tiny', photos, '--json', '--csv'], /--json or --csv/],
    [['tiny', photos, '--threads', 'x'], /--threads.*whole number/],
    [['tiny', '-', photos], /stands alone/],
  ] as [string[], RegExp][]) {
    const { code, stderr } = await osler(home, ['predict', ...args]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, words);
  }
});
