import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Check, Health, type Status } from '../../../pipeline/operation/health.ts';
import { FakePredictor, saying } from '../../../serving/deployments/testing.ts';
import { buildApp } from '../../app.ts';
import type { Deep, Ready } from './contract.ts';

test('ready says what it takes, deep says why, and metrics say it too', async () => {
  const now: Record<string, Status> = { model: 'ok', store: 'ok' };
  const check = (name: string, vital: boolean): Check => ({
    ...{ name, vital },
    look: async () => ({ status: now[name]!, words: `The ${name} of ada is ${now[name]}.` }),
  });
  const health = new Health([check('model', true), check('store', false)], { freshMs: 0 });
  const app = await buildApp({ predictor: new FakePredictor(async () => saying(0.7)), health, version: '1' });
  const ready = async (): Promise<[number, Ready]> => {
    const { statusCode, json } = await app.inject('/health/ready');
    return [statusCode, json()];
  };
  const deep = async (): Promise<[number, Deep]> => {
    const { statusCode, json } = await app.inject('/health/deep');
    return [statusCode, json()];
  };
  const metric = async (name: string): Promise<string | undefined> => {
    const { body } = await app.inject('/metrics');
    return body.split('\n').find((line) => line.startsWith(name));
  };

  assert.deepEqual(await ready(), [200, { status: 'ready', troubles: [] }]);
  const [code, { status, checks }] = await deep();
  assert.deepEqual([code, status, checks.map(({ name }) => name)], [200, 'ok', ['model', 'store']]);

  // The store is gone: predictions go on, so traffic may come, and whoever looks is told.
  now.store = 'failed';
  assert.equal((await deep())[0], 200);
  assert.deepEqual(await ready(), [200, { status: 'degraded', troubles: ['store'] }]);
  assert.equal(await metric('osler_ready'), 'osler_ready 1');
  assert.equal(await metric('osler_health_status{kind="store"'), 'osler_health_status{kind="store",check="store"} 2');

  now.model = 'failed';
  assert.equal((await deep())[0], 503);
  assert.deepEqual(await ready(), [503, { status: 'failed', troubles: ['model', 'store'] }]);
  assert.equal(await metric('osler_ready'), 'osler_ready 0');
  // Anyone may ask whether it is ready; what is wrong in words is for those who may read.
  assert.doesNotMatch((await app.inject('/health/ready')).body, /ada/);

  now.model = 'ok';
  await deep();
  app.startDraining();
  assert.deepEqual(await ready(), [503, { status: 'closing', troubles: [] }]);
  assert.equal((await app.inject('/health/live')).statusCode, 200);
  assert.equal(await metric('osler_ready'), 'osler_ready 0');
  await app.close();
});
