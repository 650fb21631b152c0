/** Databases that are not there: how long is waited for them, and what is said. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { OslerError } from '../../src/errors.ts';
import { openStore } from '../../src/store/store.ts';

describe('a database that is not there', { concurrency: true }, () => {
  const home = mkdtempSync(join(tmpdir(), 'osler-away-'));
  after(() => rmSync(home, { recursive: true, force: true }));

  it('gives a server up that takes connections and says nothing', { timeout: 60_000 }, async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      await assert.rejects(
        openStore(home, `postgresql://osler@127.0.0.1:${port}/none`),
        (error) => error instanceof OslerError && error.code === 'STORE_FAILED' && /timeout/.test(error.message),
      );
    } finally {
      silent.close();
    }
  });

  it('names the address without its password when it cannot be reached', async () => {
    await assert.rejects(openStore(home, 'postgresql://osler:secret@127.0.0.1:1/none'), (error) => {
      assert.ok(error instanceof OslerError && error.code === 'STORE_FAILED');
      assert.ok(error.message.includes('127.0.0.1:1/none') && !error.message.includes('secret'));
      return true;
    });
    await assert.rejects(
      openStore(home, 'mysql://osler:secret@127.0.0.1/none'),
      (error) => error instanceof OslerError && error.code === 'USAGE' && !error.message.includes('secret'),
    );
  });
});
