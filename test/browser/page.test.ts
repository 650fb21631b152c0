/** The page as a person uses it: a real browser, a real server, a real bundle of a tiny network. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright-core';
import { buildApp } from '../../src/server/app.ts';
import { createPredictor, type Predictor } from '../../src/serving/predictor.ts';
import { picture, tinyBundle } from '../../src/serving/testing.ts';
import { launchBrowser, PAGE, skipBrowser } from './chromium.ts';

describe('the page', { skip: skipBrowser() }, () => {
  let folder: string;
  let predictor: Predictor;
  let app: FastifyInstance;
  let browser: Browser;
  let url: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'osler-page-'));
    predictor = await createPredictor(await tinyBundle(folder));
    app = await buildApp({ predictor, version: '0', page: PAGE });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await launchBrowser();
    writeFileSync(join(folder, 'a.png'), await picture(1, 300, 200));
    writeFileSync(join(folder, 'broken.png'), 'nothing of the kind');
  });
  after(async () => {
    await browser?.close();
    await app?.close();
    await predictor?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(width: number): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(url);
    return { page, complaints };
  }

  for (const width of [1440, 390]) {
    test(`an image gets its label, probabilities, verdict and heat map at ${width} px`, async () => {
      const { page, complaints } = await open(width);
      await page.setInputFiles('input[type=file]', join(folder, 'a.png'));
      const label = await page.getByTestId('label').textContent();
      assert.ok(predictor.manifest.labels.includes(label!), label!);
      assert.match((await page.getByTestId('verdict').textContent())!, /threshold of \d/);
      assert.equal(await page.getByRole('listitem').count(), predictor.manifest.labels.length);
      const heatmap = page.getByTestId('heatmap');
      assert.ok(
        await heatmap.evaluate(
          (img: { complete: boolean; naturalWidth: number }) => img.complete && img.naturalWidth > 0,
        ),
      );
      // The slider is moved with the keyboard, and the heat map follows.
      await page.getByRole('slider').focus();
      for (let i = 0; i < 70; i++) await page.keyboard.press('ArrowLeft');
      assert.equal(await heatmap.evaluate((img: { style: { opacity: string } }) => img.style.opacity), '0');
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.equal(overflow, 0, 'nothing sticks out sideways');
      assert.deepEqual(complaints, []);
      await page.close();
    });
  }

  test('a file that is no image is told so, and the next one is answered', async () => {
    const { page } = await open(800);
    await page.setInputFiles('input[type=file]', join(folder, 'broken.png'));
    assert.match((await page.getByTestId('failure').textContent())!, /image/);
    await page.setInputFiles('input[type=file]', join(folder, 'a.png'));
    await page.getByTestId('label').waitFor();
    await page.close();
  });
});
