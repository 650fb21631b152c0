import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fakePredictions } from '../testing.ts';
import { joinFolds, readOutOfFold, writeOutOfFold } from './out-of-fold.ts';

test('predictions of folds are one set, and the file gives them back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-out-of-fold-'));
  try {
    const path = join(folder, 'out-of-fold.jsonl');
    const folds = [1, 2].map((seed) => fakePredictions({ samples: 5, classes: ['a', 'b', 'c'], seed }));
    const all = joinFolds(folds);
    assert.deepEqual(Array.from(all.fold), [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    await writeOutOfFold(path, all);
    const read = await readOutOfFold(path);
    assert.deepEqual([read.ids, read.groups, read.labels, read.fold], [all.ids, all.groups, all.labels, all.fold]);
    for (const [i, x] of read.logits.entries()) assert.ok(Math.abs(x - all.logits[i]!) < 1e-6);
    writeFileSync(path, '{"format":"osler-out-of-fold/1","classes":["a","b"]}\n{"id":"x"}\n');
    await assert.rejects(readOutOfFold(path), /line 2: this is no out-of-fold prediction/);
    await assert.rejects(readOutOfFold(join(folder, 'none')), /no out-of-fold predictions/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
