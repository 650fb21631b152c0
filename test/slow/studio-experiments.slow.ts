/** Every page of experiments, axe's eye on each; a training begun, watched, stopped and gone on with; 30,000 runs. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { fillOsler } from '../../bench/tracking/fill.ts';
import { type Content, fillExperiments } from '../../src/server/routes/experiments/testing.ts';
import { pidOf } from '../../src/store/identity.ts';
import { drawDataset } from '../../src/training/testing.ts';
import { skipBrowser } from '../browser/chromium.ts';
import { comeBack, openStudio, type Studio } from '../browser/studio.ts';

describe('pages of experiments', { skip: skipBrowser() }, () => {
  let studio: Studio;
  let content: Content;
  before(async () => {
    studio = await openStudio({
      fill: async (store, home) => {
        content = await fillExperiments(store, home);
      },
    });
  });
  after(() => studio?.close());

  const compared = (part = '') =>
    `/runs/compare?run=${encodeURIComponent(JSON.stringify(content.runs.map(({ id }) => id)))}${part}`;

  test('every part of a comparison says something, and nothing is beyond a reader', async () => {
    for (const [part, words] of [
      // Below what was measured: the difference, tested.
      ['figures', /exact McNemar/],
      ['settings', /optimiser\.lr/],
      ['parallel', /Settings and what came of them/],
      ['scatter', /Validation AUROC by optimiser\.lr/],
      ['images', /spots small: \d+ of 16 wrong/],
    ] as const) {
      await using visit = await studio.visit(compared(`&part=${part}`));
      await visit.page.getByText(words).first().waitFor();
      if (part === 'images') await loaded(visit.page);
      await visit.check();
      await visit.shot(`compare-${part}`);
    }
  });

  test('a run shows all that was logged, and is named and annotated where it stands', async () => {
    const [first] = content.runs;
    await using visit = await studio.visit(`/runs/${first!.id}`);
    const { page } = visit;
    await page.getByText('Measured on test, 16 images').waitFor();
    await visit.check();
    await visit.shot('run');
    await page.getByRole('button', { name: 'Change the name' }).click();
    await page.getByRole('textbox', { name: 'Name of the run' }).fill('renamed');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'renamed' }).waitFor();
    await page.getByRole('textbox', { name: 'Note' }).fill('Too small a network.');
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.getByText('The note is kept.').waitFor();
    assert.equal((await studio.store.runs.get(first!.id)).name, 'renamed');
    await studio.store.tracked.change(first!.id, { name: first!.name });
    for (const [tab, words] of [
      ['Curves', /Validation loss/],
      ['Evaluation', /Confusion matrix/],
      ['Settings', /training\.batchSize/],
      ['Machine', /CPU utilisation/],
      ['Log', /Epoch/],
    ] as const) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByText(words).first().waitFor();
      await visit.check();
    }
    await page.getByRole('tab', { name: 'Files' }).click();
    await page.getByText('notes.txt').click();
    await page.getByText('What was tried: <script>alert(1)</script>').waitFor();
    await page.getByText('plot.svg').click();
    await page.getByRole('img', { name: 'plot.svg' }).waitFor();
    await loaded(page);
    await visit.check();
  });

  test('a run stays in sight, with what was typed, while the server is away; one that is gone does not', async () => {
    const [first] = content.runs;
    await using visit = await studio.visit(`/runs/${first!.id}?part=evaluation`);
    const { page } = visit;
    const notice = page.getByText('This is how it was when the server last said so');
    const rule = page.getByRole('textbox', { name: 'Rule for the threshold' });
    await page.getByText(/Confusion matrix/).waitFor();
    await rule.fill('sensitivity=0.9');
    await studio.restart(async () => {
      await comeBack(page);
      await notice.waitFor();
      assert.ok(await page.getByText(/Confusion matrix/).isVisible());
      assert.equal(await page.getByTestId('fault').count(), 1);
      await visit.shot('run-away');
    });
    await notice.waitFor({ state: 'detached' });
    assert.ok(await page.getByText(/Confusion matrix/).isVisible());
    assert.equal(await rule.inputValue(), 'sensitivity=0.9');
    const body = { error: { code: 'NOT_FOUND', message: 'No such run.' } };
    await page.route(`**/v1/runs/${first!.id}`, (route) => route.fulfill({ status: 404, json: body }));
    await studio.restart(async () => undefined);
    await page.getByTestId('fault').getByText('No such run.').waitFor();
    assert.equal(await page.getByText(/Confusion matrix/).count(), 0);
  });

  test('a part of a page that can not be read again says so, while the page itself can', async () => {
    const [first] = content.runs;
    await using visit = await studio.visit(`/runs/${first!.id}?part=evaluation`);
    const { page } = visit;
    await page.getByText(/Confusion matrix/).waitFor();
    const error = { code: 'STORE_FAILED', message: 'The store is away.' };
    const part = (url: URL): boolean => url.pathname.startsWith(`/v1/runs/${first!.id}/evaluations`);
    await page.route(part, (route) => route.fulfill({ status: 503, json: { error } }));
    await studio.restart(async () => undefined);
    const notice = page.getByText('A part of this page is how it was');
    await notice.waitFor();
    assert.ok(await page.getByText(/Confusion matrix/).isVisible());
    assert.equal(await page.getByTestId('fault').count(), 1);
    await visit.shot('run-part-away');
    await page.unroute(part);
    await page.getByRole('button', { name: 'Try again' }).click();
    await notice.waitFor({ state: 'detached' });
    assert.ok(await page.getByText(/Confusion matrix/).isVisible());
  });

  test('that the store is away is said at the first refusal, while it is asked again', async () => {
    const [first] = content.runs;
    await using visit = await studio.visit('/');
    const { page } = visit;
    const error = { code: 'STORE_FAILED', message: 'The store is away.' };
    const again = Promise.withResolvers<void>();
    let asked = 0;
    await page.route(`**/v1/runs/${first!.id}`, async (route) => {
      asked += 1;
      if (asked === 1) return route.fulfill({ status: 503, json: { error } });
      await again.promise;
      await route.continue();
    });
    await page.goto(`${studio.url}/runs/${first!.id}`);
    await page.getByTestId('fault').getByText('The store is away.').waitFor();
    again.resolve();
    await page.getByRole('heading', { name: first!.name }).waitFor();
    assert.equal(await page.getByTestId('fault').count(), 0);
  });

  test('a sweep says what mattered and leads to its runs', async () => {
    await using visit = await studio.visit('/runs/sweeps');
    const { page } = visit;
    await visit.check();
    await page.getByRole('link', { name: 'first try' }).click();
    await page.getByText('What mattered').waitFor();
    await page.locator('figure', { hasText: 'What mattered' }).getByText('optimiser.lr', { exact: true }).waitFor();
    await visit.check();
    await visit.shot('sweep');
  });

  test('the form says what is wrong before anything is begun', async () => {
    await using visit = await studio.visit('/runs/new?recipe=pneumoniamnist');
    const { page } = visit;
    await page.getByText('From the recipe').waitFor();
    await visit.check();
    await visit.shot('new');
    await page.getByRole('textbox', { name: 'Other settings, one a line' }).fill('training.epoch=3');
    await page.getByText(/unknown key "training\.epoch"/).waitFor();
    await page.getByRole('button', { name: 'Begin the training', disabled: true }).waitFor();
    await page.getByRole('textbox', { name: 'Other settings, one a line' }).fill('training.epochs=3');
    await page.getByText('Given here').waitFor();
    await page.getByRole('button', { name: 'Begin the training' }).click();
    await page
      .getByTestId('fault')
      .getByText(/names 'pneumonia', which is not a class of spots/)
      .waitFor();
    assert.equal((await studio.store.trainings.list()).length, 0);
  });

  test('all of it fits a telephone, in the dark too', async () => {
    const [first] = content.runs;
    for (const path of [
      '/runs',
      `/runs/${first!.id}`,
      compared(),
      compared('&part=parallel'),
      `/runs/sweeps/${content.sweep}`,
      '/runs/new',
    ]) {
      await using visit = await studio.visit(path, { width: 390, dark: true });
      await visit.check();
      await visit.shot(path.replace(/\?.*|\W+/g, '-').slice(0, 30));
    }
  });
});

describe('a training from the page', { skip: skipBrowser() }, () => {
  let studio: Studio;
  before(async () => {
    studio = await openStudio({ fill: (_, home) => drawDataset(home) });
  });
  after(async () => {
    for (const { worker } of (await studio?.store.trainings.list({ open: true })) ?? []) {
      const pid = worker === null ? null : pidOf(worker);
      if (pid !== null) process.kill(pid, 'SIGKILL');
    }
    await studio?.close();
  });

  test('is begun, watched live, stopped and gone on with', async () => {
    await using visit = await studio.visit('/runs');
    const { page } = visit;
    page.setDefaultTimeout(60_000);
    await page.getByText('No runs yet').waitFor();
    await visit.check();
    await page.getByRole('link', { name: 'Begin a training' }).first().click();
    await page.getByRole('combobox', { name: 'Recipe' }).click();
    await page.getByRole('option', { name: 'pneumoniamnist' }).click();
    await page.getByRole('textbox', { name: 'Name of the run' }).fill('from the page');
    await page.getByRole('textbox', { name: 'Epochs' }).fill('400');
    await page.getByRole('textbox', { name: 'Learning rate' }).fill('1e-3');
    await page
      .getByRole('textbox', { name: 'Other settings, one a line' })
      .fill('data.size=24\ndata.workers=1\ntraining.threads=1\nevaluation.positive=[right]');
    // Two presses of a hasty hand are one training.
    await page.getByRole('button', { name: 'Begin the training' }).dblclick({ delay: 30 });
    await page.getByRole('heading', { name: 'from the page' }).waitFor();
    const [begun, ...others] = await studio.store.trainings.list();
    assert.deepEqual(others, []);
    assert.equal(begun?.name, 'from the page');
    await page
      .getByText(/epoch 1\/400/)
      .first()
      .waitFor();
    await visit.check();
    await visit.shot('training');
    await page.getByRole('link', { name: 'Its curves' }).click();
    const figure = page.locator('figure', { hasText: 'Training loss, each epoch' });
    const curve = figure.locator('svg path[stroke="#0072b2"]').first();
    await curve.waitFor({ state: 'attached' });
    // New values come by themselves.
    const line = () => curve.getAttribute('d');
    const before = await line();
    for (const end = Date.now() + 60_000; (await line()) === before; await sleep(200))
      assert.ok(Date.now() < end, 'the curve does not grow');
    await visit.shot('training-curves');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    const [run] = await studio.store.runs.list();
    assert.equal(run!.status, 'interrupted');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await page.goto(`${studio.url}/runs`);
    await page.getByText('Going on with "from the page"').waitFor();
    await visit.check();
    await visit.shot('running');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Going on with "from the page"').waitFor({ state: 'detached' });
    assert.deepEqual(visit.complaints, []);
  });
});

describe('30,000 runs', { skip: skipBrowser() }, () => {
  let studio: Studio;
  before(async () => {
    studio = await openStudio({ fill: (store) => fillOsler(store, 30_000) });
  });
  after(() => studio?.close());

  test('are one table, of which a screenful is in the document, wherever one looks', async () => {
    await using visit = await studio.visit('/runs');
    const { page } = visit;
    await page.getByText('30,000 runs').waitFor();
    await page.getByRole('row', { name: /run 29999/ }).waitFor();
    for (const part of [0.5, 1, 0.25]) {
      await page.evaluate(
        `document.querySelector('[role=grid]').scrollTop = document.querySelector('[role=grid]').scrollHeight * ${part}`,
      );
      const wanted = Math.max(0, Math.round(29_999 - 30_000 * part) - 3);
      await page.getByRole('row', { name: new RegExp(`run ${wanted}\\b`) }).waitFor();
      assert.ok((await page.getByRole('row').count()) < 80);
    }
    await page.getByRole('combobox', { name: 'Find runs' }).fill('params.lr = \'0.3\' and metrics."val/auroc" > 0.99');
    await page.keyboard.press('Enter');
    await page.getByText(/^\d{1,2} runs$/).waitFor();
    await visit.check();
  });
});

/** Pictures are there, not only their frames. */
async function loaded(page: Page): Promise<void> {
  const there = '[...document.images].slice(0, 4).every((img) => img.complete && img.naturalWidth > 0)';
  while (!(await page.evaluate(there))) await sleep(50);
}
