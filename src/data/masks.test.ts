import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDataset } from './dataset.ts';
import { keptMasks } from './masks.ts';
import { generatePhantoms } from './phantom/generate.ts';
import { resplitDataset } from './resplit.ts';
import { classes, importAs, lay, withFolder } from './testing.ts';

test('masks beside the images are kept, for later versions too, and outlive the source', () =>
  withFolder(async (folder, home) => {
    const source = join(folder, 'phantoms');
    await generatePhantoms({ count: 40, out: source, size: 32 });
    const { notes } = await importAs(home, source);
    assert.match(notes.join('\n'), /40 masks are kept with the images/);
    await rm(source, { recursive: true });
    await resplitDataset('d', { seed: 9 }, { home });
    const dataset = await openDataset(home, 'd');
    const find = (await keptMasks(home, dataset))!;
    for (const { id, sha256 } of dataset.samples())
      assert.equal(find(id), join(home, 'datasets', 'd', 'masks', `${sha256}.png`));
    assert.equal((await readdir(join(home, 'datasets', 'd', 'masks'))).length, 40);
    assert.equal(find('another.png'), undefined);
  }));

test('without masks nothing is kept; masks of another size are counted', () =>
  withFolder(async (folder, home) => {
    const plain = await lay(join(folder, 'plain'), classes('', ['a', 'b'], 3));
    assert.doesNotMatch((await importAs(home, plain)).notes.join(), /mask/);
    assert.equal(await keptMasks(home, await openDataset(home, 'd')), null);
    await generatePhantoms({ count: 1, out: join(folder, 'drawn'), size: 32 });
    const [mask] = await readdir(join(folder, 'drawn', 'masks'));
    await mkdir(join(plain, 'masks'));
    for (const i of [0, 1]) await copyFile(join(folder, 'drawn', 'masks', mask!), join(plain, 'masks', `${i}.png`));
    assert.match(
      (await importAs(home, plain)).notes.join(),
      /4 masks are not of the size of their image.*not kept; of a\/0\.png \(mask 32 × 32, image \d+ × \d+\), a\/1\.png .* and others/,
    );
    assert.equal(await keptMasks(home, await openDataset(home, 'd')), null);
  }));
