/** Studio as a person has it: the built page on a real server and store, in a real browser. Suites of all rooms stand on this. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openHost } from '../../src/pipeline/deployments/host.ts';
import { buildHouse, type HouseOptions } from '../../src/server/house.ts';
import { DeploymentMetrics } from '../../src/server/routes/deployments/metrics.ts';
import type { DeploymentHost } from '../../src/serving/deployments/host.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { until } from '../until.ts';
import { violations } from './axe.ts';
import { launchBrowser, PAGE } from './chromium.ts';

export interface StudioOptions {
  /** Puts content into the store, through its own functions, before the server starts. */
  fill?: (store: Store, home: string) => Promise<unknown>;
  /** An OSLER_HOME that is there already; default: a new one, removed at the end. */
  home?: string;
  /** What the server is made with, beyond the usual. */
  house?: Partial<HouseOptions> | ((store: Store) => Promise<Partial<HouseOptions>>);
}

export interface Look {
  width?: number;
  height?: number;
  dark?: boolean;
  /** Of the page, once it is there: waits for it. Default: the first heading. */
  until?: string;
}

export interface Visit extends AsyncDisposable {
  page: Page;
  /** Errors on the console, and those that no one caught, so far. */
  readonly complaints: string[];
  /** WCAG 2.2 AA by axe, nothing sticks out sideways, no complaints. Throws an AssertionError that names what is wrong. */
  check(options?: { except?: string[] }): Promise<void>;
  /** A picture of the page in the folder that OSLER_SHOTS names; nothing where it is not set. */
  shot(name: string): Promise<void>;
}

export interface Studio {
  readonly url: string;
  readonly home: string;
  readonly store: Store;
  readonly host: DeploymentHost;
  readonly app: FastifyInstance;
  visit(path: string, look?: Look): Promise<Visit>;
  /** Ends the server, does `meanwhile`, and starts it again at the same address. */
  restart(meanwhile: () => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
}

export async function openStudio(options: StudioOptions = {}): Promise<Studio> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'osler-studio-'));
  const store = await openStore(home);
  await options.fill?.(store, home);
  const metrics = new DeploymentMetrics();
  const { observe, onDropped } = metrics;
  const host = await openHost({ store, names: 'all', threads: 1, pollMs: 100, observe, onDropped });
  // Loaded before the first visit, so that no suite has to wait for it.
  await host.refresh();
  const more = typeof options.house === 'function' ? await options.house(store) : options.house;
  const build = () =>
    buildHouse({ store, version: '0.0.0', page: PAGE, deployments: { host, store, metrics }, ...more });
  let app = await build();
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const browser = await launchBrowser();
  const free: BrowserContext[] = [];
  return {
    url,
    home,
    store,
    host,
    get app() {
      return app;
    },
    async restart(meanwhile) {
      await app.close();
      await meanwhile();
      app = await build();
      await app.listen({ host: '127.0.0.1', port: Number(new URL(url).port) });
    },
    visit: (path, look = {}) => visit(browser, free, `${url}${path}`, look),
    async close() {
      await browser.close();
      await app.close();
      await host.close();
      await store.close();
      if (options.home === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
}

/** As when a person comes back to the page after a while: what it shows is read again. */
export async function comeBack(page: Page): Promise<void> {
  await page.clock.setFixedTime(Date.now() + 3_600_000);
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
}

/** Every page in every look: what `check` finds wrong, all of it, and a picture of each. */
export async function checkAll(
  studio: Studio,
  pages: Readonly<Record<string, string>>,
  looks: readonly Look[],
): Promise<void> {
  const wrong: string[] = [];
  for (const [name, path] of Object.entries(pages)) {
    for (const look of looks) {
      await using seen = await studio.visit(path, look);
      await seen.check().catch((error: Error) => wrong.push(error.message));
      await seen.shot(name);
    }
  }
  assert.deepEqual(wrong, []);
}

/** @param free browsers of visits that have ended: their files are known, and their pages open as on a person's second visit. */
async function visit(browser: Browser, free: BrowserContext[], url: string, look: Look): Promise<Visit> {
  const { width = 1440, height = 900, dark = false, until = 'h1' } = look;
  const context = free.pop() ?? (await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] }));
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' });
  const complaints: string[] = [];
  page.on(
    'console',
    (message) => message.type() === 'error' && complaints.push(`${message.text()} ${message.location().url}`),
  );
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  await page.locator(until).first().waitFor();
  return {
    page,
    complaints,
    async check({ except = [] } = {}) {
      await settled(page);
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.equal(overflow, 0, `something sticks out sideways at ${width} px: ${await stickingOut(page)}`);
      assert.deepEqual(await violations(page, except), [], `${page.url()} at ${width} px, ${dark ? 'dark' : 'light'}`);
      assert.deepEqual(complaints, []);
    },
    async shot(name) {
      const folder = process.env.OSLER_SHOTS;
      if (folder === undefined) return;
      mkdirSync(folder, { recursive: true });
      await settled(page);
      await page.screenshot({ path: join(folder, `${name}-${width}-${dark ? 'dark' : 'light'}.png`), fullPage: true });
    },
    async [Symbol.asyncDispose]() {
      // Who comes next is somebody else.
      const session = await context.newCDPSession(page);
      await page.goto('about:blank');
      const storageTypes = 'local_storage,indexeddb';
      await session.send('Storage.clearDataForOrigin', { origin: new URL(url).origin, storageTypes });
      await context.clearCookies();
      await Promise.all(context.pages().map((one) => one.close()));
      free.push(context);
    },
  };
}

const UNDER_WAY = '[aria-busy="true"], .mantine-Skeleton-root, .mantine-Loader-root';

/** No query is under way and nothing fades in any more. Asked from outside: the page's own policy lets no text be run as a program. */
async function settled(page: Page): Promise<void> {
  await until('no query is under way', async () => (await page.locator(UNDER_WAY).count()) === 0, { everyMs: 50 });
  await sleep(150);
}

async function stickingOut(page: Page): Promise<string> {
  return String(
    await page.evaluate(`[...document.querySelectorAll('body *')]
      .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .slice(0, 5).map((one) => one.tagName + '.' + one.className).join(', ')`),
  );
}
