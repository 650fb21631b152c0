import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import sharp from 'sharp';
import type { OslerError } from '../errors.ts';
import { createPredictor, type Predictor } from '../serving/predictor.ts';
import { picture, tinyBundle } from '../serving/testing.ts';
import { buildApp } from './app.ts';
import type { ErrorBody, PredictAnswer } from './contract.ts';

type Body = NonNullable<RequestInit['body']>;

let home: string;
let predictor: Predictor;
let app: FastifyInstance;
let url: string;

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-server-'));
  predictor = await createPredictor(await tinyBundle(home), { maxPending: 64 });
  app = await buildApp({ predictor, version: '0.0.0' });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
after(async () => {
  await app.close();
  await predictor.close();
  rmSync(home, { recursive: true, force: true });
});

function form(bytes: Uint8Array, field = 'file', name = 'a.png'): FormData {
  const body = new FormData();
  body.set(field, new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
  return body;
}

async function post(
  body: Body,
  headers: Record<string, string> = {},
  query = '',
): Promise<{ status: number; body: PredictAnswer & ErrorBody }> {
  const response = await fetch(`${url}/predict/image${query}`, { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as PredictAnswer & ErrorBody };
}

describe('POST /predict/image', () => {
  test('a form, raw bytes and base64 in JSON give the same answer', async () => {
    const image = await picture(1);
    const ways = [
      await post(form(image)),
      await post(image as unknown as Body, { 'content-type': 'image/png' }),
      await post(image as unknown as Body, { 'content-type': 'application/octet-stream' }),
      await post(JSON.stringify({ image: image.toString('base64') }), { 'content-type': 'application/json' }),
      await post(JSON.stringify({ image: `data:image/png;base64,${image.toString('base64')}` }), {
        'content-type': 'application/json',
      }),
    ];
    for (const { status, body } of ways) {
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual(body.probabilities, ways[0]!.body.probabilities);
      assert.match(body.requestId, /^[0-9a-f-]{36}$/);
    }
    const { body } = ways[0]!;
    assert.ok(Math.abs(Object.values(body.probabilities).reduce((a, b) => a + b, 0) - 1) < 1e-6);
    assert.equal(body.heatmap, undefined);
    assert.deepEqual(Object.keys(body.positive!).sort(), ['labels', 'probability', 'threshold', 'verdict']);
  });

  test('a heat map on request, by query or in JSON', async () => {
    const image = await picture(2);
    const byQuery = await post(form(image), {}, '?heatmap=true');
    const byBody = await post(JSON.stringify({ image: image.toString('base64'), heatmap: true }), {
      'content-type': 'application/json',
    });
    for (const { body } of [byQuery, byBody]) {
      assert.match(body.heatmap!.image, /^data:image\/png;base64,/);
      const png = await sharp(Buffer.from(body.heatmap!.image.split(',')[1]!, 'base64')).metadata();
      assert.equal(png.format, 'png');
    }
  });

  test('many at once are all answered, each as if alone', async () => {
    const images = await Promise.all(Array.from({ length: 24 }, (_, i) => picture(i)));
    const alone = [];
    for (const image of images.slice(0, 3)) alone.push((await post(form(image))).body.probabilities);
    const together = await Promise.all(images.map((image) => post(form(image))));
    assert.ok(together.every((r) => r.status === 200));
    for (const [i, expected] of alone.entries()) {
      for (const [label, p] of Object.entries(expected))
        assert.ok(Math.abs(together[i]!.body.probabilities[label]! - p) < 1e-6);
    }
  });
});

/** A PNG whose header promises width x height; its data is a short run of zeros. */
function pngOf(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(data: Buffer): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

describe('hostile input gets a 4xx with a code and a sentence', () => {
  const cases: [string, () => Promise<Uint8Array> | Uint8Array, number[]][] = [
    ['text', () => Buffer.from('not an image at all'), [400, 415]],
    ['HTML that says it is an image', () => Buffer.from('<html><script>alert(1)</script></html>'), [400, 415]],
    [
      'an SVG, which could reach out',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
      [400, 415],
    ],
    ['a PDF', () => Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\n'), [400, 415]],
    ['a JPEG cut in half', async () => (await picture(3, 300, 200, 'jpeg')).subarray(0, 4000), [400]],
    ['a PNG cut in half', async () => (await picture(3, 300, 200)).subarray(0, 4000), [400]],
    [
      'random bytes after a JPEG marker',
      () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2000, 0x5a)]),
      [400, 415],
    ],
    ['a PNG of 0 x 0', () => pngOf(0, 0), [400]],
    ['a PNG that promises 100,000 x 1', () => pngOf(100_000, 1), [413]],
    ['a PNG that promises 50,000 x 50,000', () => pngOf(50_000, 50_000), [413]],
    [
      'a real bomb: 15,000 x 15,000 in some kB',
      () =>
        sharp({ create: { width: 15_000, height: 15_000, channels: 3, background: '#000' } })
          .png()
          .toBuffer(),
      [413],
    ],
    ['50 MB of zeros', () => Buffer.alloc(50 * 2 ** 20), [413]],
    ['nothing', () => Buffer.alloc(0), [400]],
  ];
  for (const [name, make, statuses] of cases) {
    let made: ReturnType<typeof make> | undefined;
    for (const way of ['form', 'raw', 'json'] as const) {
      test(`${name}, as ${way}`, async () => {
        made ??= make();
        const bytes = await made;
        const send = {
          form: () => post(form(bytes)),
          raw: () => post(bytes as unknown as Body, { 'content-type': 'image/png' }),
          json: () =>
            post(JSON.stringify({ image: Buffer.from(bytes).toString('base64') }), {
              'content-type': 'application/json',
            }),
        };
        const { status, body } = await send[way]();
        assert.ok(statuses.includes(status), `${status} ${JSON.stringify(body)}`);
        assert.match(body.error.code, /^[A-Z_]+$/);
        assert.ok(body.error.message.length > 15, body.error.message);
        assert.doesNotMatch(body.error.message, /\/(tmp|src|home|node_modules)|\.ts:\d/);
      });
    }
  }

  test('a polyglot (an image with a script behind it) is refused', async () => {
    const { status, body } = await post(
      form(Buffer.concat([await picture(4), Buffer.from('<script>alert(1)</script><?php system("id"); ?>')])),
    );
    assert.equal(status, 415, JSON.stringify(body));
    assert.match(body.error.message, /at once/);
  });

  const requests: [string, Body, Record<string, string>, number][] = [
    ['a content type that carries no image', 'hello', { 'content-type': 'text/plain' }, 415],
    ['no body and no type', '', {}, 415],
    ['JSON that is none', '{"image": ', { 'content-type': 'application/json' }, 400],
    ['JSON without the image', '{"picture": "x"}', { 'content-type': 'application/json' }, 400],
    ['JSON with a number as the image', '{"image": 3}', { 'content-type': 'application/json' }, 400],
    ['base64 that is none', '{"image": "@@@@"}', { 'content-type': 'application/json' }, 400],
    ['a form without its boundary', 'x', { 'content-type': 'multipart/form-data' }, 400],
    [
      'a form that breaks off',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
      { 'content-type': 'multipart/form-data; boundary=b' },
      400,
    ],
    ['a form with another field', form(Buffer.from('x'), 'other'), {}, 400],
  ];
  for (const [name, body, headers, status] of requests) {
    test(name, async () => {
      const answer = await post(body, headers);
      assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${JSON.stringify(answer.body)}`);
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      assert.ok(answer.body.error.message.length > 10);
    });
  }

  test('a form with two images: none is answered for the other', async () => {
    const body = form(await picture(1));
    body.append('file', new Blob([(await picture(2)) as unknown as Uint8Array<ArrayBuffer>]), 'b.png');
    const answer = await post(body);
    assert.equal(answer.status, 400);
    assert.match(answer.body.error.message, /^The form has 2 images; one was expected/);
  });

  test('a hundred parts', async () => {
    const body = new FormData();
    for (let i = 0; i < 100; i++) body.append('file', new Blob(['x']), 'a.png');
    const { status } = await post(body);
    assert.ok(status >= 400 && status < 500, String(status));
  });

  test('a client that breaks off in mid-upload harms nobody', async () => {
    const { port } = new URL(url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          'POST /predict/image HTTP/1.1\r\nhost: localhost\r\ncontent-type: image/png\r\ncontent-length: 100000\r\n\r\nabc',
        );
        setTimeout(() => socket.destroy(), 50);
      });
      socket.on('close', () => resolve());
    });
    assert.equal((await post(form(await picture(1)))).status, 200);
  });
});

describe('what else it answers', () => {
  test('health, model, metrics, OpenAPI', async () => {
    assert.deepEqual(await (await fetch(`${url}/health/live`)).json(), { status: 'live' });
    assert.deepEqual(await (await fetch(`${url}/health/ready`)).json(), { status: 'ready', troubles: [] });
    const info = (await (await fetch(`${url}/model/info`)).json()) as {
      labels: string[];
      preprocess: { height: number };
    };
    assert.deepEqual(info.labels, predictor.manifest.labels);
    assert.equal(info.preprocess.height, predictor.manifest.preprocess.height);

    const metrics = await fetch(`${url}/metrics`);
    assert.match(metrics.headers.get('content-type')!, /^text\/plain; version=0\.0\.4/);
    const text = await metrics.text();
    assert.match(
      text,
      /^osler_inference_requests_total\{deployment="",model="tiny",variant="bundle",role="live",outcome="ok"\} [1-9]/m,
    );
    assert.match(
      text,
      /^osler_inference_latency_seconds_bucket\{le="0\.1",deployment="",model="tiny",variant="bundle"\} \d+/m,
    );
    assert.match(text, /^osler_inference_requests_total\{.*outcome="IMAGE_TOO_LARGE"\} [1-9]/m);

    const openapi = (await (await fetch(`${url}/docs/json`)).json()) as {
      paths: Record<string, { post?: { requestBody: { content: object } } }>;
    };
    assert.ok(Object.keys(openapi.paths['/predict/image']!.post!.requestBody.content).includes('multipart/form-data'));
    assert.equal((await fetch(`${url}/docs`)).status, 200);
  });

  test('an unknown path is a 404 in the one shape of errors', async () => {
    const response = await fetch(`${url}/nothing?patient=meier`);
    assert.equal(response.status, 404);
    const { error } = (await response.json()) as ErrorBody;
    assert.equal(error.code, 'NOT_FOUND');
    assert.doesNotMatch(error.message, /meier/);
    assert.ok(response.headers.get('content-security-policy'));
  });

  test('uploads beyond the limit are refused before their bytes are read', async () => {
    const busy = await buildApp({ predictor, version: '0', maxUploads: 1 });
    const address = new URL(await busy.listen({ host: '127.0.0.1', port: 0 }));
    const stalled = connect(Number(address.port), '127.0.0.1');
    try {
      stalled.write(
        'POST /predict/image HTTP/1.1\r\nhost: localhost\r\ncontent-type: image/png\r\ncontent-length: 9\r\n\r\nabc',
      );
      const ask = async () =>
        fetch(new URL('/predict/image', address), { method: 'POST', body: form(await picture(1)) });
      let refused = await ask();
      for (let i = 0; refused.status !== 503 && i < 50; i++) refused = await ask();
      assert.equal(refused.status, 503);
      assert.equal(refused.headers.get('retry-after'), '1');
      // However early it is refused, whoever watches the server is told.
      const metrics = await (await fetch(new URL('/metrics', address))).text();
      assert.match(
        metrics,
        /^osler_http_request_duration_seconds_count\{method="POST",route="\/predict\/image",status="503"\} [1-9]/m,
      );
      stalled.destroy();
      let answered = await ask();
      for (let i = 0; answered.status !== 200 && i < 50; i++) answered = await ask();
      assert.equal(answered.status, 200, 'the place of a client that went away is free again');
    } finally {
      stalled.destroy();
      await busy.close();
    }
  });

  test('what a client that goes away had asked is wanted no more', { timeout: 20_000 }, async () => {
    const asked = Promise.withResolvers<AbortSignal>();
    const waiting: Pick<Predictor, 'manifest' | 'pending' | 'predict'> = {
      manifest: predictor.manifest,
      pending: 0,
      async predict(_images, { wanted } = {}) {
        asked.resolve(wanted!);
        await once(wanted!, 'abort');
        return [wanted!.reason as OslerError];
      },
    };
    const slow = await buildApp({ predictor: waiting, version: '0' });
    const address = await slow.listen({ host: '127.0.0.1', port: 0 });
    const client = new AbortController();
    try {
      const body = form(await picture(1));
      const answer = fetch(`${address}/predict/image`, { method: 'POST', body, signal: client.signal });
      const wanted = await asked.promise;
      assert.equal(wanted.aborted, false);
      client.abort();
      await assert.rejects(answer);
      if (!wanted.aborted) await once(wanted, 'abort');
      assert.equal((wanted.reason as OslerError).code, 'INTERRUPTED');
    } finally {
      await slow.close();
    }
  });

  test('no file name, address or query gets into the log', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line) => lines.push(line) });
    const logged = await buildApp({ predictor, version: '0', logger });
    const address = await logged.listen({ host: '127.0.0.1', port: 0 });
    try {
      for (const bytes of [await picture(1), Buffer.from('no image')]) {
        const body = form(bytes, 'file', 'meier-hans-1961.png');
        await (await fetch(`${address}/predict/image?heatmap=true&patient=meier`, { method: 'POST', body })).text();
      }
    } finally {
      await logged.close();
    }
    const text = lines.join('');
    assert.match(text, /"route":"\/predict\/image","status":200/);
    assert.doesNotMatch(text, /meier|1961|127\.0\.0\.1:\d+.*remote/);
  });

  test('too many at once are refused with 503 and Retry-After, the others answered', async () => {
    const small = await createPredictor(await tinyBundle(home, {}, 'small'), { maxPending: 2 });
    const busy = await buildApp({ predictor: small, version: '0' });
    try {
      const payload = await picture(1, 900, 900);
      const headers = { 'content-type': 'image/png' };
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => busy.inject({ method: 'POST', url: '/predict/image', headers, payload })),
      );
      const statuses = new Set(answers.map((a) => a.statusCode));
      assert.deepEqual([...statuses].sort(), [200, 503]);
      const refused = answers.find((a) => a.statusCode === 503)!;
      assert.equal(refused.headers['retry-after'], '1');
      assert.equal(refused.json<ErrorBody>().error.code, 'OVERLOADED');
    } finally {
      await busy.close();
      await small.close();
    }
  });

  test('a leaky model says so in every answer, with counts, and why it was used in its description', async () => {
    const counts = { groups: 2, exact: 1, near: 0, exposed: { val: 0, test: 3 } };
    const accepted = { reason: 'a benchmark', by: 'somebody', at: '2026-01-01' };
    const leaky = await createPredictor(
      await tinyBundle(home, { stamps: ['leaky'], leaks: { ...counts, accepted } }, 'leaky'),
    );
    const other = await buildApp({ predictor: leaky, version: '0' });
    try {
      const headers = { 'content-type': 'image/png' };
      const answer = await other.inject({ method: 'POST', url: '/predict/image', headers, payload: await picture(1) });
      assert.equal(answer.statusCode, 200, answer.body);
      assert.deepEqual([answer.json().stamps, answer.json().leaks], [['leaky'], counts]);
      const info = (await other.inject({ url: '/model/info' })).json();
      assert.deepEqual(info.leaks, { ...counts, reason: 'a benchmark' });
      assert.ok(!answer.body.includes('somebody') && !JSON.stringify(info).includes('somebody'));
    } finally {
      await other.close();
      await leaky.close();
    }
  });
});
