/** Jobs as a person uses them: a folder and an archive are sent, answered, read, saved and deleted, in a real browser on a real server. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { createDeployment } from '../../src/pipeline/deployments/manage.ts';
import { fingerprintOf } from '../../src/pipeline/jobs/begin.ts';
import { person } from '../../src/registry/testing.ts';
import { picture } from '../../src/serving/testing.ts';
import { skipBrowser } from '../browser/chromium.ts';
import { fillRegistry } from '../browser/registered.ts';
import { checkAll, openStudio, type Studio } from '../browser/studio.ts';

const LOOKS = [
  { width: 1440, dark: false },
  { width: 1440, dark: true },
  { width: 390, dark: false },
  { width: 390, dark: true },
];

describe('Jobs', { skip: skipBrowser() }, () => {
  let studio: Studio;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'osler-ward-'));
    for (const part of ['left', 'right']) {
      mkdirSync(join(folder, 'ward 3', part), { recursive: true });
      for (let i = 0; i < 3; i++) writeFileSync(join(folder, 'ward 3', part, `lésion-${i}.png`), await picture(i));
    }
    writeFileSync(join(folder, 'ward 3', 'left', 'broken.png'), 'no image');
    writeFileSync(join(folder, 'ward 3', 'notes.txt'), 'x');
    studio = await openStudio({
      fill: async (store, home) => {
        await fillRegistry(store, home);
        const by = { actor: person('ann'), why: 'first release' };
        await createDeployment(store, 'derma', { live: [{ model: 'skin@1', weight: 1 }] }, by);
      },
    });
  });
  after(async () => {
    await studio?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('nothing yet: the page says what a job is, and the way there is short', async () => {
    await using visit = await studio.visit('/predict');
    const { page } = visit;
    await page.getByRole('link', { name: 'Score them as a job' }).click();
    await page.getByRole('heading', { name: 'Score images', level: 1 }).waitFor();
    assert.match(page.url(), /by=deployment%3Aderma/);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('g');
    await page.keyboard.press('j');
    await page.getByText('No job yet').waitFor();
    await visit.check();
    await visit.shot('jobs-empty');
  });

  for (const look of LOOKS) {
    test(`a folder is sent and answered, at ${look.width} px, ${look.dark ? 'dark' : 'light'}`, async () => {
      await using visit = await studio.visit('/jobs/new', look);
      const { page } = visit;
      await visit.check();
      await page.setInputFiles('input[webkitdirectory]', join(folder, 'ward 3'));
      assert.match((await page.getByTestId('chosen').textContent())!, /^7 files, /);
      await page.getByText('1 other file left out').waitFor();
      assert.equal(await page.getByLabel('Name').inputValue(), 'ward 3');
      await visit.check();
      await visit.shot('jobs-new');
      await page.getByRole('button', { name: 'Score 7 files' }).click();
      await page.getByRole('heading', { name: 'ward 3', level: 1 }).waitFor();
      await page.getByTestId('job-end').waitFor();
      assert.equal(await page.getByTestId('job-end').textContent(), '7 of 7 images, 1 with an error.');
      const rows = page.getByRole('grid', { name: 'Images' }).getByRole('row');
      await page.getByText('ward 3/left/lésion-0.png').waitFor();
      assert.equal(await rows.count(), 8);
      await visit.check();
      await visit.shot('job');
      await page.getByText('With an error 1').click();
      await page.getByText('The image is of no type that Osler knows').waitFor();
      assert.equal(await rows.count(), 2);
      assert.match(page.url(), /which=failed/);
      await visit.check();
      await page.reload();
      await page.getByText('ward 3/left/broken.png').waitFor();
    });
  }

  test('all places look right, at every width', () => checkAll(studio, { jobs: '/jobs' }, LOOKS));

  test('an address of a job that is gone says so', async () => {
    await using visit = await studio.visit('/jobs/abcdef01');
    await visit.page.getByText('There is no such job').waitFor();
  });

  test('an archive is answered by a version; the answers are saved as they are', async () => {
    await using visit = await studio.visit('/jobs/new?by=version:skin@2');
    const { page } = visit;
    const zip = zipSync({ 'a/1.png': await picture(1), 'a/2.png': await picture(2) });
    const file = { name: 'scans.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) };
    await page.setInputFiles('input[type=file][multiple]:not([webkitdirectory])', file);
    assert.equal(await page.getByLabel('Name').inputValue(), 'scans');
    await page.getByLabel('Name').fill('two scans');
    await page.getByRole('button', { name: 'Score 1 file' }).click();
    await page.getByTestId('job-end').waitFor();
    assert.match((await page.locator('main').textContent())!, /answered by skin@2/);
    const save = async (name: string): Promise<string> => {
      const [saved] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name, exact: true }).click(),
      ]);
      return readFileSync(await saved.path(), 'utf8');
    };
    assert.match(await save('CSV'), /^file,outcome,label,[\s\S]*\na\/1\.png,ok,/);
    const lines = (await save('JSON lines')).trim().split('\n');
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { file: string }).file),
      ['a/1.png', 'a/2.png'],
    );
  });

  test('what is under way shows on Home and in the list as it moves, and is cancelled', async () => {
    const id = await waiting('night shift', 3);
    await using home = await studio.visit('/');
    await home.page.getByText('0 of 3 images, waits for its turn').waitFor();
    await studio.store.jobs.begin(id);
    await home.page.getByText('0 of 3 images, nobody works on it now').waitFor();
    await studio.store.jobs.queue.fill(id, [0]);
    const part = await studio.store.jobs.queue.take(id);
    assert.ok(part);
    await answer(id, 0);
    await home.page.getByText(/1 of 3 images, less than a minute left/).waitFor();
    await home.check();
    await home.page.getByRole('link', { name: /night shift/ }).click();
    const { page } = home;
    await page.getByRole('heading', { name: 'night shift', level: 1 }).waitFor();
    await page.getByText('not answered yet').first().waitFor();
    await studio.store.jobs.queue.keep(part);
    await answer(id, 1);
    await page.getByText(/2 of 3 images/).waitFor();
    await home.check();
    await home.shot('job-running');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled: 2 of 3 images. What is done is kept.').waitFor();
    await page.getByRole('link', { name: 'Jobs', exact: true }).last().click();
    await page.getByRole('row', { name: /night shift cancelled 2 of 3/ }).waitFor();
  });

  test('one that failed says why; deleting asks for its name', async () => {
    const id = await waiting('broken model', 2);
    await studio.store.jobs.brokeOff(id, 'The engine has no memory.', 1);
    await using visit = await studio.visit(`/jobs/${id.slice(0, 12)}`);
    const { page } = visit;
    await page.getByText('The engine has no memory.').waitFor();
    await page.getByRole('button', { name: 'Go on with it' }).waitFor();
    await visit.check();
    await visit.shot('job-failed');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const sure = page.getByRole('button', { name: 'Delete it' });
    assert.ok(await sure.isDisabled());
    await page.getByLabel(/to confirm/).fill('broken model');
    // However long the answer takes, the page asks for nothing that is gone.
    await page.route(`**/v1/jobs/${id}`, async (route) => {
      if (route.request().method() !== 'DELETE') return route.continue();
      const response = await route.fetch();
      await sleep(1_500);
      await route.fulfill({ response });
    });
    await sure.click();
    await page.getByText('broken model is deleted.').waitFor();
    assert.deepEqual(visit.complaints, []);
    assert.equal(new URL(page.url()).pathname, '/jobs');
    await gone(page, 'broken model');
  });

  test('an upload that is refused says why and loses nothing of the form', async () => {
    await using visit = await studio.visit('/jobs/new');
    const { page } = visit;
    const zip = zipSync({ 'notes.txt': Buffer.from('x') });
    const file = { name: 'notes.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) };
    await page.setInputFiles('input[type=file][multiple]:not([webkitdirectory])', file);
    await page.getByRole('button', { name: 'Score 1 file' }).click();
    await page.getByText('There is no image in the form, nor in an archive of it.').waitFor();
    assert.equal(await page.getByLabel('Name').inputValue(), 'notes');
    // The browser itself notes an answer of 400.
    assert.ok(visit.complaints.every((words) => words.includes('400')));
  });

  /** A job that nobody here works on: its deployment is served elsewhere. */
  async function waiting(name: string, count: number): Promise<string> {
    const id = [...name]
      .map((sign) => sign.charCodeAt(0).toString(16))
      .join('')
      .slice(0, 32)
      .padEnd(32, '0');
    const what = { source: { kind: 'upload' as const }, target: { kind: 'deployment' as const, name: 'elsewhere' } };
    await studio.store.jobs.create({ id, name, who: 'ada', fingerprint: fingerprintOf(what), ...what });
    await studio.store.jobs.add(
      id,
      Array.from({ length: count }, (_, i) => ({ name: `${i}.png`, content: `${i}` })),
    );
    await studio.store.jobs.open(id);
    return id;
  }
  const answer = (id: string, number: number) =>
    studio.store.jobs.write(id, [
      {
        number,
        outcome: 'ok',
        image: null,
        answer: { label: 'benign', probabilities: { benign: 0.9 } },
        milliseconds: 1,
      },
    ]);
  const gone = (page: Page, name: string) =>
    page.getByRole('row', { name: new RegExp(name) }).waitFor({ state: 'detached' });
});
