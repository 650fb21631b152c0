/** Predict as a person uses it: a real browser, a real server, bundles of tiny networks, a deployment, and a slim server with one bundle. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { createDeployment } from '../../src/pipeline/deployments/manage.ts';
import { approve } from '../../src/registry/decide.ts';
import { policyOf } from '../../src/registry/policy.ts';
import { registerBundle } from '../../src/registry/register.ts';
import { person } from '../../src/registry/testing.ts';
import { buildApp } from '../../src/server/app.ts';
import { createPredictor, type Predictor } from '../../src/serving/predictor.ts';
import { picture, tinyBundle } from '../../src/serving/testing.ts';
import type { Store } from '../../src/store/store.ts';
import { launchBrowser, PAGE, skipBrowser } from '../browser/chromium.ts';
import { comeBack, openStudio, type Studio } from '../browser/studio.ts';

const LOOKS = [
  { width: 1440, dark: false },
  { width: 1440, dark: true },
  { width: 390, dark: false },
  { width: 390, dark: true },
];

const interval = (value: number) => ({ value, low: value - 0.05, high: value + 0.05 });
const metrics = {
  auroc: interval(0.9),
  sensitivity: interval(0.86),
  specificity: interval(0.77),
  ppv: interval(0.46),
  npv: interval(0.93),
};

/** skin@1 flags every image, skin@2 none; the deployment derma is answered by the first. */
async function fill(store: Store, home: string): Promise<void> {
  for (const [seed, threshold] of [
    [101, 0],
    [102, 1],
  ] as const) {
    const operatingPoint = { positive: ['malignant'], threshold, rule: 'youden' };
    const bundle = await tinyBundle(
      home,
      { run: String(seed % 10).repeat(32), metrics, operatingPoint },
      `t${seed}`,
      seed,
    );
    await registerBundle(store, person('ada'), { name: 'skin', bundle });
  }
  await approve(store, person('ben'), 'skin@1', { reason: 'x' }, { policy: policyOf({}) });
  await createDeployment(
    store,
    'derma',
    { live: [{ model: 'skin@1', weight: 1 }] },
    { actor: person('ben'), why: 'first' },
  );
}

const file = (name: string, buffer: Buffer, mimeType = 'image/png') => ({ name, mimeType, buffer });
const images = async (count: number) =>
  Promise.all(Array.from({ length: count }, async (_, i) => file(`patient-${i}.png`, await picture(i, 300, 200))));
const verdict = (page: Page) => page.getByTestId('verdict').first();

describe('Predict', { skip: skipBrowser() }, () => {
  let studio: Studio;
  before(async () => {
    studio = await openStudio({ fill });
  });
  after(() => studio?.close());

  for (const look of LOOKS) {
    test(`many images are answered in words, at ${look.width} px, ${look.dark ? 'dark' : 'light'}`, async () => {
      await using visit = await studio.visit('/predict', look);
      const { page } = visit;
      await page.getByText('Drop images here').waitFor();
      await page.getByText(/flags an image where the probability of malignant reaches 0.0%/).waitFor();
      await visit.check();
      await page.setInputFiles('input[type=file]', await images(5));
      await page.getByText('5 images', { exact: true }).waitFor();
      await verdict(page).waitFor();
      const words = (await verdict(page).textContent())!;
      assert.match(words, /^Flagged as malignant/);
      assert.match(words, /Of 100 test images that it flagged, about 46 \(95% interval 41 to 51\) were malignant/);
      assert.deepEqual(await page.getByTestId('shot-state').allTextContents(), Array(5).fill('Flagged as malignant'));
      // Names of files may name a patient: they are not shown, and go nowhere.
      assert.ok(!(await page.content()).includes('patient-0'));
      await visit.check();
      await visit.shot('predict');
    });
  }

  test('the heat map is as strong as the slider says, and the image is magnified by keys', async () => {
    await using visit = await studio.visit('/predict');
    const { page } = visit;
    await page.setInputFiles('input[type=file]', await images(1));
    const heatmap = page.getByTestId('heatmap');
    await heatmap.waitFor();
    const opacity = () => heatmap.evaluate((image: { style: { opacity: string } }) => image.style.opacity);
    await page.getByRole('slider').focus();
    for (let i = 0; i < 60; i++) await page.keyboard.press('ArrowLeft');
    assert.equal(await opacity(), '0');
    await page.keyboard.press('End');
    assert.equal(await opacity(), '1');
    const scale = () =>
      page
        .locator('.picture-layers')
        .evaluate((one: { style: { transform: string } }) => Number(/scale\(([\d.]+)\)/.exec(one.style.transform)![1]));
    assert.equal(await scale(), 1);
    await page.getByRole('group', { name: /The image/ }).focus();
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    const larger = await scale();
    assert.ok(larger > 1.9, String(larger));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('0');
    assert.equal(await scale(), 1);
    await page.getByRole('button', { name: 'Magnify' }).click();
    assert.ok((await scale()) > 1.3);
    // What a tooltip says stands outside of the page's parts.
    await page.mouse.move(700, 20);
    await page.getByRole('tooltip').waitFor({ state: 'detached' });
    await visit.check();
  });

  test('two versions side by side say whether they agree; the address brings both back', async () => {
    await using visit = await studio.visit('/predict?by=deployment:derma&against=version:skin@2');
    const { page } = visit;
    await page.setInputFiles('input[type=file]', await images(1));
    const said = page.getByTestId('agreement');
    await said.waitFor();
    assert.match((await said.textContent())!, /They differ.*one flags it as malignant, the other does not/);
    assert.match(
      (await page.getByRole('region', { name: 'skin@2' }).textContent())!,
      /^skin@2Not flagged as malignant/,
    );
    await visit.check();
    await visit.shot('predict-two');
    await page.getByRole('combobox', { name: 'Compared with' }).click();
    await page.getByRole('option', { name: /skin@1/ }).click();
    await page.getByText('They agree').waitFor();
    assert.match(page.url(), /against=version%3Askin%401/);
  });

  test('an answer stays in sight while the server is away', async () => {
    await using visit = await studio.visit('/predict');
    const { page } = visit;
    const notice = page.getByText('This is how it was when the server last said so');
    await page.setInputFiles('input[type=file]', await images(1));
    await verdict(page).waitFor();
    const words = await verdict(page).textContent();
    await studio.restart(async () => {
      await comeBack(page);
      await notice.waitFor();
      assert.equal(await verdict(page).textContent(), words);
      assert.ok(await page.getByTestId('heatmap').isVisible());
      await visit.shot('predict-away');
    });
    await notice.waitFor({ state: 'detached' });
    assert.equal(await verdict(page).textContent(), words);
  });

  test('what turned out to be true is written down, and corrected; a try takes none', async () => {
    await using visit = await studio.visit('/predict');
    const { page } = visit;
    await page.setInputFiles('input[type=file]', await images(1));
    const label = (await page.getByTestId('label').textContent())!;
    const say = async (truth: string, button: string): Promise<void> => {
      await page.getByRole('combobox', { name: 'What turned out to be true?' }).click();
      await page.getByRole('option', { name: truth }).click();
      await page.getByRole('button', { name: button }).click();
    };
    const other = label === 'benign' ? 'malignant' : 'benign';
    await say(other, 'Say so');
    await page.getByText(`Written down: ${other}. The answer, ${label}, was wrong.`).waitFor();
    await say(label, 'Correct it');
    await page.getByText(`Written down: ${label}. The answer was right.`).waitFor();
    await visit.check();
    await page.getByRole('combobox', { name: 'Who answers' }).click();
    await page.getByRole('option', { name: /skin@2/ }).click();
    await page.getByText('This answer is not written down').waitFor();
    assert.deepEqual(visit.complaints, []);
  });

  test('what is no image is told so and the others are answered; what a browser can not show is shown as the server reads it', async () => {
    await using visit = await studio.visit('/predict');
    const { page } = visit;
    const tiff = await sharp(await picture(5, 300, 200))
      .tiff()
      .toBuffer();
    await page.setInputFiles('input[type=file]', [
      file('broken.png', Buffer.from('nothing of the kind')),
      file('scan.tif', tiff, 'image/tiff'),
    ]);
    await page.getByTestId('failure').waitFor();
    assert.match((await page.getByTestId('failure').textContent())!, /no type that Osler knows/);
    await page.getByRole('button', { name: /Image 2/ }).click();
    await verdict(page).waitFor();
    await page.getByText('cannot show images of this format').waitFor();
    assert.equal(await page.getByRole('slider').count(), 0);
    // The refused image is the one complaint of the console.
    assert.deepEqual(
      visit.complaints.filter((one) => !/415/.test(one)),
      [],
    );
    await page.getByRole('button', { name: 'Put all away' }).click();
    await page.getByText('Drop images here').waitFor();
    // A slip: the images come back with what was said of them.
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Put all away' }).waitFor();
    await page.getByTestId('shot-state').getByText('no answer').waitFor();
  });

  test('a result on paper: the verdict before the numbers, the reference that was typed, and no name of a file', async () => {
    await using visit = await studio.visit('/predict');
    const { page } = visit;
    await page.evaluate('window.print = () => { window.printed = document.querySelector(".sheets").innerText; }');
    await page.setInputFiles('input[type=file]', await images(2));
    await verdict(page).waitFor();
    await page.getByRole('button', { name: 'Print', exact: true }).click();
    await page.getByRole('menuitem', { name: 'This result' }).click();
    await page.getByRole('textbox', { name: 'Reference on the paper' }).fill('case 17');
    await visit.check();
    await page.emulateMedia({ media: 'print' });
    await page.getByRole('dialog').getByRole('button', { name: 'Print' }).dispatchEvent('click');
    await page.waitForFunction('window.printed !== undefined');
    const printed = (await page.evaluate('window.printed')) as string;
    assert.match(printed, /case 17[\s\S]*Flagged as malignant[\s\S]*threshold[\s\S]*skin@1/);
    assert.match(printed, /Not a medical device/);
    assert.ok(!printed.includes('patient-'));
    // On paper it is there, and the page around it is not.
    const seen = await page.evaluate(
      '[document.querySelector(".sheets").getBoundingClientRect().height, document.querySelector("#main").getBoundingClientRect().height]',
    );
    assert.ok((seen as number[])[0]! > 400 && (seen as number[])[1] === 0, String(seen));
    if (process.env.OSLER_SHOTS !== undefined) {
      await page.screenshot({ path: join(process.env.OSLER_SHOTS, 'predict-print.png'), fullPage: true });
    }
  });
});

describe('Predict of a server with one bundle', { skip: skipBrowser() }, () => {
  let folder: string;
  let predictor: Predictor;
  let app: FastifyInstance;
  let browser: Browser;
  let url: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'osler-page-'));
    predictor = await createPredictor(await tinyBundle(folder), { threads: 1 });
    app = await buildApp({ predictor, version: '0', page: PAGE, model: 'tiny' });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await app?.close();
    await predictor?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is its first page, and answers without a store', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(url);
    await page.waitForURL(/\/predict$/);
    await page.setInputFiles('input[type=file]', await images(1));
    assert.ok(predictor.manifest.labels.includes((await page.getByTestId('label').textContent())!));
    await page.getByTestId('heatmap').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Datasets' }).count(), 0);
    assert.deepEqual(complaints, []);
    await page.close();
  });
});
