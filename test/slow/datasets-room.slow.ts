/** Datasets as a person uses it: found, looked at, audited, mended, decided about. Drawn images; real server, threads and browser. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { auditDataset } from '../../src/audit/audit-dataset.ts';
import { auditFolder, writeAudit } from '../../src/audit/write.ts';
import { openDataset } from '../../src/data/dataset.ts';
import { importDataset } from '../../src/data/import.ts';
import { lay } from '../../src/data/testing.ts';
import type { Store } from '../../src/store/store.ts';
import { skipBrowser } from '../browser/chromium.ts';
import { openStudio, type Studio } from '../browser/studio.ts';

const LOOKS = [
  { width: 1440, dark: false },
  { width: 1440, dark: true },
  { width: 390, dark: false },
  { width: 390, dark: true },
];

/** A spot on skin, of a colour and a place of its own. */
async function spot(seed: number): Promise<Buffer> {
  const at = (n: number): number => (Math.sin(seed * 12.9898 + n * 78.233) * 43758.5453) % 1;
  const [x, y, r] = [48 + 14 * at(1), 48 + 14 * at(2), 14 + 10 * Math.abs(at(3))];
  const dark = Math.round(60 + 60 * Math.abs(at(4)));
  const svg = `<svg width="96" height="96"><rect width="96" height="96" fill="#d9b3a0"/><circle cx="${x}" cy="${y}" r="${r}" fill="rgb(${dark},${dark >> 1},40)"/><circle cx="${y}" cy="${x}" r="3" fill="#a66"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer();
}

/** Two classes, a patient of each on both sides of the split, a picture under two labels, and a second version. */
async function fill(_: Store, home: string): Promise<void> {
  const rows = ['image,patient,sex'];
  const files: Record<string, Buffer> = {};
  const put = async (split: string, label: string, name: string, patient: string, seed: number): Promise<void> => {
    const id = `${split}/${label}/${name}.jpg`;
    files[id] = await spot(seed);
    rows.push(`${id},${patient},${rows.length % 2 ? 'f' : 'm'}`);
  };
  for (const [split, count] of [
    ['train', 60],
    ['test', 20],
  ] as const)
    for (const label of ['benign', 'malignant'])
      for (let i = 0; i < count; i++)
        await put(
          split,
          label,
          String(i),
          `P-${split === 'test' && i === 0 ? 'train' : split}-${label}-${i}`,
          rows.length,
        );
  for (const label of ['benign', 'malignant']) await put('train', label, 'same', 'P-same', 900);
  const root = await lay(join(home, 'source'), files);
  writeFileSync(join(root, 'meta.csv'), rows.join('\n'));
  const options = { name: 'lesions', metadata: join(root, 'meta.csv'), id: 'image', group: 'patient', noNear: true };
  await importDataset(root, options, { home });
  const dataset = await openDataset(home, 'lesions@1');
  await writeAudit(auditFolder(home, dataset.record), await auditDataset(dataset, { shortcut: false }), dataset);
}

describe('no dataset', { skip: skipBrowser() }, () => {
  test('says how to come by one', async () => {
    const studio = await openStudio();
    try {
      await using visit = await studio.visit('/datasets');
      await visit.page.getByText('No dataset yet').waitFor();
      await visit.check();
    } finally {
      await studio.close();
    }
  });
});

describe('Datasets', { skip: skipBrowser() }, () => {
  let studio: Studio;
  before(async () => {
    studio = await openStudio({ fill });
  });
  after(() => studio?.close());

  for (const look of LOOKS) {
    test(`what there is and how it is balanced, at ${look.width} px, ${look.dark ? 'dark' : 'light'}`, async () => {
      await using visit = await studio.visit('/datasets', look);
      const { page } = visit;
      await page.getByText('160 images in 2 classes, 2 left out').waitFor();
      await visit.check();
      await visit.shot('datasets');
      await page.getByRole('link', { name: /lesions/ }).click();
      await page.getByRole('heading', { name: 'Is the test split large enough?' }).waitFor();
      const table = page.getByRole('region', { name: 'Images by class and split' });
      assert.match((await table.getByRole('row', { name: /^benign/ }).textContent())!, /^benign\d+\d+2080$/);
      await page.getByRole('region', { name: 'Images by class and sex' }).waitFor();
      await visit.check();
      await visit.shot('dataset');
      await page.getByRole('tab', { name: 'Images' }).click();
      await page.getByText('162 images', { exact: true }).waitFor();
      await page.locator('.tile img').first().waitFor();
      await visit.check();
      await visit.shot('dataset-images');
      await page.getByRole('tab', { name: 'Audit' }).click();
      await page.getByTestId('finding-leaks').waitFor();
      await visit.check();
      await visit.shot('dataset-audit');
    });
  }

  test('images are found by class, split, subgroup and patient, and looked through with the arrows', async () => {
    await using visit = await studio.visit('/datasets/lesions/1?part=images&label=malignant&split=test');
    const { page } = visit;
    await page.getByText('20 images', { exact: true }).waitFor();
    await page.locator('.tile').first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 of 20').waitFor();
    await page.keyboard.press('ArrowRight');
    await dialog.getByText('2 of 20').waitFor();
    await dialog.getByRole('button', { name: 'The image before' }).click();
    await dialog.getByText('1 of 20').waitFor();
    await visit.check();
    await dialog.getByRole('button', { name: 'all its images' }).click();
    await page.getByText('2 images', { exact: true }).waitFor();
    await page.getByText('Of one patient or lesion: P-train-malignant-0').waitFor();
    // A patient's name stands in no address.
    assert.ok(!page.url().includes('P-'), page.url());
    await page.getByRole('button', { name: 'All images' }).click();
    await page.getByText('162 images', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Find' }).fill('same');
    await page.getByText('2 images', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Find' }).fill('nothing like it');
    await page.getByText('No image fits').waitFor();
    await visit.check();
    // The last of many is reached by scrolling; only what is in sight is in the document.
    await page.getByRole('button', { name: 'Show all images' }).click();
    await page.getByText('162 images', { exact: true }).waitFor();
    await page
      .locator('.image-grid')
      .evaluate((grid: { scrollTo(x: number, y: number): void; scrollHeight: number }) =>
        grid.scrollTo(0, grid.scrollHeight),
      );
    await page.locator('[data-index="161"]').waitFor();
    assert.ok((await page.locator('.tile').count()) < 120);
  });

  test('a leak is mended as the next version, which says what moved', async () => {
    await using visit = await studio.visit('/datasets/lesions?part=audit');
    const { page } = visit;
    const leaks = page.getByTestId('finding-leaks');
    await leaks.getByRole('button', { name: 'Show 2 sets of images' }).click();
    await leaks.getByText('One patient or lesion on both sides (P-train-benign-0): train and test').waitFor();
    await visit.check();
    await visit.shot('dataset-leaks');
    await leaks.getByRole('button', { name: 'Mend it as version 2' }).click();
    await page.getByText('Version 2 was made; 2 images moved.').waitFor();
    await page.waitForURL(/\/datasets\/lesions\/2\?part=versions&from=1/);
    const difference = page.getByRole('region', { name: 'Difference' });
    await difference.getByRole('button', { name: '2 moved to another split' }).waitFor();
    assert.equal(await difference.locator('.change').count(), 2);
    await visit.check();
    await visit.shot('dataset-difference');
  });

  test('it can be used as it is, by somebody who says why', async () => {
    await using visit = await studio.visit('/datasets/lesions/1?part=audit');
    const { page } = visit;
    await page.getByRole('button', { name: 'Use it as it is' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('stamped leaky, for ever').waitFor();
    assert.ok(await dialog.getByRole('button', { name: 'Use it as it is' }).isDisabled());
    await dialog.getByRole('textbox', { name: 'Why' }).fill('published split');
    await visit.check();
    await dialog.getByRole('button', { name: 'Use it as it is' }).click();
    await page.getByText(/leaks accepted by .* \("published split"\)/).waitFor();
    const [event] = (await studio.store.trail.read({ subject: 'dataset lesions@1' })).filter(
      ({ what }) => what === 'dataset.accept',
    );
    assert.equal(event?.why, 'published split');
    assert.deepEqual(visit.complaints, []);
  });

  test('which label is right is decided side by side, and written as a version with a reason', async () => {
    await using visit = await studio.visit('/datasets/lesions/1?part=audit&check=labelConflicts');
    const { page } = visit;
    const set = page.getByRole('region', { name: 'Set 1: One picture under several labels' });
    await set.getByRole('button', { name: 'malignant', exact: true }).click();
    const bar = page.getByRole('region', { name: 'Decisions that are not written yet' });
    assert.match((await bar.textContent())!, /2 decisions: 1 with another label, 1 brought back/);
    await visit.check();
    await visit.shot('dataset-decide');
    // A look at another room costs no decision.
    await page.getByRole('navigation').getByRole('link', { name: 'Models' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
    assert.equal(await bar.count(), 0);
    await page.goBack();
    await bar.getByText('2 decisions').waitFor();
    await bar.getByRole('button', { name: /Write them as version \d/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Why' }).fill('histology');
    await dialog.getByRole('button', { name: /Write version \d/ }).click();
    await page.getByText(/Version \d was made/).waitFor();
    const difference = page.getByRole('region', { name: 'Difference' });
    await difference.getByRole('button', { name: '1 with another label' }).waitFor();
    await difference.getByRole('button', { name: '2 brought back' }).click();
    assert.equal(await difference.locator('.change').count(), 2);
    await visit.check();
  });

  test('it is split anew, by shares', async () => {
    await using visit = await studio.visit('/datasets/lesions/1');
    const { page } = visit;
    await page.getByRole('button', { name: 'Split anew' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'test' }).fill('30');
    await visit.check();
    await dialog.getByRole('button', { name: /Make version \d/ }).click();
    await page.getByText(/Version \d was made/).waitFor();
    await page
      .getByText(/split \d+\/\d+\/30, seed 0/)
      .first()
      .waitFor();
    assert.deepEqual(visit.complaints, []);
  });
});
