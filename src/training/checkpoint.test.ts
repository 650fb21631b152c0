import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromArray } from '../torch/index.ts';
import { CheckpointStore, type TrainingState } from './checkpoint.ts';

const RUN = 'a'.repeat(32);

function state(step: number): TrainingState {
  return {
    format: 'osler-checkpoint/1',
    run: RUN,
    epoch: 0,
    batch: step,
    step,
    done: false,
    rng: 'AAAA',
    optimiser: { kind: 'sgd', lr: [0.1], steps: [step] },
    running: { loss: 0.1 + 0.2, samples: 3 },
    best: { epoch: 1, metric: 'auroc', value: 1 / 3 },
    plateau: null,
    callbacks: { log: { bytes: 17 } },
    seconds: 1.5,
    images: 8,
    trainSeconds: 1,
  };
}

test('best and last are links to whole folders; older ones and leftovers of a kill go', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-checkpoint-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const store = new CheckpointStore(folder);
  assert.ok(!store.has('last'));
  assert.throws(() => store.path('best'), /no checkpoint 'best'/);
  const write = (step: number, names: ('best' | 'last')[]) => {
    const weights = new Map([['w', fromArray(Float32Array.of(step, 0.1), [2], { copy: true })]]);
    store.write(names, { model: weights, training: new Map() }, state(step));
  };
  write(1, ['last', 'best']);
  write(2, ['last']);
  // A kill while a checkpoint was written: a folder that no link names, and a link that was not renamed.
  mkdirSync(join(store.folder, '.step-00000003-dead.tmp'));
  mkdirSync(join(store.folder, 'step-00000003-dead'));
  symlinkSync('step-00000003-dead', join(store.folder, '.last.dead.tmp'));
  assert.equal(store.readState('last').step, 2);
  write(4, ['last']);
  assert.equal(readdirSync(store.folder).length, 4);
  assert.deepEqual(store.readState('last'), state(4));
  assert.equal(store.readState('best').step, 1);
  assert.deepEqual(store.readTensors('best').model.get('w')!.toArray(), Float32Array.of(1, 0.1));
  writeFileSync(join(store.folder, 'last', 'state.json'), '{"format":"other"}');
  assert.throws(() => store.readState('last'), /not a checkpoint/);
});
