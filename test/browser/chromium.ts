import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The built page's folder. */
export const PAGE = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** Why no browser test can run here, or false. */
export function noBrowser(): string | false {
  return PLACES.some((path) => existsSync(path))
    ? false
    : 'no Chromium here (Debian: apt-get install chromium): the page was not tested';
}

/** Why the tests of the built page can't run here, or false. */
export function skipBrowser(): string | false {
  return noBrowser() || skipBuilt();
}

/** Why the tests of the page's files can't run here, or false. */
export function skipBuilt(): string | false {
  return existsSync(`${PAGE}/index.html`) ? false : 'the page is not built (web/build.sh): it was not tested';
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: PLACES.find((path) => existsSync(path))!,
    args: [
      // Chromium refuses its sandbox to root, as which containers and CI run.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
