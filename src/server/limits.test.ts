/** Guessing, flooding, stalling: what a server holds against clients that mean it no good. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateRawSync } from 'node:zlib';
import { until } from '../../test/until.ts';
import { newKeyText } from '../security/key-text.ts';
import { type Guarded, openGuarded } from './testing-guarded.ts';

/** Sends bytes as they are; resolves with all that came back once the server has closed, or after `ms`. */
async function raw(
  url: string,
  parts: (string | number)[],
  ms = 30_000,
): Promise<{ text: string; closed: boolean; ms: number }> {
  const { port } = new URL(url);
  const socket: Socket = connect(Number(port), '127.0.0.1');
  const begun = Date.now();
  let text = '';
  let closed = false;
  socket.on('data', (part) => {
    text += String(part);
  });
  socket.on('error', () => undefined);
  const end = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  void end.then(() => {
    closed = true;
  });
  for (const part of parts) {
    if (typeof part === 'number') await sleep(part);
    else if (!socket.destroyed) socket.write(part);
  }
  await Promise.race([end, sleep(ms, undefined, { ref: false })]);
  socket.destroy();
  return { text, closed, ms: Date.now() - begun };
}

/** A ZIP archive with one entry (APPNOTE 4.3.7), without its directory. */
function archive(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(packed.length, 18);
  head.writeUInt32LE(content.length, 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, Buffer.from(name), packed]);
}

describe('guessing and flooding', () => {
  let house: Guarded;
  before(async () => {
    house = await openGuarded({ config: { limits: { failures: 5, perCaller: 30 } } });
  });
  after(() => house.close());

  test('who guesses has to wait; who is known at that address does not', async () => {
    assert.equal((await house.ask('viewer', 'GET', '/v1/runs')).status, 200);
    const statuses: number[] = [];
    let after: string | null = null;
    for (let n = 0; n < 9; n++) {
      const headers = { authorization: `Bearer ${newKeyText().text}` };
      const response = await fetch(`${house.url}/v1/runs`, { headers });
      statuses.push(response.status);
      after = response.headers.get('retry-after') ?? after;
    }
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429, 429, 429]);
    assert.ok(Number(after) >= 1 && Number(after) <= 60);
    // The page's door counts the same.
    const body = JSON.stringify({ key: newKeyText().text });
    const door = await fetch(`${house.url}/v1/session`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(door.status, 429);
    assert.equal((await house.ask('viewer', 'GET', '/v1/runs')).status, 200);
    // A right key that was never seen here waits with the guesser: that it is right is not said.
    assert.equal((await house.ask('engineer', 'GET', '/v1/runs')).status, 429);
    assert.equal((await fetch(`${house.url}/health/live`)).status, 200);
  });

  test("one caller has its share and no more, in our shape and in MLflow's", async () => {
    const paths = ['/v1/runs', '/api/2.0/mlflow/experiments/search?max_results=1'];
    const seen: (string | undefined)[] = [];
    for (let n = 0; n < 34; n++) {
      const response = await house.ask('viewer', 'GET', paths[n % 2]!);
      const body = (await response.json()) as { error?: { code: string }; error_code?: string };
      if (response.status === 429) seen.push(body.error?.code ?? body.error_code);
    }
    assert.deepEqual(new Set(seen), new Set(['RATE_LIMITED', 'REQUEST_LIMIT_EXCEEDED']));
  });
});

describe('behind a proxy', () => {
  let house: Guarded;
  before(async () => {
    house = await openGuarded({ config: { proxies: ['127.0.0.1'], limits: { perAddress: 5 } } });
  });
  after(() => house.close());

  test('addresses are those that the proxy names, of IPv6 one for each network, and nobody else may name one', async () => {
    const from = async (address: string) =>
      (await house.ask('viewer', 'GET', '/v1/about', { headers: { 'x-forwarded-for': address } })).status;
    for (let n = 0; n < 5; n++) assert.equal(await from('203.0.113.7'), 200);
    assert.equal(await from('203.0.113.7'), 429);
    assert.equal(await from('203.0.113.8'), 200);
    // What the client itself put before the proxy's word is not believed.
    assert.equal(await from('198.51.100.1, 203.0.113.7'), 429);
    for (let n = 0; n < 5; n++) assert.equal(await from(`2001:db8:1:2::${n}`), 200);
    assert.equal(await from('2001:db8:1:2:ffff::9'), 429);
    assert.equal(await from('2001:db8:1:3::1'), 200);
  });

  test('the cookie is for TLS alone where the proxy speaks it', async () => {
    const headers = {
      'content-type': 'application/json',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '203.0.113.9',
    };
    const body = JSON.stringify({ key: house.keys.viewer });
    const response = await fetch(`${house.url}/v1/session`, { method: 'POST', headers, body });
    assert.match(response.headers.get('set-cookie')!, /^__Host-osler_session=.*Secure/);
  });
});

describe('stalling and malformed', { concurrency: true }, () => {
  let house: Guarded;
  const auth = () => `Authorization: Bearer ${house.keys.admin}\r\nHost: 127.0.0.1\r\n`;
  before(async () => {
    house = await openGuarded({ config: { limits: { headSeconds: 1, bodySeconds: 1 } } });
  });
  after(() => house.close());
  const status = (text: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);

  test('a head that comes byte by byte is cut off (slow-loris)', async () => {
    const drip = 'GET /v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\n'
      .split('')
      .slice(0, 20)
      .flatMap((byte) => [byte, 150]);
    const { text, closed, ms } = await raw(house.url, drip, 8_000);
    assert.ok(closed && ms < 8_000, `${ms} ms`);
    assert.ok([408, 0].includes(status(text)), text);
  });

  test('a body that stops half way is cut off, and says so', async () => {
    const head = (path: string, type: string) =>
      `POST ${path} HTTP/1.1\r\n${auth()}Content-Type: ${type}\r\nContent-Length: 100000\r\n\r\n`;
    const cases = [
      ['/v1/predict', 'image/png', '\x89PNG'],
      [
        '/v1/predict',
        'multipart/form-data; boundary=x',
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
      ],
      ['/v1/feedback', 'application/json', '{"prediction":'],
    ] as const;
    const work = cases.map(async ([path, type, begun]) => {
      const { text, closed, ms } = await raw(house.url, [head(path, type), begun], 30_000);
      assert.ok(closed && ms < 30_000, `${path} ${type}: ${ms} ms, ${text.slice(0, 100)}`);
      assert.ok([404, 408].includes(status(text)), text.slice(0, 200));
    });
    const chunked = `POST /v1/feedback HTTP/1.1\r\n${auth()}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const [{ text, closed }] = await Promise.all([raw(house.url, [chunked, '5\r\n{"pre'], 30_000), ...work]);
    assert.ok(closed);
    assert.match(text, /TOO_SLOW/);
  });

  test('who was refused and goes on sending holds no connection', async () => {
    const head =
      'POST /v1/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/png\r\nContent-Length: 100000000\r\n\r\n';
    const { text, closed, ms } = await raw(house.url, [head, 'x'.repeat(1_000), 200, 'x'.repeat(1_000)], 30_000);
    assert.equal(status(text), 401, text.slice(0, 200));
    assert.ok(closed && ms < 30_000, `${ms} ms`);
  });

  test('who says nothing at all is let go of', async () => {
    const { closed, ms } = await raw(house.url, [], 8_000);
    assert.ok(closed && ms < 8_000, `${ms} ms`);
  });

  test('what is no HTTP, or two requests in one, is refused and the connection ends', async () => {
    const smuggled = `POST /v1/feedback HTTP/1.1\r\n${auth()}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
    for (const bytes of [
      smuggled,
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      'GET / HTTP/9.9\r\n\r\n',
      'GET /v1/runs HTTP/1.1\r\n\r\n',
      `GET /v1/runs HTTP/1.1\r\n${auth()}X: a\r\n b\r\n\r\n`,
      `GET /v1/runs HTTP/1.1\r\n${auth()}X: a\x00b\r\n\r\n`,
    ]) {
      const { text, closed } = await raw(house.url, [bytes]);
      assert.ok(closed, bytes.slice(0, 30));
      assert.equal(status(text), 400, `${JSON.stringify(bytes.slice(0, 40))}: ${text.slice(0, 80)}`);
    }
  });

  test('a head beyond all measure is refused before it is kept', async () => {
    const { text } = await raw(house.url, [`GET /v1/runs HTTP/1.1\r\n${auth()}X-Much: ${'x'.repeat(20_000)}\r\n\r\n`]);
    assert.equal(status(text), 431);
    const many = Array.from({ length: 3_000 }, (_, n) => `X-${n}: 1\r\n`).join('');
    assert.equal(status((await raw(house.url, [`GET /v1/runs HTTP/1.1\r\n${auth()}${many}\r\n`])).text), 431);
    assert.equal((await house.ask('viewer', 'GET', `/v1/runs?filter=${'x'.repeat(12_000)}`)).status, 400);
  });

  test('a body that would grow on being unpacked is not unpacked', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    const response = await house.ask('admin', 'POST', '/v1/feedback', { body: '{}', headers });
    assert.equal(response.status, 415);
  });

  test("no line of an answer is somebody else's", async () => {
    const evil = 'a%0d%0aSet-Cookie:%20x=1%0d%0a%0d%0a<html>';
    for (const [method, path] of [
      ['GET', `/v1/runs/${evil}`],
      ['GET', `/v1/runs/x/artifacts/content?path=${evil}`],
      ['GET', `/${evil}`],
      ['GET', `/v1/session/oidc?to=${evil}`],
      ['GET', `/api/2.0/mlflow-artifacts/artifacts/0/${'a'.repeat(32)}/artifacts/${evil}`],
    ] as const) {
      const response = await house.ask('admin', method, path);
      assert.ok(response.status >= 400 && response.status < 500, `${path}: ${response.status}`);
      assert.equal(response.headers.get('set-cookie'), null);
      assert.equal(response.headers.get('x-content-type-options') ?? 'nosniff', 'nosniff');
      await response.arrayBuffer();
    }
  });

  test('no path leads out of its folder', async () => {
    const outs = [
      '../../../etc/passwd',
      '..%2f..%2f..%2fetc%2fpasswd',
      '%2e%2e/%2e%2e/osler.db',
      '....//osler.db',
      '/etc/passwd',
      '..\\..\\osler.db',
      'a/%00/b',
      '%252e%252e%252fosler.db',
    ];
    const run = 'a'.repeat(32);
    for (const out of outs) {
      for (const path of [
        `/${out}`,
        `/assets/${out}`,
        `/v1/runs/${run}/artifacts/content?path=${encodeURIComponent(out)}`,
        `/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/${out}`,
        `/get-artifact?run_uuid=${run}&path=${encodeURIComponent(out)}`,
        `/v1/predictions/${out}`,
      ]) {
        const { text } = await raw(house.url, [`GET ${path} HTTP/1.1\r\n${auth()}Connection: close\r\n\r\n`]);
        assert.ok(status(text) >= 400 && status(text) < 500, `${path}: ${text.slice(0, 60)}`);
        assert.ok(!/root:x:|SQLite format/.test(text), path);
      }
    }
  });
});

describe('much at once', () => {
  let house: Guarded;
  before(async () => {
    house = await openGuarded({ config: { limits: { connections: 40 } } });
  });
  after(() => house.close());

  test('an archive that grows without end is given up, at little cost', async () => {
    const bomb = archive('a.png', Buffer.alloc(200 * 2 ** 20));
    assert.ok(bomb.length < 2 ** 18, `${bomb.length} bytes become 200 MiB`);
    const send = (bytes: Buffer) => {
      const form = new FormData();
      form.set('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), 'a.zip');
      return house.ask('clinician', 'POST', '/v1/jobs', { body: form });
    };
    const before = process.memoryUsage.rss();
    const response = await send(bomb);
    assert.equal(response.status, 413, await response.text());
    const grown = process.memoryUsage.rss() - before;
    assert.ok(grown < 150 * 2 ** 20, `${Math.round(grown / 2 ** 20)} MiB`);
    assert.equal((await send(archive('a.zip', bomb))).status, 400, 'an archive in it is no image');
  });

  test('connections have a number; when others leave there is room again', async () => {
    const { port } = new URL(house.url);
    const sockets = Array.from({ length: 60 }, () => connect(Number(port), '127.0.0.1').on('error', () => undefined));
    const open = () => sockets.filter((socket) => !socket.destroyed && socket.readyState === 'open').length;
    await until('no socket is on its way', () => sockets.every(({ connecting }) => !connecting));
    await until('all beyond the number are let go of', () => open() <= 40);
    for (const socket of sockets) socket.destroy();
    const answers = () => house.ask('viewer', 'GET', '/v1/runs').then(({ status }) => status === 200);
    await until('there is room again', () => answers().catch(() => false));
  });
});
