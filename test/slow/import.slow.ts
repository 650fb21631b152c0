/** Real data sets imported whole (OSLER_DATA): their layouts, their tables, and the leaks that their own splits have. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { processEnvironment } from '../../src/config/environment.ts';
import { openDataset } from '../../src/data/dataset.ts';
import { importDataset } from '../../src/data/import.ts';
import { withFolder } from '../../src/data/testing.ts';

const data = processEnvironment().data;
const skip = data === undefined ? 'OSLER_DATA is not set: the real data sets were not imported' : false;

test(
  "nine classes of ISIC, with HAM10000's lesions joined; the given test folder leaks, a new split does not",
  { skip },
  () =>
    withFolder(async (_, home) => {
      const options = {
        metadata: join(data!, 'isic9/HAM10000_metadata.csv'),
        id: 'image_id',
        group: 'lesion_id',
        inPlace: true,
      };
      const given = await importDataset(join(data!, 'isic9/images'), { name: 'isic', ...options }, { home });
      const out = given.excluded.labelConflict!;
      assert.deepEqual([given.samples + out, given.classes.length, given.unreadable.length], [2359, 9, 0]);
      // 155 of its pictures stand under two labels, byte for byte.
      assert.ok(out >= 310 && out < 330, String(out));
      assert.deepEqual([given.split.kind, given.stamps], ['carved', ['leaky']]);
      assert.equal(
        Object.values(given.splits.test).reduce((a, b) => a + b),
        100,
      );
      assert.equal(given.leaks?.exposed.test, 26);
      const mended = await importDataset(
        join(data!, 'isic9/images'),
        { name: 'isic', ...options, fix: true },
        { home },
      );
      assert.deepEqual([mended.version, mended.stamps, mended.samples], [2, [], given.samples]);
      assert.ok(mended.moved.length === 26 && mended.moved.every(({ from }) => from === 'test'));
      assert.ok(given.groups > 1000);
      const made = await importDataset(
        join(data!, 'isic9/images'),
        { name: 'isic', ...options, resplit: true },
        { home },
      );
      assert.deepEqual([made.version, made.stamps, made.split.kind], [3, [], 'made']);
      const samples = (await openDataset(home, 'isic')).samples();
      for (const key of ['group', 'sha256'] as const) {
        for (const [value, same] of Map.groupBy(samples, (s) => s[key])) {
          if (value !== undefined) assert.equal(new Set(same.map((s) => s.split)).size, 1, `${key} ${value} crosses`);
        }
      }
    }),
);

test('chest X-rays with a table and patients from file names; PneumoniaMNIST', { skip }, () =>
  withFolder(async (_, home) => {
    const cxr = await importDataset(
      join(data!, 'cxr3/images_256'),
      { name: 'cxr', metadata: join(data!, 'cxr3/index.csv'), id: 'file', groupPattern: /^(\d{8})_/u, inPlace: true },
      { home },
    );
    assert.deepEqual(
      [cxr.samples + (cxr.excluded.labelConflict ?? 0), cxr.classes.length, cxr.unreadable.length, cxr.groups],
      [1124, 3, 0, 682],
    );
    const pneumonia = await importDataset(join(data!, 'pneumoniamnist/pneumoniamnist.npz'), { name: 'p' }, { home });
    assert.deepEqual(pneumonia.splits, {
      train: { normal: 388, pneumonia: 3494 },
      val: { normal: 135, pneumonia: 389 },
      test: { normal: 234, pneumonia: 390 },
    });
  }),
);
