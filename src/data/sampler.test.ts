import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OslerError } from '../errors.ts';
import { Sampler, type SamplerOptions } from './sampler.ts';

const samples = Array.from({ length: 100 }, (_, i) => ({ id: `s${i}`, label: i < 80 ? 'a' : i < 95 ? 'b' : 'c' }));
const options: SamplerOptions = { sampling: 'shuffle', subsample: 1, seed: 1, shuffle: true };
const counts = (order: Uint32Array): Record<string, number> => {
  const found: Record<string, number> = {};
  for (const index of order) found[samples[index]!.label] = (found[samples[index]!.label] ?? 0) + 1;
  return found;
};

test('shuffle takes every sample once, in an order that seed and epoch decide', () => {
  const sampler = new Sampler(samples, options);
  assert.deepEqual(
    [...sampler.order(3)].sort((x, y) => x - y),
    [...samples.keys()],
  );
  assert.deepEqual(sampler.order(3), new Sampler(samples, options).order(3));
  assert.notDeepEqual(sampler.order(3), sampler.order(4));
  assert.notDeepEqual(sampler.order(3), new Sampler(samples, { ...options, seed: 2 }).order(3));
});

test('balanced draws classes equally often, and within one as evenly as can be', () => {
  const order = new Sampler(samples, { ...options, sampling: 'balanced' }).order(0);
  assert.deepEqual(Object.values(counts(order)).sort(), [33, 33, 34]);
  const ofC = [...order].filter((index) => index >= 95);
  const times = [95, 96, 97, 98, 99].map((index) => ofC.filter((other) => other === index).length);
  assert.ok(Math.max(...times) - Math.min(...times) <= 1, String(times));
});

test('weighted multiplies the shares, and refuses a class that is not there', () => {
  const order = new Sampler(samples, { ...options, sampling: { weighted: { a: 0.25, c: 4 } } }).order(0);
  assert.deepEqual(counts(order), { a: 37, b: 27, c: 36 });
  const unknown = (error: unknown): boolean =>
    error instanceof OslerError && error.code === 'CONFIG_INVALID' && /"d"/.test(error.message);
  assert.throws(() => new Sampler(samples, { ...options, sampling: { weighted: { d: 2 } } }), unknown);
});

test('a subsample keeps the shares of the classes, stays the same, and grows with its share', () => {
  const small = new Sampler(samples, { ...options, subsample: 0.2 });
  const large = new Sampler(samples, { ...options, subsample: 0.6 });
  assert.deepEqual(counts(small.used), { a: 16, b: 3, c: 1 });
  assert.deepEqual([...small.order(0)].sort(), [...small.order(9)].sort());
  for (const index of small.used) assert.ok(large.used.includes(index));
});
