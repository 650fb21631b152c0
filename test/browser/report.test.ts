/** The report as a reader opens it: from the disk, without scripts, on a screen, a telephone and paper. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { reportPage } from '../../src/evaluation/report/page.ts';
import { fakeReport } from '../../src/evaluation/report/testing.ts';
import { violations } from './axe.ts';
import { launchBrowser, noBrowser } from './chromium.ts';

describe('the report', { skip: noBrowser() }, () => {
  let folder: string;
  let browser: Browser;
  let url: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'osler-report-'));
    const { file, parts } = fakeReport({ classes: ['melanoma', 'nevus', 'a-very-long-name-of-a-class'], samples: 120 });
    writeFileSync(join(folder, 'report.html'), reportPage(file, parts));
    url = pathToFileURL(join(folder, 'report.html')).href;
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [width, colorScheme] of [
    [1440, 'light'],
    [1440, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const) {
    test(`is whole and in its frame at ${width} px, ${colorScheme}`, async () => {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url().slice(0, 40)));
      await page.goto(url);
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.equal(overflow, 0, 'nothing sticks out sideways');
      const broken = await page.evaluate('[...document.images].filter((img) => !img.naturalWidth).length');
      assert.equal(broken, 0);
      assert.deepEqual(
        asked.filter((one) => !one.startsWith('file:') && !one.startsWith('data:')),
        [],
      );
      assert.deepEqual(await violations(page), []);
      await page.close();
    });
  }

  test('is read without scripts, and printed', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(url);
    const text = await page.locator('main').innerText();
    for (const words of ['Data and flow of samples', 'CLAIM 2024', 'The surest errors', 'Decision curve'])
      assert.ok(text.includes(words), words);
    const pdf = await page.pdf({ format: 'A4' });
    assert.equal(pdf.subarray(0, 4).toString(), '%PDF');
    await context.close();
  });
});
