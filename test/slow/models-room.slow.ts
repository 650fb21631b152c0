/** The room of models, walked as people would: on a real server, store and bundles. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setAlias } from '../../src/registry/aliases.ts';
import { policyOf } from '../../src/registry/policy.ts';
import { person } from '../../src/registry/testing.ts';
import { skipBrowser } from '../browser/chromium.ts';
import { fillDeployments } from '../browser/registered.ts';
import { checkAll, openStudio, type Studio } from '../browser/studio.ts';
import { until } from '../until.ts';

const LOOKS = [{ width: 1440 }, { width: 390, dark: true }] as const;

describe('Studio: models', { skip: skipBrowser() }, () => {
  let studio: Studio;
  before(async () => {
    studio = await openStudio({ fill: fillDeployments });
  });
  after(() => studio.close());

  test('every page is whole: wide and narrow, light and dark, for those who do not see it', async () => {
    const pages = {
      models: '/models',
      model: '/models/skin',
      'model-live': '/models/skin?part=live',
      'model-lineage': '/models/skin?part=lineage',
      'model-policy': '/models/skin?part=policy',
      pending: '/models/skin/3',
      overridden: '/models/skin/5',
      figures: '/models/skin/1?part=figures',
      card: '/models/skin/1?part=card',
      lineage: '/models/skin/3?part=lineage',
      differences: '/models/skin/2?part=differences',
      live: '/live',
      trail: '/trail',
    };
    await checkAll(studio, pages, LOOKS);
  });

  test('what a policy refuses is approved only by setting it aside, in words that stay', async () => {
    await using visit = await studio.visit('/models/skin/5');
    const { page } = visit;
    await page.getByText('no second reader on duty; reviewed on Monday').waitFor();
    await page.getByText('policy overridden').first().waitFor();
    await page.getByText('Evidence: 3 of 4 rules met').click();
    await page.getByText('AUROC is 0.900 (0.850 to 0.950)').waitFor();
    // A retirement is typed: half the name is not enough.
    await page.getByRole('button', { name: 'Retire skin@5…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('never used');
    await dialog.getByLabel(/to confirm/).fill('skin');
    const button = dialog.getByRole('button', { name: 'Retire for ever' });
    assert.equal(await button.isDisabled(), true);
    await dialog.getByLabel(/to confirm/).fill('skin@5');
    await button.click();
    await page.getByText('What was ended takes no alias.').waitFor();
    assert.equal((await studio.store.registry.version('skin', 5))!.status, 'retired');
  });

  test('what differs between versions stands in parts that people know', async () => {
    await using visit = await studio.visit('/models/skin/2?part=differences');
    const parts = visit.page.getByRole('region', { name: 'Differences' }).locator('tbody th');
    await parts.first().waitFor();
    const names = await parts.allTextContents();
    assert.ok(names.includes('Where it comes from') && names.includes('Metrics'), names.join(', '));
    const metric = visit.page.getByRole('cell', { name: 'AUROC', exact: true });
    assert.equal(await metric.getAttribute('title'), 'metrics.auroc');
  });

  test('lineage can be read by eye, by keys and in words', async () => {
    await using visit = await studio.visit('/models/skin/3?part=lineage');
    const { page } = visit;
    await page.getByRole('button', { name: /^skin@1 *Version/ }).focus();
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog');
    await drawer.getByText('→ skin@3: made from it').waitFor();
    await drawer.getByRole('link', { name: 'Open skin@1' }).click();
    await page.getByRole('heading', { name: 'skin@1', level: 1 }).waitFor();
    await page.goBack();
    await page.getByText('In words').click();
    await page.getByRole('cell', { name: 'trained on' }).first().waitFor();
  });

  test('what was live then, and the trail of it, verified', async () => {
    const [first] = (await studio.store.trail.read({ subject: 'skin@champion' })).slice(0, 1);
    await using visit = await studio.visit(`/live?at=${encodeURIComponent(first!.at)}`);
    const { page } = visit;
    await page.getByText('put there by').waitFor();
    await page.getByText('There was none.').waitFor();
    await page.getByRole('button', { name: 'Now' }).click();
    await page.getByRole('cell', { name: /^skin@1 live, 70% as skin@champion/ }).waitFor();
    await page.getByRole('link', { name: 'Models' }).first().click();
    await page.getByRole('link', { name: 'Audit trail' }).click();
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByRole('heading', { name: 'Unaltered' }).waitFor();
    await page.getByLabel('Exactly this').fill('skin@4');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('misses melanomas below 4 mm').waitFor();
    assert.match(page.url(), /subject=skin%404/);
    await page
      .getByRole('button', { name: /^More of event/ })
      .first()
      .click();
    await page.getByText('"status": "rejected"').waitFor();
    assert.deepEqual(visit.complaints, []);
  });

  test('what others decide meanwhile shows by itself', async () => {
    await using visit = await studio.visit('/models/skin/2');
    const { page } = visit;
    // It is no champion, but a deployment names it.
    await page.getByRole('heading', { name: 'skin@2 is live' }).waitFor();
    await page.getByText('It answers in derma.').waitFor();
    const said = { reason: 'from the command line' };
    await setAlias(studio.store, person('cleo'), 'skin@2', 'challenger', said, { policy: policyOf({}) });
    await page.getByRole('button', { name: 'Take challenger away from skin@2' }).waitFor();
  });

  test('a model is found and described', async () => {
    await using visit = await studio.visit('/models?find=ski');
    const { page } = visit;
    await page.getByRole('link', { name: 'skin', exact: true }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Description').fill('Moles of two wards');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Edit' }).waitFor();
    await page.getByText('Moles of two wards').waitFor();
    await until('the description is kept', async () => {
      return (await studio.store.registry.model('skin'))!.description === 'Moles of two wards';
    });
    await using none = await studio.visit('/models?find=nothing-of-that-name');
    await none.page.getByRole('heading', { name: /No model's name holds/ }).waitFor();
  });
});

test('Studio: models: an empty registry says what to do', { skip: skipBrowser() }, async () => {
  const studio = await openStudio();
  try {
    for (const path of ['/models', '/live', '/trail', '/deployments', '/deployments/new']) {
      await using visit = await studio.visit(path, { until: '[data-testid="empty"], [data-testid="fault"]' });
      await visit.check();
      await visit.shot(`empty${path.replaceAll('/', '-')}`);
    }
    await using gone = await studio.visit('/models/none');
    await gone.page.getByText('There is no registered model "none".').waitFor();
  } finally {
    await studio.close();
  }
});
