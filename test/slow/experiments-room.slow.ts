/** Experiments as a person uses them: found, compared, read off curves. The other pages: test/slow/studio-experiments.slow.ts. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { evaluate } from '../../src/evaluation/evaluate.ts';
import { predictionsCsv } from '../../src/evaluation/report/csv.ts';
import { fakeSubject } from '../../src/evaluation/report/testing.ts';
import { fakePredictions } from '../../src/evaluation/testing.ts';
import { type Content, fillExperiments } from '../../src/server/routes/experiments/testing.ts';
import type { RunRecord } from '../../src/store/run.ts';
import type { Store } from '../../src/store/store.ts';
import { exampleRun } from '../../src/store/testing.ts';
import { skipBrowser } from '../browser/chromium.ts';
import { openStudio, type Studio } from '../browser/studio.ts';

const CLASSES = ['left', 'right', 'up'];

/** Trained on what `like` was, measured on test. */
async function severalClasses(
  store: Store,
  like: RunRecord,
  seed: number,
  positive: string[] | null = null,
): Promise<RunRecord> {
  const about = {
    name: `three ${seed}`,
    status: 'finished' as const,
    labels: CLASSES,
    positive,
    dataset: like.dataset,
  };
  const run = await store.runs.create(exampleRun(about));
  await measure(store, run, seed);
  return run;
}

/** Files as `osler evaluate` leaves them; of other answers with each seed. */
async function measure(store: Store, run: RunRecord, seed: number, positive?: string[]): Promise<void> {
  const truth = fakePredictions({ samples: 40, classes: CLASSES, seed: 1 });
  const noise = fakePredictions({ samples: 40, classes: CLASSES, seed, skill: 0 });
  const predictions = { ...truth, logits: truth.logits.map((x, i) => x + noise.logits[i]!) };
  const evaluation = evaluate({
    test: predictions,
    options: { resamples: 20, ...(positive && { operatingPoint: { positive, threshold: 0.3, rule: 'youden' } }) },
  });
  const subject = { ...fakeSubject(CLASSES), id: run.id };
  for (const [name, text] of [
    ['evaluation.json', JSON.stringify({ ...evaluation, subject })],
    ['predictions.csv', predictionsCsv(evaluation, predictions)],
  ] as const)
    await store.artifacts.write(
      run.id,
      { path: `evaluation/test/${name}`, kind: 'evaluation' },
      Readable.from([Buffer.from(text)]),
    );
}

describe('experiments', { skip: skipBrowser() }, () => {
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

  const names = (page: Page) => page.locator('[role=grid] .run-link').allTextContents();
  const compared = () => `/runs/compare?run=${encodeURIComponent(JSON.stringify(content.runs.map(({ id }) => id)))}`;

  test('a run that failed says why, and a trial leaves going on to its sweep', async () => {
    const failure = 'The training loss became NaN at step 31. Lower optimiser.lr.';
    const ended = { status: 'failed' as const, endedAt: new Date().toISOString() };
    const { id } = await studio.store.runs.create(exampleRun({ name: 'steep', failure, best: null, ...ended }));
    await using visit = await studio.visit(`/runs/${id}`);
    const { page } = visit;
    await page.getByRole('alert').getByText(failure).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Resume' }).isEnabled());
    assert.equal(await page.getByText('Go on from here').count(), 0);
    await visit.check();
    await visit.shot('run-failed');
    await studio.store.logs.write(id, { tags: [{ key: 'osler.sweep', value: 'ab'.repeat(16) }] });
    await page.reload();
    await page.getByRole('alert').getByText(failure).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Resume' }).isDisabled());
    await studio.store.runs.delete(id);
  });

  test('runs are found by words and by the grammar, ordered, shown by other columns, kept as a view', async () => {
    await using visit = await studio.visit('/runs');
    const { page } = visit;
    await page.getByRole('row', { name: /spots wild/ }).waitFor();
    assert.equal((await names(page)).length, 6);
    await visit.check();
    await visit.shot('runs');
    const find = page.getByRole('combobox', { name: 'Find runs' });
    await find.fill('fast');
    await find.press('Enter');
    await page.getByText('2 runs', { exact: true }).waitFor();
    assert.deepEqual((await names(page)).sort(), ['spots fast', 'spots faster']);
    await find.fill("metrics.val.auroc > 0.85 and tags.team = 'derm'");
    await find.press('Enter');
    await page.getByRole('row', { name: /spots small/ }).waitFor();
    assert.deepEqual(await names(page), ['spots fast', 'spots small']);
    await find.fill('metrics.val.auroc > ');
    await find.press('Enter');
    await page
      .getByText(/Invalid clause|Invalid filter|Expected/)
      .first()
      .waitFor();
    visit.complaints.length = 0;

    await page.goto(`${studio.url}/runs?column=["name","metrics.val.auroc","params.optimiser.lr"]`);
    const head = page.getByRole('columnheader', { name: 'Validation AUROC' });
    assert.equal(await head.getAttribute('title'), 'metrics.val.auroc');
    // A metric is found by its name in words and by its key; another program's stays what it is.
    await page.getByRole('button', { name: 'Columns' }).click();
    const choice = page.getByRole('combobox', { name: 'Columns, from left to right' });
    for (const [typed, found] of [
      ['training loss', 'Training loss, each step train.loss'],
      ['train.lo', 'Training loss, each step train.loss'],
      ['loss', 'loss'],
    ] as const) {
      await choice.fill(typed);
      const options = page.getByRole('option');
      await options.first().waitFor();
      const offered = (await options.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
      assert.ok(offered.includes(found), `${typed}: ${offered}`);
    }
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await head.getByRole('button').click();
    await page.waitForURL(/order=/);
    await page.getByRole('row', { name: /spots small/ }).waitFor();
    assert.equal((await names(page))[0], 'spots small');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('textbox', { name: 'Name of the view' }).fill('by AUROC');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('View "by AUROC" saved.').waitFor();
    await page.goto(`${studio.url}/runs`);
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'by AUROC' }).click();
    await page.waitForURL(/order=/);
    await page.getByRole('row', { name: /spots small/ }).waitFor();
    assert.equal((await names(page))[0], 'spots small');
  });

  test('ticked runs are compared; one is deleted and brought back', async () => {
    await using visit = await studio.visit('/runs');
    const { page } = visit;
    await page.getByRole('checkbox', { name: 'Select spots small' }).check();
    await page.getByRole('checkbox', { name: 'Select spots fast', exact: true }).check();
    await page.getByRole('link', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: 'Compare runs' }).waitFor();
    await page.locator('figure svg').first().waitFor();
    await page.goto(`${studio.url}/runs/${content.foreign}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('"from python" is deleted.').waitFor();
    await page.getByText('5 runs', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('6 runs', { exact: true }).waitFor();
    assert.deepEqual(visit.complaints, []);
  });

  test('what was chosen for measuring one run is not chosen for the next', async () => {
    const [one, other] = content.runs.map(({ id }) => `/runs/${id}?part=evaluation`);
    await using visit = await studio.visit(one!);
    const { page } = visit;
    const rule = page.getByRole('textbox', { name: 'Rule for the threshold' });
    const go = async (path: string, name: string) => {
      await page.evaluate(`history.pushState({}, '', '${path}')`);
      await page.getByRole('heading', { name }).waitFor();
    };
    // Both have been read before: no page that waits stands between them.
    await rule.waitFor();
    await go(other!, content.runs[1]!.name);
    await rule.waitFor();
    await go(one!, content.runs[0]!.name);
    await rule.fill('sensitivity=0.95');
    await go(other!, content.runs[1]!.name);
    assert.equal(await rule.inputValue(), '');
    assert.deepEqual(visit.complaints, []);
  });

  test("a run's page names the models that it logged", async () => {
    const about = { experimentId: 0, name: 'lesions', modelType: 'classifier', sourceRunId: content.foreign };
    await studio.store.loggedModels.create(about);
    for (const look of [{}, { width: 390, dark: true }]) {
      await using visit = await studio.visit(`/runs/${content.foreign}`, look);
      const row = visit.page.getByRole('row', { name: /Logged model/ });
      await row.waitFor();
      assert.match(await row.innerText(), /lesions, classifier, not uploaded yet/);
      await visit.check();
      await visit.shot(`logged-model-${look.width ?? 1440}`);
    }
  });

  test('runs are tested against each other anew once one is measured again, and the corrections are explained', async () => {
    const { store } = studio;
    const runs = await Promise.all([2, 3].map((seed) => severalClasses(store, content.runs[0]!, seed)));
    const address = `/runs/compare?run=${encodeURIComponent(JSON.stringify(runs.map(({ id }) => id)))}&part=figures`;
    await using visit = await studio.visit(address, { width: 390, dark: true });
    const { page } = visit;
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/v1/compare/tests')) asked++;
    });
    await page.getByRole('button', { name: 'All figures' }).click();
    await page.getByText(/Of 3 classes some look different by luck/).waitFor();
    await visit.check();
    await visit.shot('tests-classes-390');
    const elsewhere = async () => {
      await page.getByRole('tab', { name: 'Settings' }).click();
      await page.getByRole('tab', { name: 'Figures' }).click();
      await page.getByRole('button', { name: 'All figures' }).waitFor();
    };
    // What was measured is looked up again after half a minute.
    await page.evaluate(() => {
      const { now } = Date;
      Date.now = () => now() + 40_000;
    });
    await elsewhere();
    const before = asked;
    await measure(store, runs[1]!, 9);
    await page.evaluate(() => {
      const { now } = Date;
      Date.now = () => now() + 40_000;
    });
    const [again] = await Promise.all([page.waitForRequest(/compare\/tests/), elsewhere()]);
    assert.ok(again.postData()!.includes(runs[1]!.id));
    assert.equal(asked, before + 1);
    assert.deepEqual(visit.complaints, []);
  });

  test('a run is measured again with the positive classes that it was measured with', async () => {
    const run = await severalClasses(studio.store, content.runs[0]!, 2);
    await measure(studio.store, run, 2, ['up']);
    await using visit = await studio.visit(`/runs/${run.id}?part=evaluation`);
    const { page } = visit;
    const [asked] = await Promise.all([
      page.waitForRequest(/\/evaluate$/),
      page.getByRole('button', { name: /^Measure on test/ }).click(),
    ]);
    assert.deepEqual(asked.postDataJSON().positive, ['up']);
  });

  test('a run is measured without positive classes where the form names none', async () => {
    const run = await severalClasses(studio.store, content.runs[0]!, 2, ['up']);
    await using visit = await studio.visit(`/runs/${run.id}?part=evaluation`);
    const { page } = visit;
    await page.getByRole('button', { name: /^Measure on test/ }).waitFor();
    const field = page.getByRole('combobox', { name: 'Positive classes' });
    await field.focus();
    await field.press('Backspace');
    const [asked] = await Promise.all([
      page.waitForRequest(/\/evaluate$/),
      page.getByRole('button', { name: /^Measure on test/ }).click(),
    ]);
    assert.deepEqual(asked.postDataJSON().positive, []);
  });

  test('curves are read with the pointer and the keyboard, smoothed, drawn over time, enlarged, and saved', async () => {
    await using visit = await studio.visit(compared());
    const { page } = visit;
    const figure = page.locator('figure', { hasText: 'Training loss, each step' });
    const area = figure.getByRole('application');
    await area.waitFor();
    await visit.check();
    await visit.shot('compare');
    await area.hover({ position: { x: 200, y: 100 } });
    const values = figure.getByRole('status');
    await values.waitFor();
    assert.match(await values.innerText(), /step [\d,]+[\s\S]*spots small[\s\S]*\d\.\d+/);
    await page.mouse.move(0, 0);
    await area.focus();
    await area.press('ArrowRight');
    assert.match(await values.innerText(), /^step \d/);
    // A stretch is asked for anew: more of its values, and the way back.
    const box = (await area.boundingBox())!;
    await page.mouse.move(box.x + 80, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 160, box.y + 120, { steps: 4 });
    await page.mouse.up();
    await figure.getByRole('button', { name: 'Whole range' }).click();
    await page.getByText('Time', { exact: true }).click();
    await page.waitForURL(/x=time/);
    await page.getByText('time since the start').first().waitFor();
    await page.getByRole('switch', { name: 'Logarithmic' }).check();
    await page.waitForURL(/log=true/);
    await page.getByRole('slider', { name: 'Smoothing' }).focus();
    for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowRight');
    await figure.getByText(/Smoothed by 0\.3/).waitFor();
    const menu = figure.getByRole('button', { name: /^Save or read/ });
    const saved = async (kind: string) => {
      await menu.click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: kind }).click(),
      ]);
      return readFile((await download.path())!, 'utf8');
    };
    const svg = await saved('Save as SVG');
    assert.match(svg, /^<svg xmlns[\s\S]*Training loss, each step[\s\S]*spots wild/);
    const csv = (await saved('Save as CSV')).split('\r\n');
    assert.deepEqual(
      [csv[0], csv[1]!.split(',')[0]],
      ['series,time since the start,train.loss,low,high', 'spots small'],
    );
    await menu.click();
    await page.getByRole('menuitem', { name: 'Show as a table' }).click();
    await figure.getByRole('columnheader', { name: 'loss', exact: true }).waitFor();
    assert.deepEqual(visit.complaints, []);
  });
});
