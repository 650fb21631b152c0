/**
 * Makes the README's picture: `node test/browser/screenshot.ts BUNDLE IMAGE [OUT] [WIDTH]`. The demo prints a bundle and a folder of images.
 */
import { join } from 'node:path';
import { openBundle } from '../../src/bundle/open.ts';
import { buildApp } from '../../src/server/app.ts';
import { createPredictor } from '../../src/serving/predictor.ts';
import { launchBrowser, PAGE } from './chromium.ts';

const [bundlePath, image, out = join(import.meta.dirname, '../../docs/images/page.png'), width = '1280'] =
  process.argv.slice(2);
if (bundlePath === undefined || image === undefined) {
  process.stderr.write('usage: node test/browser/screenshot.ts BUNDLE IMAGE [OUT] [WIDTH]\n');
  process.exit(2);
}
const predictor = await createPredictor(await openBundle(bundlePath));
const app = await buildApp({ predictor, version: '0', page: PAGE, model: 'demo' });
const url = await app.listen({ host: '127.0.0.1', port: 0 });
const browser = await launchBrowser();
try {
  const page = await browser.newPage({
    viewport: { width: Number(width), height: 840 },
    deviceScaleFactor: Number(width) < 500 ? 2 : 1,
  });
  await page.goto(url);
  if (image !== '-') {
    await page.setInputFiles('input[type=file]', image);
    await page.getByTestId('label').waitFor();
    await page.getByTestId('heatmap').waitFor();
  }
  await page.waitForTimeout(300);
  await page.screenshot({ path: out, fullPage: true });
} finally {
  await browser.close();
  await app.close();
  await predictor.close();
}
