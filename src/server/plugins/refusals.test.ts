import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { type Base, buildBase } from '../base.ts';
import { sayIssue } from '../say-issue.ts';

let base: Base;
let port: number;
before(async () => {
  base = await buildBase({ version: '0.0.0' });
  const { app } = base;
  const body = z.strictObject({ label: z.string(), kind: z.enum(['a', 'b']).optional(), n: z.int().max(3).optional() });
  app.post('/things/:id/parts', { config: { may: 'public' }, schema: { body } }, async () => ({}));
  app.delete('/things/:id', { config: { may: 'public' } }, async () => ({}));
  app.get('/files/*', { config: { may: 'public' } }, async () => ({}));
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
after(() => base.app.close());

const ask = (method: string, path: string, sent?: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(sent === undefined ? {} : { body: sent, headers: { 'content-type': 'application/json' } }),
  });

test('another method than a path is asked by is 405 with those that it is; where there is nothing it is 404', async () => {
  for (const [method, path, status, allow] of [
    ['GET', '/things/7/parts', 405, 'POST'],
    ['GET', '/things/7', 405, 'DELETE'],
    ['POST', '/files/a/b.png?x=1', 405, 'GET, HEAD'],
    ['POST', '/things', 404, null],
    ['GET', '/things/7/parts/8', 404, null],
  ] as const) {
    const response = await ask(method, path);
    assert.deepEqual([response.status, response.headers.get('allow')], [status, allow], `${method} ${path}`);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    assert.equal(error.code, status === 405 ? 'USAGE' : 'NOT_FOUND');
  }
});

test('what is wrong with a body is told in words', async () => {
  for (const [body, message] of [
    ['{}', '"label" of the body is missing.'],
    ['{"label":1}', '"label" of the body is not of the type string.'],
    ['{"label":"x","kind":"c"}', '"kind" of the body is not "a" or "b".'],
    ['{"label":"x","lable":"y"}', 'The body has "lable", which means nothing here.'],
    ['{"label":"x","n":9}', '"n" of the body must be at most 3.'],
    ['[]', 'The body is not of the type object.'],
  ] as const) {
    const response = await ask('POST', '/things/7/parts', body);
    assert.equal(response.status, 400);
    assert.deepEqual(await response.json(), { error: { code: 'USAGE', message } });
  }
  const issue = (schema: z.ZodType, value: unknown) => sayIssue(schema.safeParse(value).error!.issues[0]!, 'body');
  assert.equal(issue(z.string().max(2), 'abc'), 'The body must have at most 2 characters.');
  assert.equal(issue(z.array(z.int()).min(1), []), 'The body must have at least 1 element.');
  assert.equal(issue(z.number().positive(), 0), 'The body must be more than 0.');
  const union = z.union([z.string(), z.number()]).safeParse({});
  const absent = z.object({ run: z.union([z.string(), z.array(z.string())]) }).safeParse({});
  assert.equal(sayIssue(absent.error!.issues[0]!, 'query'), '"run" of the query is missing.');
  assert.equal(sayIssue(union.error!.issues[0]!, 'body'), 'The body is none of what may stand there.');
});

async function raw(text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  let said = '';
  socket.on('data', (chunk) => {
    said += String(chunk);
  });
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return said;
}

test('an address, a head and a request that can not be read are refused in the form of every other error', async () => {
  const bad = await ask('GET', '/%zz');
  assert.equal(bad.status, 400);
  assert.ok(bad.headers.get('x-request-id') && bad.headers.get('x-content-type-options') === 'nosniff');
  assert.match(
    await bad.text(),
    /^\{"error":\{"code":"USAGE","message":"The address of the request cannot be read\.","hint"/,
  );
  const head = await raw(`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(40_000)}\r\n\r\n`);
  assert.match(
    head,
    /^HTTP\/1\.1 431 .*\r\n\r\n\{"error":\{"code":"USAGE","message":"The head of the request is larger/s,
  );
  assert.match(
    await raw('NONSENSE\r\n\r\n'),
    /^HTTP\/1\.1 400 .*\{"error":\{"code":"USAGE","message":"The request is no HTTP/s,
  );
});
