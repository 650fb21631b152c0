import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growth } from './progressive.ts';

const grow = (from: number, until: number, epochs: number, full = { height: 256, width: 256 }) => {
  const sizeOf = growth({ progressive: { from, until }, epochs, overfitBatches: null }, full)!;
  return Array.from({ length: epochs }, (_, epoch) => sizeOf(epoch));
};
const heights = (sizes: { height: number }[]) => sizes.map(({ height }) => height).join(' ');

test('images grow by epoch, in steps of 32 pixels, until the last epochs have them whole', () => {
  assert.equal(heights(grow(0.625, 0.75, 16)), '160 160 192 192 192 192 224 224 224 224 256 256 256 256 256 256');
  assert.equal(heights(grow(0.5, 0.5, 4)), '128 192 256 256');
  assert.equal(heights(grow(0.5, 1, 2)), '128 192');
  // Never below what networks can halve five times, nor above the whole.
  assert.equal(heights(grow(0.1, 0.5, 4, { height: 100, width: 100 })), '32 64 100 100');
  assert.deepEqual(grow(0.5, 1, 1, { height: 192, width: 40 }), [{ height: 96, width: 32 }]);
});

test('nothing grows where it was not asked for, or where a few batches are learnt by heart', () => {
  const full = { height: 64, width: 64 };
  assert.equal(growth({ progressive: null, epochs: 3, overfitBatches: null }, full), undefined);
  assert.equal(growth({ progressive: { from: 0.5, until: 1 }, epochs: 3, overfitBatches: 2 }, full), undefined);
});
