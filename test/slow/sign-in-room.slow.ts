/** Signing in to Studio with a key, and out; and what those see who may only look. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { registerBundle } from '../../src/registry/register.ts';
import { person, testBundle } from '../../src/registry/testing.ts';
import { ServerConfig } from '../../src/security/config.ts';
import { openGate } from '../../src/security/gate.ts';
import { createKey } from '../../src/security/keys.ts';
import { skipBrowser } from '../browser/chromium.ts';
import { openStudio, type Studio } from '../browser/studio.ts';

describe('a server that asks who one is', { skip: skipBrowser() }, () => {
  let studio: Studio;
  const keys = { viewer: '', engineer: '' };
  before(async () => {
    studio = await openStudio({
      fill: async (store, home) => {
        await registerBundle(store, person('ada'), { name: 'skin', bundle: await testBundle(home) });
        for (const role of ['viewer', 'engineer'] as const)
          keys[role] = (
            await createKey(store, person('ada'), { name: `the ${role}`, roles: [role], expiresAt: null })
          ).text;
      },
      house: async (store) => {
        const config = ServerConfig.parse({ authentication: { required: true } });
        const gate = await openGate({ config, host: '127.0.0.1', user: 'nobody', access: store.access });
        return { security: { gate, certificate: null } };
      },
    });
  });
  after(() => studio?.close());

  for (const look of [
    { width: 1440, dark: false },
    { width: 390, dark: true },
  ]) {
    test(`asks for a key first at ${look.width} px, and a link leads where it should afterwards`, async () => {
      await using visit = await studio.visit('/monitoring', look);
      const { page } = visit;
      await page.getByRole('heading', { name: 'Sign in to Osler' }).waitFor();
      await visit.check();
      await visit.shot('sign-in');
      await page.getByLabel('Key', { exact: true }).fill(keys.viewer);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { level: 1, name: 'Monitoring' }).waitFor();
      assert.equal(new URL(page.url()).pathname, '/monitoring');
      await visit.check();
    });
  }

  test('says of a wrong key that it is wrong, and keeps what was typed out of the address', async () => {
    await using visit = await studio.visit('/');
    const { page } = visit;
    await page.getByLabel('Key', { exact: true }).fill('osler_wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The key is not valid.').waitFor();
    assert.ok(!page.url().includes('wrong'));
    assert.equal(await page.getByLabel('Key', { exact: true }).getAttribute('type'), 'password');
  });

  test('who may only look begins nothing; who may begin does; who leaves sees nothing any more', async () => {
    await using visit = await studio.visit('/');
    const { page } = visit;
    for (const [role, may] of [
      ['viewer', false],
      ['engineer', true],
    ] as const) {
      await page.getByLabel('Key', { exact: true }).fill(keys[role]);
      await page.keyboard.press('Enter');
      const demo = page.getByRole('button', { name: 'Run the demo' });
      await demo.waitFor();
      assert.equal(await demo.isEnabled(), may, role);
      await page.getByText('skin@1, registered by ada').waitFor();
      await visit.check();
      await page.getByRole('button', { name: `Signed in as the ${role}` }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in to Osler' }).waitFor();
      assert.equal(await page.getByText('skin@1').count(), 0);
      assert.equal((await page.request.get(`${studio.url}/v1/home`)).status(), 401);
    }
  });
});
