/** Signing in to Studio at an identity provider, as a browser goes there and comes back. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ServerConfig } from '../../src/security/config.ts';
import { openGate } from '../../src/security/gate.ts';
import { openProvider, type TestProvider } from '../../src/security/testing.ts';
import { skipBrowser } from '../browser/chromium.ts';
import { openStudio, type Studio } from '../browser/studio.ts';

describe('a server that leaves it to an identity provider', { skip: skipBrowser() }, () => {
  let provider: TestProvider;
  let studio: Studio;
  before(async () => {
    provider = await openProvider();
    studio = await openStudio({
      house: async (store) => {
        const oidc = { issuer: provider.issuer, audience: 'osler', clientId: 'studio' };
        const config = ServerConfig.parse({ authentication: { oidc } });
        const gate = await openGate({ config, host: '127.0.0.1', user: 'nobody', access: store.access });
        return { security: { gate, certificate: null } };
      },
    });
  });
  after(async () => {
    await studio?.close();
    await provider?.close();
  });

  test('there and back, to the place that was asked for, with a session that no script sees', async () => {
    await using visit = await studio.visit('/monitoring');
    const { page } = visit;
    await page.getByRole('link', { name: 'Sign in with your account' }).click();
    await page.getByRole('heading', { level: 1, name: 'Monitoring' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/monitoring');
    await page.getByText('ada@clinic.example').first().waitFor();
    assert.equal(await page.evaluate('document.cookie'), '');
    await page.reload();
    await page.getByText('ada@clinic.example').first().waitFor();
    await visit.check();
  });

  test('who is known there and has no role here is told so, also on a telephone', async () => {
    provider.person = { sub: 'u-2', email: 'eve@clinic.example', roles: [] };
    await using visit = await studio.visit('/', { width: 390, height: 844 });
    const { page } = visit;
    await page.getByRole('link', { name: 'Sign in with your account' }).click();
    await page.getByText('have no role here').waitFor();
    await visit.check();
    await visit.shot('sign-in-no-role');
  });
});
