import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OslerError } from '../../errors.ts';
import type { Predictions } from '../predictions.ts';
import { align, inOrder } from './align.ts';

const classes = ['benign', 'malignant'];

function side(name: string, ids: string[], options: { labels?: number[]; groups?: string[]; classes?: string[] } = {}) {
  const known = options.classes ?? classes;
  const predictions: Predictions = {
    classes: known,
    ids,
    labels: Int32Array.from(options.labels ?? ids.map((_, i) => i % 2)),
    logits: Float32Array.from({ length: ids.length * known.length }, (_, i) => i),
    groups: options.groups ?? ids,
  };
  return { name, predictions, keys: ids };
}

function refusal(of: () => unknown): OslerError {
  try {
    of();
  } catch (error) {
    assert.ok(error instanceof OslerError);
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('samples that all models answer', () => {
  test('the same samples come in the order of the first, and columns too', () => {
    const a = side('A', ['x', 'y', 'z'], { labels: [0, 1, 0] });
    const b = side('B', ['z', 'x', 'y'], { labels: [1, 1, 0], classes: ['malignant', 'benign'] });
    const { predictions, leftOut } = align([a, b]);
    assert.deepEqual(leftOut, []);
    assert.deepEqual(predictions[1]!.ids, ['x', 'y', 'z']);
    assert.deepEqual([...predictions[1]!.labels], [0, 1, 0]);
    // Of x, which is row 1 of B: logits 2 (malignant), 3 (benign).
    assert.deepEqual([...predictions[1]!.logits.subarray(0, 2)], [3, 2]);
    assert.deepEqual([...inOrder(b.predictions, classes).labels], [0, 0, 1]);
  });

  test('what one side lacks is left out, counted and named with the reason', () => {
    const a = side('A', ['x', 'y', 'z'], { labels: [0, 0, 0] });
    const b = {
      ...side('B', ['x', 'w', 'y'], { labels: [0, 0, 1] }),
      elsewhere: (key: string) => (key === 'z' ? 'in the train part of d@2' : null),
    };
    const { predictions, leftOut } = align([a, b]);
    assert.deepEqual(predictions[0]!.ids, ['x']);
    assert.deepEqual(leftOut, [
      { reason: 'labelled otherwise: benign for A, malignant for B', count: 1, examples: ['y'] },
      { reason: 'for B in the train part of d@2', count: 1, examples: ['z'] },
      { reason: 'not among the samples of A', count: 1, examples: ['w'] },
    ]);
  });

  test('copies of one image are compared once', () => {
    const a = { ...side('A', ['x', 'copy', 'y'], { labels: [0, 0, 1] }), keys: ['1', '1', '2'] };
    const b = { ...side('B', ['p', 'q'], { labels: [0, 1] }), keys: ['1', '2'] };
    const { predictions, leftOut } = align([a, b]);
    assert.deepEqual(predictions[1]!.ids, ['x', 'y']);
    assert.equal(leftOut[0]!.count, 1);
  });

  test('samples that any side ties together stay together', () => {
    const a = side('A', ['1', '2', '3', '4'], { groups: ['p', 'p', 'q', 'r'] });
    const b = side('B', ['1', '2', '3', '4'], { groups: ['s', 't', 't', 'u'] });
    const { groups } = align([a, b]).predictions[0]!;
    assert.equal(new Set(groups).size, 2);
    assert.equal(new Set(groups.slice(0, 3)).size, 1);
  });

  test('other classes are an error that names them; so is nothing in common', () => {
    const other = refusal(() => align([side('A', ['x']), side('B', ['x'], { classes: ['benign', 'nevus'] })]));
    assert.equal(other.code, 'DATA_INVALID');
    assert.match(other.message, /only A knows malignant; only B knows nevus/);
    const none = refusal(() => align([side('A', ['x']), side('B', ['y'])]));
    assert.match(none.message, /A and B have no sample in common/);
    assert.match(none.hint!, /--dataset/);
  });
});
