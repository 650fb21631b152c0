/** A sweep's page as a reader opens it: from the disk, without scripts. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { fanova } from '../../src/tuning/importance/fanova.ts';
import { SweepPlan } from '../../src/tuning/plan.ts';
import { sweepPage } from '../../src/tuning/report/page.ts';
import { compileSpace } from '../../src/tuning/space.ts';
import { fakeSweep } from '../../src/tuning/testing.ts';
import { launchBrowser, noBrowser } from '../browser/chromium.ts';

describe("a sweep's page", { skip: noBrowser() }, () => {
  let folder: string;
  let browser: Browser;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'osler-sweep-page-'));
    const { sweep, trials } = fakeSweep(40);
    const importances = fanova(compileSpace(SweepPlan.parse(sweep.config).space), trials);
    writeFileSync(join(folder, 'sweep.html'), sweepPage(sweep, trials, importances));
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const width of [1280, 390]) {
    test(`is whole and in its frame at ${width} px`, async () => {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      const url = pathToFileURL(join(folder, 'sweep.html')).href;
      await page.goto(url);
      assert.deepEqual(asked, [url]);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      // Every mark of every chart lies inside its picture.
      const outside = await page.$$eval('svg', (charts) =>
        charts.flatMap((chart) => {
          const frame = chart.getBoundingClientRect();
          return [...chart.querySelectorAll('circle,rect,path,text')]
            .map((mark) => ({ mark, box: mark.getBoundingClientRect() }))
            .filter(
              ({ box }) =>
                box.left < frame.left - 2 ||
                box.right > frame.right + 2 ||
                box.top < frame.top - 2 ||
                box.bottom > frame.bottom + 2,
            )
            .map(({ mark }) => `${chart.getAttribute('aria-label')}: ${mark.outerHTML.slice(0, 120)}`);
        }),
      );
      assert.deepEqual(outside, []);
      await page.close();
    });
  }
});
