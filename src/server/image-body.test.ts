import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { acceptRawImages } from './image-body.ts';

test('raw bytes reach a route for images; one for JSON refuses them in a few words', async () => {
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  acceptRawImages(app, 2 ** 20);
  app.post('/image', async ({ body }) => ({ bytes: (body as Buffer).length }));
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
  const rows = await app.inject({ method: 'POST', url: '/rows', payload: { data: [1] } });
  assert.deepEqual(rows.json(), { rows: true });
});
