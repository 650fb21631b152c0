import assert from 'node:assert/strict';
import { test } from 'node:test';
import multipart from '@fastify/multipart';
import Fastify from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { acceptRawImages, imageOf } from './image-body.ts';
import { registerErrors } from './plugins/errors.ts';

test('raw bytes and forms reach a route for images; one for JSON refuses them in a few words', async (t) => {
  const app = Fastify();
  registerErrors(app);
  app.setValidatorCompiler(validatorCompiler);
  await app.register(multipart);
  acceptRawImages(app, 2 ** 20);
  app.post('/image', async (request) => ({ bytes: (await imageOf(request)).bytes.length }));
  app.post('/rows', { schema: { body: z.strictObject({ data: z.array(z.number()) }) } }, async () => ({ rows: true }));
  const payload = Buffer.alloc(100_000, 7);
  for (const type of ['image/jpeg', 'application/octet-stream']) {
    const headers = { 'content-type': type };
    const image = await app.inject({ method: 'POST', url: '/image', headers, payload });
    assert.deepEqual(image.json(), { bytes: payload.length });
    const rows = await app.inject({ method: 'POST', url: '/rows', headers, payload });
    assert.match(rows.payload, /takes JSON/);
    assert.ok(rows.payload.length < 300, String(rows.payload.length));
  }
  t.after(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const form = new FormData();
  form.set('file', new Blob([payload]), 'a.jpg');
  const sent = await fetch(`${url}/rows`, { method: 'POST', body: form });
  assert.equal(sent.status, 415);
  assert.match(JSON.stringify(await sent.json()), /takes JSON, not a form.*application\/json/);
  assert.equal((await fetch(`${url}/image`, { method: 'POST', body: form })).status, 200);
  const rows = await app.inject({ method: 'POST', url: '/rows', payload: { data: [1] } });
  assert.deepEqual(rows.json(), { rows: true });
});

test('a field of a form that means nothing, stands there twice or has another value than it may is refused', async (t) => {
  const app = Fastify();
  registerErrors(app);
  await app.register(multipart);
  app.post('/image', async (request) => ({ heatmap: (await imageOf(request)).heatmap }));
  app.post('/others', async (request) => ({ heatmap: (await imageOf(request, 'ignored')).heatmap }));
  t.after(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const ask = async (path: string, ...fields: [string, string][]): Promise<string> => {
    const form = new FormData();
    for (const [name, value] of fields) form.append(name, value);
    form.set('file', new Blob([Buffer.alloc(10)]), 'a.jpg');
    return (await fetch(url + path, { method: 'POST', body: form })).text();
  };
  assert.equal(await ask('/image', ['heatmap', 'map']), '{"heatmap":"map"}');
  assert.match(
    await ask('/image', ['hetmap', 'map']),
    /has a field \\"hetmap\\", which means nothing here.*it may have: heatmap/,
  );
  assert.match(await ask('/image', ['__proto__', 'x']), /"code":"USAGE".*not allowed as field name/);
  assert.match(await ask('/image', ['heatmap', 'true'], ['heatmap', 'false']), /says \\"heatmap\\" twice/);
  assert.match(await ask('/image', ['heatmap', 'yes please']), /`heatmap` is \\"yes please\\", not true, false or map/);
  assert.equal(await ask('/others', ['hetmap', 'map']), '{"heatmap":false}');
});
