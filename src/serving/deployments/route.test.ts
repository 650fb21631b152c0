import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseVariant, hashKey } from './route.ts';

const keys = Array.from({ length: 5_000 }, (_, i) => `patient-${i}`);
const variants = (a: number, b: number, c = 0) => [
  { name: 'skin@3', share: a },
  { name: 'skin@4', share: b },
  { name: 'skin@5', share: c },
];
const choose = (shares: ReturnType<typeof variants>, salt = 'salt') =>
  keys.map((key) => chooseVariant(shares, salt, key).name);

test('variants get their shares, the same on every machine and in any order', () => {
  const chosen = choose(variants(0.7, 0.25, 0.05));
  const count = (name: string): number => chosen.filter((one) => one === name).length / keys.length;
  assert.ok(Math.abs(count('skin@3') - 0.7) < 0.025, String(count('skin@3')));
  assert.ok(Math.abs(count('skin@4') - 0.25) < 0.025, String(count('skin@4')));
  assert.ok(Math.abs(count('skin@5') - 0.05) < 0.015, String(count('skin@5')));
  assert.deepEqual(choose(variants(0.7, 0.25, 0.05).reverse()), chosen);
  assert.deepEqual(choose(variants(70, 25, 5)), chosen);
  // From a few lines of Python: another machine, and the next version of Osler, must say the same.
  assert.deepEqual(
    chosen.slice(0, 12).map((name) => Number(name.at(-1))),
    [3, 3, 3, 3, 3, 3, 4, 3, 3, 5, 3, 3],
  );
});

test('who reached a canary stays with it as it grows, and nobody else moves', () => {
  const [before, after] = [choose(variants(0.95, 0.05)), choose(variants(0.5, 0.5))];
  before.forEach((name, i) => {
    if (name === 'skin@4') assert.equal(after[i], 'skin@4');
  });
  const three = choose(variants(0.6, 0.3, 0.1));
  const without = choose(variants(0.6, 0.3, 0));
  three.forEach((name, i) => {
    if (name !== 'skin@5') assert.equal(without[i], name);
  });
});

test('each deployment routes in its own way, and its hashes of keys are its own', () => {
  const [a, b] = [choose(variants(0.5, 0.5), 'a'), choose(variants(0.5, 0.5), 'b')];
  const same = a.filter((name, i) => name === b[i]).length / keys.length;
  assert.ok(Math.abs(same - 0.5) < 0.03);
  assert.match(hashKey('a', 'patient-1'), /^[0-9a-f]{32}$/);
  assert.notEqual(hashKey('a', 'patient-1'), hashKey('b', 'patient-1'));
});
