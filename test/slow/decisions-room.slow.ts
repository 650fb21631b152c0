/** What is decided on the page is decided in the store: a version approved and made live, traffic changed, both taken back. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { skipBrowser } from '../browser/chromium.ts';
import { fillDeployments } from '../browser/registered.ts';
import { openStudio, type Studio } from '../browser/studio.ts';

describe('Studio: decisions', { skip: skipBrowser() }, () => {
  let studio: Studio;
  before(async () => {
    studio = await openStudio({ fill: fillDeployments });
  });
  after(() => studio.close());

  test('a version is approved on its evidence and made live; the notice takes it back', async () => {
    await using visit = await studio.visit('/models');
    const { page } = visit;
    await page.getByRole('link', { name: 'skin@3' }).click();
    await page.getByRole('heading', { name: 'All rules of the policy are met' }).waitFor();
    await page.getByRole('button', { name: 'Approve skin@3…' }).click();
    const dialog = page.getByRole('dialog');
    const button = dialog.getByRole('button', { name: 'Approve', exact: true });
    assert.equal(await button.isDisabled(), true, 'an approval needs a reason');
    await dialog.getByLabel('Why').fill('read the report');
    await button.click();
    await page.getByRole('heading', { name: 'skin@3 is not live' }).waitFor();
    await page.getByText(/approved by/).waitFor();
    await page.getByRole('button', { name: 'Make it the champion…' }).click();
    await page.getByRole('dialog').getByLabel('Why').fill('better than 1');
    await page.getByRole('button', { name: 'Make it champion', exact: true }).click();
    await page.getByRole('heading', { name: 'skin@3 is live' }).waitFor();
    assert.equal((await studio.store.registry.model('skin'))!.aliases.champion, 3);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('heading', { name: 'skin@3 is not live' }).waitFor();
    assert.equal((await studio.store.registry.model('skin'))!.aliases.champion, 1);
    const [last] = await studio.store.trail.read({ last: 1 });
    assert.deepEqual([last!.what, last!.subject], ['alias.set', 'skin@champion']);
    assert.match(last!.why!, /Taken back at once: better than 1/);
    assert.deepEqual(visit.complaints, []);
  });

  test('traffic is set by keys, put in force with a reason, and undone', async () => {
    await using visit = await studio.visit('/deployments/derma');
    const { page } = visit;
    await page.getByLabel('Share of skin@2 in per cent, as a number').fill('40');
    await page.getByLabel('Share of skin@2 in per cent, as a number').blur();
    const slider = page.getByRole('slider', { name: 'Share of skin@champion in per cent', exact: true });
    assert.equal(await slider.getAttribute('aria-valuenow'), '60');
    await slider.focus();
    for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowLeft');
    assert.equal(await slider.getAttribute('aria-valuenow'), '50');
    await page.getByRole('button', { name: 'Put in force…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('70% → 50%').waitFor();
    await dialog.getByLabel('Why').fill('half and half');
    await dialog.getByRole('button', { name: 'Put in force' }).click();
    await page.getByText('Revision 3 is in force.').waitFor();
    const changed = (await studio.store.deployments.get('derma'))!.revision;
    assert.deepEqual([changed.number, changed.why], [3, 'half and half']);
    assert.deepEqual(
      studio.host.get('derma').members.map(({ name, share }) => [name, share]),
      [
        ['skin@champion', 0.5],
        ['skin@2', 0.5],
      ],
    );
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone: it is what revision 2 was.').waitFor();
    assert.equal((await studio.store.deployments.get('derma'))!.revision.what, 'deployment.rollback');
    assert.equal(await slider.getAttribute('aria-valuenow'), '70');
    assert.deepEqual(visit.complaints, []);
  });
});
