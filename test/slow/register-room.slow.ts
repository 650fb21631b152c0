/** From a trained run to what is live, on the page alone: registered in a process of its own, compared with the champion, approved. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { beginDemo, lastDemo } from '../../src/pipeline/demo/begin.ts';
import { setAlias } from '../../src/registry/aliases.ts';
import { approve } from '../../src/registry/decide.ts';
import { policyOf } from '../../src/registry/policy.ts';
import { person } from '../../src/registry/testing.ts';
import { policyFile } from '../../src/store/paths.ts';
import { openStore } from '../../src/store/store.ts';
import { skipBrowser } from '../browser/chromium.ts';
import { openStudio, type Studio } from '../browser/studio.ts';

const SMALL = { count: 120, settings: ['model.name=simple_cnn', 'training.epochs=1'] };

describe('Studio: from a run to what is live', { skip: skipBrowser() }, () => {
  const home = mkdtempSync(join(tmpdir(), 'osler-register-'));
  let studio: Studio;
  before(async () => {
    await using store = await openStore(home);
    // Two runs of one dataset; the first is the champion.
    for (const seed of [1, 2]) {
      await beginDemo(store, { ...SMALL, settings: [...SMALL.settings, `seed=${seed}`] }, 'tina');
      while ((await lastDemo(store))!.endedAt === null) await sleep(250);
      assert.equal((await lastDemo(store))!.error, null);
    }
    await approve(
      store,
      person('ann'),
      'demo@1',
      { reason: 'first' },
      { policy: policyOf({ default: { leaky: 'allow' } }) },
    );
    await setAlias(store, person('ann'), 'demo@1', 'champion', {}, { policy: policyOf({}) });
    studio = await openStudio({ home });
  });
  after(async () => {
    await studio?.close();
    rmSync(home, { recursive: true, force: true });
  });

  test('a run is registered under another name; it says how far it is', async () => {
    await using visit = await studio.visit('/models');
    const { page } = visit;
    await page.getByRole('button', { name: 'Register a run' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Run' }).click();
    await page
      .getByRole('option', { name: /^demo \(simple_cnn, demo@1/ })
      .first()
      .click();
    await dialog.getByRole('combobox', { name: 'Model' }).fill('moles');
    await dialog.getByLabel('Description').fill('from the page');
    await visit.check();
    await visit.shot('register');
    await dialog.getByRole('button', { name: 'Register' }).click();
    await dialog.getByTestId('progress').waitFor();
    await dialog.getByRole('link', { name: 'moles@1' }).click({ timeout: 120_000 });
    await page.getByRole('heading', { name: 'moles@1', level: 1 }).waitFor();
    const version = (await studio.store.registry.version('moles', 1))!;
    assert.deepEqual([version.status, version.description], ['pending', 'from the page']);
    assert.equal(version.record.lineage.trainer, 'tina');
    assert.deepEqual(visit.complaints, []);
  });

  test('the comparison that the policy asks for is made on a press, and is what the approval stores', async () => {
    mkdirSync(dirname(policyFile(home)), { recursive: true });
    writeFileSync(
      policyFile(home),
      'default: { leaky: allow, champion: { margin: 0.9, metric: auroc }, trainerMayApprove: true }',
    );
    await using visit = await studio.visit('/models/demo/2');
    const { page } = visit;
    await page.getByText('it was not compared with version 1').waitFor();
    await page.getByRole('button', { name: 'Compare with demo@1' }).click();
    await page.getByRole('img', { name: /^Difference in AUROC with its interval/ }).waitFor({ timeout: 120_000 });
    await visit.check();
    await visit.shot('compared');
    // A server that was started anew knows of it.
    await studio.restart(async () => undefined);
    await page.reload();
    await page.getByRole('img', { name: /^Difference in AUROC with its interval/ }).waitFor();
    const button = page.getByRole('button', { name: /^Approve/ });
    await button.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').first().fill('compared');
    const aside = dialog.getByRole('checkbox');
    if ((await aside.count()) > 0) {
      await aside.check();
      await dialog.getByLabel('Why the policy is set aside').fill('a small test set');
    }
    await dialog.getByRole('button', { name: /approve$/i }).click();
    await page.getByRole('heading', { name: 'demo@2 is not live' }).waitFor();
    const { modelId } = (await studio.store.registry.version('demo', 2))!;
    const [decision] = await studio.store.registry.decisions(modelId, 2);
    const { comparison } = decision!.evidence as { comparison: { metric: string; samples: number } };
    assert.deepEqual([comparison.metric, comparison.samples > 0], ['auroc', true]);
  });
});
