/** Traces as a real receiver gets them: OTLP over HTTP, from a server that predicts. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createPredictor, type Predictor } from '../../serving/predictor.ts';
import { picture, tinyBundle } from '../../serving/testing.ts';
import { buildApp } from '../app.ts';
import { openTracing } from './tracing.ts';

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
  status: { code: number };
}

let home: string;
let predictor: Predictor;
let receiver: Server;
let endpoint: string;
let service: unknown;
const spans: Span[] = [];
let isAway = false;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-traces-'));
  predictor = await createPredictor(await tinyBundle(home));
  receiver = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    if (isAway || request.url !== '/v1/traces') {
      response.writeHead(404).end();
      return;
    }
    const { resourceSpans } = JSON.parse(body) as {
      resourceSpans: { resource: { attributes: unknown }; scopeSpans: { spans: Span[] }[] }[];
    };
    service = resourceSpans[0]!.resource.attributes;
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
after(async () => {
  await predictor?.close();
  receiver?.close();
  await rm(home, { recursive: true, force: true });
});

const attribute = ({ attributes }: Span, key: string): unknown => {
  const value = attributes.find((one) => one.key === key)?.value;
  return value?.stringValue ?? value?.intValue;
};

test('a request is a span, its model one within, and each stage one within that', async () => {
  const tracing = await openTracing({ endpoint, version: '1.2.3' });
  const app = await buildApp({ predictor, tracing, version: '1.2.3' });
  const traceId = 'ab'.repeat(16);
  const answer = await app.inject({
    method: 'POST',
    url: '/predict/image?heatmap=true',
    headers: { 'content-type': 'image/png', traceparent: `00-${traceId}-${'cd'.repeat(8)}-01` },
    payload: await picture(1),
  });
  const bad = await app.inject({
    method: 'POST',
    url: '/predict/image',
    headers: { 'content-type': 'image/png' },
    payload: 'x',
  });
  await app.inject({ url: '/patients/mueller.png', headers: { traceparent: 'nonsense' } });
  await app.close();
  await tracing.close();
  assert.deepEqual([answer.statusCode, bad.statusCode], [200, 415]);

  const request = spans.find((span) => span.traceId === traceId && span.parentSpanId === 'cd'.repeat(8))!;
  assert.equal(request.name, 'POST /predict/image');
  assert.equal(attribute(request, 'osler.request_id'), answer.json().requestId);
  assert.equal(attribute(request, 'http.response.status_code'), 200);
  const predict = spans.find(({ name, parentSpanId }) => name === 'predict' && parentSpanId === request.spanId)!;
  assert.deepEqual([attribute(predict, 'osler.model'), attribute(predict, 'osler.outcome')], ['tiny', 'ok']);
  const stages = spans.filter(({ parentSpanId }) => parentSpanId === predict.spanId);
  assert.deepEqual(stages.map(({ name }) => name).sort(), ['admission', 'decode', 'infer', 'post', 'queue']);
  for (const { startTimeUnixNano: from, endTimeUnixNano: to, name } of [request, predict, ...stages]) {
    assert.ok(BigInt(to) >= BigInt(from), name);
    // Of the moment, and within the request but for the clock's last digits.
    assert.ok(BigInt(from) + 2_000_000n >= BigInt(request.startTimeUnixNano), name);
    assert.ok(BigInt(to) <= BigInt(request.endTimeUnixNano) + 2_000_000n, name);
  }
  const failed = spans.find((span) => span.name === 'predict' && span.traceId !== traceId)!;
  assert.equal(attribute(failed, 'osler.outcome'), 'IMAGE_TYPE');
  assert.match(JSON.stringify(service), /"osler".*"1\.2\.3"/);
  // Addresses may hold anything: a trace has the route alone.
  assert.doesNotMatch(JSON.stringify(spans), /mueller|127\.0\.0\.1|traceparent/);
});

test('a receiver that is away costs no answer, is told of once, and keeps nobody from ending', async () => {
  isAway = true;
  const troubles: Error[] = [];
  const tracing = await openTracing({ endpoint, version: '1', onTrouble: (error) => troubles.push(error) });
  const app = await buildApp({ predictor, tracing, version: '1' });
  for (let i = 0; i < 3; i++) {
    const { statusCode } = await app.inject({
      ...{ method: 'POST', url: '/predict/image', headers: { 'content-type': 'image/png' } },
      payload: await picture(i),
    });
    assert.equal(statusCode, 200);
  }
  await app.close();
  const started = performance.now();
  await tracing.close();
  assert.ok(performance.now() - started < 30_000);
  assert.equal(troubles.length, 1);
});
