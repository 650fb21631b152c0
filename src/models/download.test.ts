import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OslerError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import { type DownloadOptions, download } from './download.ts';

const CONTENT = randomBytes(300_000);
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let base = '';
let dir = '';
let requests: { range: string | undefined; ifRange: string | undefined }[] = [];
let handler: Handler;

/** Serves CONTENT, ranges too. `cutAt`: the connection breaks after that many bytes of this answer. */
function serve(
  response: ServerResponse,
  request: IncomingMessage,
  options: { cutAt?: number; etag?: string } = {},
): void {
  const { etag = '"v1"', cutAt } = options;
  const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const ifRange = request.headers['if-range'];
  const partial = from !== undefined && (ifRange === undefined || ifRange === etag);
  const start = partial ? Number(from) : 0;
  const headers: Record<string, string | number> = { etag, 'content-length': CONTENT.length - start };
  if (partial) headers['content-range'] = `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}`;
  response.writeHead(partial ? 206 : 200, headers);
  if (cutAt === undefined) response.end(CONTENT.subarray(start));
  else
    response.write(
      CONTENT.subarray(start, start + cutAt),
      () => void arrived(start + 1).then(() => response.destroy()),
    );
}

/** The reader has put as much on the disk: a break discards what it has not looked at yet. */
async function arrived(bytes: number): Promise<void> {
  for (let waited = 0; waited < 5_000; waited += 10) {
    const part = (await readdir(dir)).find((file) => file.endsWith('.part'));
    if (part !== undefined && (await stat(join(dir, part))).size >= bytes) return;
    await sleep(10);
  }
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'osler-download-'));
  requests = [];
  handler = (request, response) => serve(response, request);
  server = createServer((request, response) => {
    requests.push({ range: request.headers.range, ifRange: request.headers['if-range'] as string | undefined });
    handler(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(dir, { recursive: true });
});

const get = (url: string, options: Partial<DownloadOptions> = {}) =>
  download(url, { dir, allowLoopbackHttp: true, retryDelay: 1, ...options });

const named = (): string => `${base}/net-${SHA256.slice(0, 8)}.pth`;

describe('download', () => {
  test('fetches once, with progress, then uses the cache', async () => {
    const seen: Progress[] = [];
    const first = await get(named(), { onProgress: (p) => seen.push(p) });
    assert.deepEqual(await readFile(first.path), CONTENT);
    assert.equal(first.sha256, SHA256);
    assert.equal(seen.at(-1)?.done, CONTENT.length);
    assert.equal(seen.at(-1)?.total, CONTENT.length);
    assert.deepEqual(await get(named()), { ...first, cached: true });
    assert.equal(requests.length, 1);
    assert.deepEqual(
      (await readdir(dir)).filter((f) => f.includes('part') || f.includes('lock')),
      [],
    );
  });

  test('goes on where a broken connection stopped', async () => {
    let calls = 0;
    handler = (request, response) => serve(response, request, calls++ < 2 ? { cutAt: 100_000 } : {});
    const { path } = await get(named());
    assert.deepEqual(await readFile(path), CONTENT);
    assert.deepEqual(requests[0], { range: undefined, ifRange: undefined });
    assert.match(requests[1]!.range!, /^bytes=\d+-$/);
    assert.equal(requests[1]!.ifRange, '"v1"');
    assert.equal(requests.length, 3);
  });

  test('an interrupted download is continued by the next call', async () => {
    handler = (request, response) => serve(response, request, { cutAt: 150_000 });
    const controller = new AbortController();
    const onProgress = ({ done }: Progress) => done >= 100_000 && controller.abort();
    await assert.rejects(get(named(), { onProgress, signal: controller.signal }), { code: 'INTERRUPTED' });
    const [part] = (await readdir(dir)).filter((f) => f.endsWith('.part'));
    assert.ok((await stat(join(dir, part!))).size >= 60_000);
    handler = (request, response) => serve(response, request);
    assert.deepEqual(await readFile((await get(named())).path), CONTENT);
    assert.match(requests[1]!.range!, /^bytes=[1-9]/);
  });

  test('begins anew when the file changed meanwhile', async () => {
    let calls = 0;
    handler = (request, response) => serve(response, request, calls++ === 0 ? { cutAt: 50_000, etag: '"old"' } : {});
    const { path } = await get(`${base}/plain.pth`);
    assert.deepEqual(await readFile(path), CONTENT);
  });

  test('a wrong checksum is an error and leaves nothing behind', async () => {
    for (const url of [`${base}/net-00000000.pth`, `${base}/plain.pth#sha256=${'0'.repeat(64)}`]) {
      await assert.rejects(
        get(url),
        (error: OslerError) => error.code === 'DOWNLOAD_FAILED' && error.message.includes(SHA256),
      );
    }
    assert.deepEqual(await readdir(dir), []);
    assert.equal((await get(`${base}/plain.pth#sha256=${SHA256}`)).sha256, SHA256);
  });

  test('a damaged cached file is fetched again, also where only our own note knows the checksum', async () => {
    for (const url of [named(), `${base}/plain.pth`]) {
      const { path } = await get(url);
      await writeFile(path, 'damaged');
      const again = await get(url);
      assert.equal(again.cached, false);
      assert.deepEqual(await readFile(path), CONTENT);
    }
  });

  test('refuses what is not https, by redirect too, and bad answers', async () => {
    await assert.rejects(download(named(), { dir }), { code: 'USAGE' });
    await assert.rejects(get('ftp://host/x.pth'), { code: 'USAGE' });
    await assert.rejects(get(`${base}/x.pth#md5=1`), { code: 'USAGE' });
    handler = (_, response) => response.writeHead(302, { location: 'http://example.com/x.pth' }).end();
    await assert.rejects(get(named()), { code: 'USAGE' });
    handler = (_, response) => response.writeHead(302, { location: '/again' }).end();
    await assert.rejects(get(named()), /redirected more than/);
    handler = (_, response) => response.writeHead(404).end();
    await assert.rejects(get(named()), /answered 404/);
    const before = requests.length;
    handler = (_, response) => response.writeHead(503).end();
    await assert.rejects(get(named(), { attempts: 3 }), /answered 503/);
    assert.equal(requests.length - before, 3);
  });

  test('two at once fetch one file once', async () => {
    const both = await Promise.all([get(named()), get(named())]);
    assert.equal(both[0].path, both[1].path);
    assert.equal(requests.length, 1);
  });

  test('takes over the lock of a process that died', async () => {
    await writeFile(join(dir, `net-${SHA256.slice(0, 8)}.pth.lock`), '999999999');
    assert.equal((await get(named())).sha256, SHA256);
  });

  test('uses the fetch it is given', async () => {
    const answer = async () => new Response(CONTENT, { headers: { 'content-length': String(CONTENT.length) } });
    const { sha256 } = await download(`https://example.com/a-${SHA256.slice(0, 8)}.pth`, { dir, fetch: answer });
    assert.equal(sha256, SHA256);
    assert.equal(requests.length, 0);
  });
});
