/** Studio's shell and Home, as a person walks them: empty, busy, on a telephone, by keyboard, live. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { createDeployment } from '../../src/pipeline/deployments/manage.ts';
import { approve } from '../../src/registry/decide.ts';
import { policyOf } from '../../src/registry/policy.ts';
import { registerBundle } from '../../src/registry/register.ts';
import { person } from '../../src/registry/testing.ts';
import { numberedBundle } from '../../src/serving/deployments/testing.ts';
import { ownIdentity } from '../../src/store/identity.ts';
import type { Store } from '../../src/store/store.ts';
import { exampleRun } from '../../src/store/testing.ts';
import { skipBrowser } from '../browser/chromium.ts';
import { openStudio, type Studio } from '../browser/studio.ts';
import { until } from '../until.ts';

const LOOKS = [
  { width: 1440, dark: false },
  { width: 1440, dark: true },
  { width: 390, dark: false },
  { width: 390, dark: true },
];

async function busy(store: Store, home: string): Promise<void> {
  for (const number of [1, 2, 3]) {
    await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(home, number) });
    if (number < 3) await approve(store, person('ben'), `skin@${number}`, { reason: 'x' }, { policy: policyOf({}) });
  }
  const by = { actor: person('ben'), why: 'first' };
  const live = [
    { model: 'skin@1', weight: 3 },
    { model: 'skin@2', weight: 1 },
  ];
  await createDeployment(store, 'derma', { live }, by);
  const run = await store.runs.create(exampleRun({ name: 'night shift', config: { training: { epochs: 10 } } }));
  await store.metrics.append(run.id, [{ key: 'val/auroc', step: 40, epoch: 4, value: 0.9, time: Date.now() }]);
  const endedAt = new Date(Date.now() - 3_600_000).toISOString();
  await store.runs.create(exampleRun({ name: 'power cut', status: 'interrupted', endedAt }));
}

describe('an empty house', { skip: skipBrowser() }, () => {
  let studio: Studio;
  before(async () => {
    studio = await openStudio();
  });
  after(() => studio?.close());

  for (const look of LOOKS) {
    test(`says what to do first at ${look.width} px, ${look.dark ? 'dark' : 'light'}`, async () => {
      await using visit = await studio.visit('/', look);
      const { page } = visit;
      await page.getByRole('button', { name: 'Run the demo' }).waitFor();
      assert.equal(await page.title(), 'Home · Osler');
      await visit.check();
      await visit.shot('home-empty');
    });
  }

  for (const dark of [false, true]) {
    test(`fields can be read and found, and paper is light, ${dark ? 'dark' : 'light'}`, async () => {
      await using visit = await studio.visit('/trail', { dark });
      const field = visit.page.getByPlaceholder('skin', { exact: true });
      await field.focus();
      const [ink, ground, outline] = (await visit.page.evaluate(`[
        getComputedStyle(document.activeElement, '::placeholder').color,
        getComputedStyle(document.activeElement).backgroundColor,
        getComputedStyle(document.activeElement).outline,
      ]`)) as [string, string, string];
      assert.ok(contrast(ink, ground) >= 4.5, `${ink} on ${ground}`);
      assert.match(outline, /solid 2px|2px solid/);
      const scheme = () => visit.page.evaluate('document.documentElement.dataset.mantineColorScheme');
      const own = dark ? 'dark' : 'light';
      assert.equal(await scheme(), own);
      await visit.page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
      assert.equal(await scheme(), 'light');
      await visit.page.evaluate("window.dispatchEvent(new Event('afterprint'))");
      await until('the screen is as before', async () => (await scheme()) === own);
    });
  }

  test('a demo under way shows how far it is, by itself, until it is done', async () => {
    const id = randomBytes(16).toString('hex');
    const moment = new Date().toISOString();
    const { trainings } = studio.store;
    await trainings.create({
      ...{ id, kind: 'demo', name: 'demo', state: 'running', who: 'ada', begunAt: moment, endedAt: null },
      ...{ task: {}, run: null, worker: ownIdentity(), error: null },
      progress: { task: 'Step 3 of 5: train a network', done: 30, total: 100, note: 'epoch 6 of 20' },
    });
    await using visit = await studio.visit('/');
    const { page } = visit;
    const bar = page.getByRole('progressbar', { name: 'Step 3 of 5: train a network' });
    await bar.waitFor();
    assert.equal(await bar.getAttribute('aria-valuenow'), '30');
    await page.getByText('epoch 6 of 20').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    await visit.check();
    await visit.shot('home-demo');
    await page.getByRole('img', { name: /Live: changes show/ }).waitFor();
    await trainings.update(id, { progress: { task: 'Step 5 of 5: register it', done: 0 } });
    await page.getByText('Step 5 of 5: register it').waitFor();
    await trainings.update(id, { state: 'finished', endedAt: new Date().toISOString(), progress: null });
    await page.getByText('The demo is done').waitFor();
    await visit.check();
  });

  test('rooms that come later have their place, and an address that names none says so', async () => {
    await using visit = await studio.visit('/');
    const { page } = visit;
    for (const [link, said] of [
      ['Monitoring', /prediction log/],
      ['Retraining', /canary/],
    ] as const) {
      await page.getByRole('link', { name: new RegExp(link) }).click();
      await page.getByRole('heading', { level: 1, name: link }).waitFor();
      assert.match((await page.locator('main').textContent())!, said);
      await visit.check();
    }
    await page.goto(`${studio.url}/no/such/place`);
    await page.getByRole('heading', { level: 1, name: 'Nothing here' }).waitFor();
    await visit.check();
    await page.getByRole('link', { name: 'Home', exact: true }).last().click();
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  });
});

describe('a busy house', { skip: skipBrowser() }, () => {
  let studio: Studio;
  before(async () => {
    studio = await openStudio({ fill: busy });
  });
  after(() => studio?.close());

  for (const look of LOOKS) {
    test(`shows what runs, what is live and what waits at ${look.width} px, ${look.dark ? 'dark' : 'light'}`, async () => {
      await using visit = await studio.visit('/', look);
      const { page } = visit;
      const waits = page.getByRole('region', { name: 'Needs a decision' });
      await waits.getByText('skin@3').waitFor();
      assert.match((await waits.textContent())!, /power cut was interrupted/);
      const runs = page.getByRole('region', { name: 'Running' });
      await runs.getByText('epoch 4 of 10').waitFor();
      const live = page.getByRole('region', { name: 'Live' });
      assert.match((await live.textContent())!, /skin@1 75%, skin@2 25%/);
      await visit.check();
      await visit.shot('home-busy');
    });
  }

  test('changes show by themselves', async () => {
    await using visit = await studio.visit('/');
    const { page } = visit;
    await page.getByRole('img', { name: /Live: changes show/ }).waitFor();
    const { id } = await studio.store.runs.create(exampleRun({ name: 'just begun' }));
    const runs = page.getByRole('region', { name: 'Running' });
    await runs.getByText('just begun').waitFor();
    const value = { key: 'loss', step: 3, epoch: 1, value: 0.5, time: Date.now() + 1_000 };
    await studio.store.metrics.append(id, [value]);
    await runs.getByText('epoch 1 of 2').waitFor();
    await studio.store.runs.update(id, { status: 'finished', endedAt: new Date().toISOString() });
    await runs.getByText('just begun').waitFor({ state: 'detached' });
    assert.deepEqual(visit.complaints, []);
  });

  test('everything is reached by keyboard: the palette, the keys to rooms, their list', async () => {
    await using visit = await studio.visit('/');
    const { page } = visit;
    await page.keyboard.press('Control+k');
    const search = page.getByRole('textbox', { name: 'Find' }).or(page.getByRole('combobox', { name: 'Find' }));
    await search.fill('monit');
    await visit.check();
    await visit.shot('palette');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Monitoring' }).waitFor();
    await search.waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await page.keyboard.press('Control+k');
    await search.fill('derm');
    await page
      .getByRole('button', { name: 'derma' })
      .or(page.getByRole('option', { name: 'derma' }))
      .waitFor();
    await visit.shot('palette-found');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/deployments/derma');
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await search.waitFor({ state: 'hidden' });
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await keys.getByText('Go to Models').waitFor();
    await visit.check();
    await visit.shot('keys');
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });
  });

  test('on a telephone the menu opens, leads somewhere, and closes', async () => {
    await using visit = await studio.visit('/', { width: 390, height: 844 });
    const { page } = visit;
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await visit.shot('menu');
    await page.getByRole('link', { name: /Monitoring/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Monitoring' }).waitFor();
    await page.getByRole('button', { name: 'Open the menu' }).waitFor();
    await visit.check();
  });

  test('colours are chosen, and stay', async () => {
    await using visit = await studio.visit('/');
    const { page } = visit;
    const scheme = () => page.evaluate('document.documentElement.dataset.mantineColorScheme');
    assert.equal(await scheme(), 'light');
    await page.getByRole('button', { name: /Colours: as the system/ }).click();
    await page.getByRole('button', { name: /Colours: light/ }).click();
    assert.equal(await scheme(), 'dark');
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(await scheme(), 'dark');
  });

  test('a room whose code does not come says that the server is away, and comes when it is back', async () => {
    await using visit = await studio.visit('/');
    const { page } = visit;
    await page.getByText('night shift').waitFor();
    const away = /\/(assets|v1|health)\//;
    await page.route(away, (route) => route.abort());
    await page.getByRole('navigation').getByRole('link', { name: 'Models' }).first().click();
    await page.getByTestId('fault').getByText('The server does not answer.').waitFor();
    await page.unroute(away);
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
    await page.getByText('skin', { exact: true }).first().waitFor();
  });

  test('a server that goes away is said to be away, what was seen stays, and all is new when it is back', async () => {
    await using visit = await studio.visit('/');
    const { page } = visit;
    await page.getByText('night shift').waitFor();
    await page.getByRole('img', { name: /Live: changes show/ }).waitFor();
    await studio.restart(async () => {
      await page.getByRole('img', { name: /not heard/ }).waitFor();
      assert.ok(await page.getByText('night shift').isVisible());
      // What happens meanwhile is not missed.
      await studio.store.runs.create(exampleRun({ name: 'in between' }));
    });
    await page.getByText('in between').waitFor();
    await page.getByRole('img', { name: /Live: changes show/ }).waitFor();
  });
});

/** WCAG's ratio of two colours, each rgb(r, g, b). */
function contrast(one: string, other: string): number {
  const [low, high] = [one, other]
    .map((colour) => {
      const [r, g, b] = colour.match(/\d+/g)!.map((value) => {
        const share = Number(value) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      }) as [number, number, number];
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    })
    .sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}
