/** A person's way from a recipe to a better dataset: several trainings, a measurement, label suspects, the next version; and a server that ends on the way. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { amendDataset } from '../../src/data/amend.ts';
import { openDataset } from '../../src/data/dataset.ts';
import { ownIdentity, pidOf } from '../../src/store/identity.ts';
import { drawDataset } from '../../src/training/testing.ts';
import { skipBrowser } from '../browser/chromium.ts';
import { openStudio, type Studio } from '../browser/studio.ts';

const LOOKS = [{ width: 1440 }, { width: 390, dark: true }, { width: 1440, dark: true }, { width: 390 }] as const;
const MINUTES = 180_000;

describe('a run from the page to a better dataset', { skip: skipBrowser() }, () => {
  let studio: Studio;
  /** Images that stand under the wrong class, by number. */
  let wrong: number[];

  before(async () => {
    studio = await openStudio({
      fill: async (_, home) => {
        await drawDataset(home, { perClass: 60 });
        const dataset = await openDataset(home, 'spots');
        const chosen = dataset.samples('test').slice(0, 3);
        await amendDataset(
          'spots@1',
          chosen.map(({ id, label }) => ({ id, label: label === 'left' ? 'right' : 'left', out: false })),
          { by: 'anna', reason: 'for the test' },
          { home, signal: new AbortController().signal },
        );
        const ids = [...dataset.samples()].map(({ id }) => id).sort();
        wrong = chosen.map(({ id }) => ids.indexOf(id) + 1);
      },
    });
  });
  after(async () => {
    for (const { worker } of (await studio?.store.trainings.list({ open: true })) ?? []) {
      const pid = worker === null ? null : pidOf(worker);
      if (pid !== null) process.kill(pid, 'SIGKILL');
    }
    await studio?.close();
  });

  test('several seeds are trained and measured together', async () => {
    await using visit = await studio.visit('/runs/new');
    const { page } = visit;
    await page.getByText(/Suggested: the quickest that fits/).waitFor();
    await page.getByRole('combobox', { name: 'Recipe' }).click();
    await page.getByRole('option', { name: /pneumoniamnist/ }).click();
    await page.getByText(/simple_cnn begins from nothing/).waitFor();
    await page
      .getByRole('textbox', { name: 'Other settings, one a line' })
      .fill('evaluation.positive=[right]\ndata.workers=1\ntraining.threads=1\ntraining.ema=null\ntraining.metric=loss');
    await page.getByRole('textbox', { name: 'Image size, pixels' }).fill('24');
    await page.getByRole('textbox', { name: 'Epochs' }).fill('25');
    await page.getByRole('textbox', { name: 'Batch size' }).fill('8');
    await page.getByText('Several seeds').click();
    await page.getByRole('textbox', { name: 'Number of seeds' }).fill('2');
    await page.getByRole('button', { name: 'Begin 2 trainings' }).isEnabled();
    await visit.check();
    await visit.shot('new-seeds');
    await page.getByRole('button', { name: 'Begin 2 trainings' }).click();
    await page.getByRole('link', { name: 'The group' }).waitFor({ timeout: MINUTES });
    await page.getByRole('link', { name: 'Open the group' }).click({ timeout: MINUTES });
    await page.getByRole('heading', { name: /^On val/ }).waitFor();
    await page.getByText('to go on with').waitFor();
    await looked(studio, page, 'group');
  });

  test('a refusal stands at the field that it is about', async () => {
    await using visit = await studio.visit('/runs/new?recipe=chest-xray');
    const { page } = visit;
    const size = page.getByRole('textbox', { name: 'Image size, pixels' });
    await size.fill('4');
    await size.and(page.locator('[aria-invalid="true"]')).waitFor();
    await page
      .getByText(/data\.size/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Begin the training', disabled: true }).waitFor();
  });

  test('one of them is measured on test, and told that test was looked at', async () => {
    const [run] = await studio.store.runs.list();
    await using visit = await studio.visit(`/runs/${run!.id}?part=evaluation`);
    const { page } = visit;
    await page.getByText(/The test split is for once/).waitFor();
    await page.getByRole('button', { name: 'Measure on test' }).click();
    await page.getByTestId('progress').waitFor();
    await visit.shot('measuring');
    await page.getByText('Confusion matrix').waitFor({ timeout: MINUTES });
    await page.getByRole('button', { name: 'Measure on test again' }).waitFor();
    await page.getByText(/The test split was measured before/).waitFor();
    await visit.check();
    await looked(studio, page, 'measured');
    const begun = (await studio.store.trainings.list()).find(({ kind }) => kind === 'evaluate');
    assert.deepEqual([begun?.state, begun?.run, begun?.task.split], ['finished', run!.id, 'test']);
    const keys = (await studio.store.curves.summary(run!.id)).map(({ key }) => key);
    assert.ok(keys.includes('test.auroc'), 'the run knows what was measured');
  });

  test('labels that it takes for wrong are looked at, corrected and left out in the next version', async () => {
    const [run] = await studio.store.runs.list();
    await using visit = await studio.visit(`/runs/${run!.id}`);
    const { page } = visit;
    await page.getByRole('link', { name: 'Which labels it takes for wrong' }).click();
    await page.getByRole('button', { name: 'Judge the labels' }).click();
    await page
      .getByText(/labels? (is|are) suspect/)
      .first()
      .waitFor({ timeout: MINUTES });
    await page.getByRole('button', { name: 'Judge them again' }).waitFor();
    await visit.check();
    await looked(studio, page, 'suspects');
    const of = (number: number) => page.getByRole('figure', { name: `Image ${number}`, exact: true });
    for (const number of wrong) await of(number).waitFor();
    const [first, second] = wrong;
    const suggested = (await of(first!).locator('dd b').nth(1).textContent())!;
    await of(first!).getByRole('button', { name: suggested, exact: true }).click();
    await of(second!).getByRole('button', { name: 'nobody knows: leave out' }).click();
    await page.getByText('2 decisions').waitFor();
    await visit.check();
    await visit.shot('suspects-decided');
    await page.getByRole('button', { name: 'Write them as version 3' }).click();
    await page.getByRole('textbox', { name: 'Why' }).fill('read again');
    await page.getByRole('button', { name: 'Write version 3' }).click();
    await page.getByText(/Version 3 was made/).waitFor({ timeout: MINUTES });
    const made = await openDataset(studio.home, 'spots@3');
    const before = await openDataset(studio.home, 'spots@1');
    const ids = [...before.samples()].map(({ id }) => id).sort();
    const label = (number: number, of: typeof made) => of.samples().find(({ id }) => id === ids[number - 1])?.label;
    assert.equal(label(first!, made), label(first!, before), 'what was swapped is as it was');
    assert.ok(made.excluded.some(({ id }) => id === ids[second! - 1]));
    assert.deepEqual(visit.complaints, []);
  });

  test('a sweep is previewed before it begins', async () => {
    const setting = encodeURIComponent(JSON.stringify(['evaluation.positive=[right]', 'data.size=24']));
    await using visit = await studio.visit(`/runs/new?sweep=sweeps/first-try&setting=${setting}`);
    const { page } = visit;
    await page.getByText('What will be searched').waitFor();
    await page.getByText(/About .* at most: 20 times .*, as 2 runs of this network/).waitFor();
    await page.getByText(/ to 0\.03\d*, each factor as likely/).waitFor();
    await visit.check();
    await looked(studio, page, 'sweep-preview');
    assert.ok(await page.getByRole('button', { name: 'Begin the sweep' }).isEnabled());
  });

  test('what a server was at when it ended is told, and begun again', async () => {
    const url = `${studio.url}/v1/datasets/spots/versions/1/audit`;
    const body = JSON.stringify({ shortcut: true });
    await studio.restart(async () => undefined);
    await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await studio.restart(async () => undefined);
    await using visit = await studio.visit('/datasets/spots/1');
    const { page } = visit;
    await page.getByText('Auditing was interrupted.').waitFor();
    await page.getByText('The server ended before the work did.').waitFor();
    await visit.check();
    await looked(studio, page, 'interrupted');
    await using home = await studio.visit('/');
    await home.page.getByText(/spots@1.*interrupted|interrupted.*spots@1/).waitFor();
    await home.check();
    await page.getByRole('button', { name: 'Begin it again' }).click();
    await page.getByText('Done: the audit is up to date.').waitFor({ timeout: MINUTES });
    assert.equal(await page.getByText('Auditing was interrupted.').count(), 0);
    // An evaluation lives in a process of its own: one that was killed is told so too.
    const [run] = await studio.store.runs.list();
    await studio.store.trainings.create({
      ...{ id: 'f'.repeat(32), kind: 'evaluate', name: run!.name, state: 'running', who: 'anna', run: run!.id },
      ...{ begunAt: new Date().toISOString(), endedAt: null, progress: null, error: null },
      task: { kind: 'evaluate', run: run!.id, group: null, split: 'test' },
      worker: await goneWorker(),
    });
    await using measured = await studio.visit(`/runs/${run!.id}?part=evaluation`);
    await measured.page.getByText('Measuring on test was interrupted.').waitFor();
    await measured.check();
    await measured.shot('evaluation-interrupted');
  });
});

/** A process of this machine that has ended. */
async function goneWorker(): Promise<string> {
  const child = spawn('true');
  const worker = ownIdentity(child.pid!);
  await once(child, 'exit');
  return worker;
}

/** The same page as others have it: narrow, dark; axe's eye on each, and a picture. */
async function looked(studio: Studio, page: Page, name: string): Promise<void> {
  const path = page.url().slice(studio.url.length);
  for (const look of LOOKS) {
    await using seen = await studio.visit(path, look);
    await seen.check();
    await seen.shot(name);
  }
}
