import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { OslerError } from '../../../errors.ts';
import { parseAddress } from './place.ts';
import { s3Place } from './s3.ts';

const SHA256 = 'ab'.repeat(32);
// The library looks for credentials before it asks anybody.
process.env.AWS_ACCESS_KEY_ID ??= 'AKIATEST';
process.env.AWS_SECRET_ACCESS_KEY ??= 'sekret';

async function placeAt(server: Server, silentMs: number) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return s3Place(parseAddress(`s3://b?endpoint=http://127.0.0.1:${(server.address() as AddressInfo).port}`), silentMs);
}

test('an object store that takes connections and says nothing is given up', { timeout: 60_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-s3-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'x');
  writeFileSync(path, 'x');
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  const place = await placeAt(server, 200);
  const silent = (error: unknown) => error instanceof OslerError && error.code === 'STORE_FAILED';
  await assert.rejects(place.stat(SHA256), silent);
  await assert.rejects(place.read(SHA256, 0), silent);
  await assert.rejects(place.put({ path, sha256: SHA256, bytes: 1 }), silent);
  place.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

test('one that refuses is told in a sentence, without what was sent to it', async () => {
  const server = createHttp((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/xml' });
    response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
  });
  const place = await placeAt(server, 5_000);
  await assert.rejects(place.read(SHA256, 0), (error) => {
    assert.ok(error instanceof OslerError && error.code === 'STORE_FAILED', String(error));
    assert.match(error.message, /AccessDenied: Access Denied/);
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
    return ![AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY].some((secret) =>
      `${error.message} ${error.hint}`.includes(secret!),
    );
  });
  // A question that has no body in its answer.
  await assert.rejects(place.stat(SHA256), (error) => error instanceof OslerError && error.code === 'STORE_FAILED');
  place.close();
  server.close();
});
