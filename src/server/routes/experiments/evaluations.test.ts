/** Whose turn it is among comparisons, without what they measure: runs that are looked up until they are said to be none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { DatasetShelf } from '../../../pipeline/datasets/shelf.ts';
import type { Store } from '../../../store/store.ts';
import { evaluationRoutes } from './evaluations.ts';

test('what a client that went away had asked is not compared', { timeout: 20_000 }, async () => {
  const [a, b, c, other] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(32)) as [string, string, string, string];
  const begun: string[] = [];
  const firstBegun = Promise.withResolvers<void>();
  const found = Promise.withResolvers<never>();
  const tracked = {
    getAll: async () => [],
    records: ([run]: [string]) => {
      begun.push(run);
      firstBegun.resolve();
      return found.promise;
    },
  };
  const app = fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const [asked, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  app.addHook('preHandler', async ({ body }, { raw }) => {
    if ((body as { runs: string[] }).runs[0] !== b) return;
    raw.once('close', gone.resolve);
    // Behind the handler's first steps.
    setImmediate(asked.resolve);
  });
  await app.register(evaluationRoutes({ tracked } as unknown as Store, {} as DatasetShelf));
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const ask = (run: string, signal: AbortSignal | null = null) =>
    fetch(`${address}/compare/tests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ runs: [run, other] }),
      signal,
    });
  try {
    const first = ask(a);
    await firstBegun.promise;
    const client = new AbortController();
    const second = assert.rejects(ask(b, client.signal));
    await asked.promise;
    client.abort();
    await Promise.all([second, gone.promise]);
    const third = ask(c);
    found.reject(new Error('no runs'));
    for (const answer of await Promise.all([first, third])) assert.equal(answer.status, 500);
    assert.deepEqual(begun, [a, c]);
  } finally {
    await app.close();
  }
});
