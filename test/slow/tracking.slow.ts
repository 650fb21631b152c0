/** Trainings that are written down in several places: what it costs, what each holds, and that a dead server changes nothing. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TrackerComparison } from '../../src/pipeline/compare-trackers.ts';
import { readSafetensorsRaw } from '../../src/torch/index.ts';
import { drawDataset } from '../../src/training/testing.ts';
import { osler, oslerJson } from '../command.ts';

const RECIPE = `
dataset: spots
model: { name: simple_cnn }
data: { size: 24, channels: 1, workers: 1 }
optimiser: { kind: adamw, lr: 0.003 }
training: { epochs: 2, batchSize: 8, threads: 1 }
`;

describe('trackers', () => {
  let home: string;
  let recipe: string;

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'osler-trackers-'));
    await drawDataset(home, { perClass: 40 });
    recipe = join(home, 'recipe.yaml');
    writeFileSync(recipe, RECIPE);
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  test('compare: a grid is trained once, told to all, read back and compared with the store', async () => {
    const env = { MLFLOW_TRACKING_URI: '' };
    const args = ['tracking', 'compare', recipe, '--grid', 'optimiser.lr=0.001,0.003', '--grid', 'seed=1,2'];
    const result = await oslerJson<TrackerComparison>(home, args, { env });
    assert.equal(result.runs.length, 4);
    assert.deepEqual(result.runs[3]!.settings, ['optimiser.lr=0.003', 'seed=2']);
    const [mlflow, wandb, local] = result.costs;
    assert.match(mlflow!.tracker, /^mlflow http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(wandb!.tracker, 'wandb offline');
    assert.equal(local!.tracker, 'local');
    for (const cost of result.costs) {
      assert.equal(cost.values, local!.values);
      assert.equal(cost.files, local!.files);
      assert.equal(cost.unsent, 0);
    }
    assert.ok(mlflow!.requests > 20 && mlflow!.sentBytes > 1e6);
    assert.deepEqual(mlflow!.differing, [], 'the server gives everything back, to the last bit');
    // One time for each line of history is all that W&B has.
    for (const { what, detail } of wandb!.differing!) {
      assert.equal(what, 'metric');
      const [, before, later] = /: (\S+) at \d+ became (\S+) at \d+$/.exec(detail)!;
      assert.equal(before, later, detail);
    }
    assert.deepEqual(
      result.lacking.map(({ lacks }) => lacks.map(({ what }) => what)),
      [
        ['parameter', 'metric'],
        ['experiment tag', 'metric'],
      ],
    );
    const listed = await oslerJson<unknown[]>(home, ['runs', 'list']);
    assert.ok(JSON.stringify(listed).includes(result.runs[0]!.run), 'its runs are ordinary ones');
    const wrong = await osler(home, ['tracking', 'compare', recipe, '--grid', 'optimiser.lr']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /is not key=value,value/);
    const nobody = ['tracking', 'compare', recipe, '--mlflow', 'http://127.0.0.1:9', '--json'];
    const away = await osler(home, nobody);
    assert.deepEqual([away.code, JSON.parse(away.stdout).error.code], [1, 'REMOTE_FAILED']);
    assert.doesNotMatch(away.stderr, /\n +at /);
    const known = await osler(home, [
      'tracking',
      'compare',
      recipe,
      '--mlflow',
      'http://ann:secret@127.0.0.1:9',
      '--json',
    ]);
    assert.notEqual(known.code, 0);
    assert.doesNotMatch(known.stdout + known.stderr, /secret/);
    assert.equal((await oslerJson<unknown[]>(home, ['runs', 'list'])).length, 4, 'nothing is trained in vain');
  });

  test('a server that never answers: the same weights, bit for bit, and nothing lost', async () => {
    const plain = await oslerJson<{ run: string }>(home, ['train', recipe]);
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const uri = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const told = await oslerJson<{ run: string }>(home, [
      'train',
      recipe,
      `tracking=[{mlflow: {uri: "${uri}"}}, wandb]`,
    ]);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
    const weights = (run: string) =>
      readSafetensorsRaw(join(home, 'runs', run, 'checkpoints', 'last', 'model.safetensors'));
    assert.deepEqual(weights(told.run), weights(plain.run));
    const { runs } = await oslerJson<{ runs: { left: number }[] }>(home, ['tracking', 'sync', '--dry-run', told.run]);
    assert.ok(runs[0]!.left > 1_000, 'nothing was lost');
    const failed = await osler(home, ['tracking', 'sync', told.run]);
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /not wholly sent/);
  });

  test('a table of a training script comes in, and is a run like any other', async () => {
    const file = join(home, 'history.csv');
    writeFileSync(file, 'epoch,loss,val_auroc\n1,0.9,0.6\n2,0.5,nan\n3,0.4,0.8\n');
    const { moved } = await oslerJson<{ moved: { run: string; metrics: number }[] }>(home, [
      'tracking',
      'import',
      file,
      '--experiment',
      'keras',
    ]);
    assert.equal(moved[0]!.metrics, 6);
    const again = await oslerJson<{ moved: { run: string }[] }>(home, [
      'tracking',
      'import',
      file,
      '--experiment',
      'keras',
    ]);
    assert.equal(again.moved[0]!.run, moved[0]!.run);
    const out = join(home, 'tables');
    await oslerJson(home, ['tracking', 'export', out, moved[0]!.run, '--to', 'csv']);
    assert.match(readFileSync(join(out, 'metrics.csv'), 'utf8'), /,val_auroc,2,\d+,2,NaN\n/);
    const twice = await osler(home, ['tracking', 'export', out, '--to', 'csv']);
    assert.equal(twice.code, 2);
    assert.match(twice.stderr, /is there already/);
  });
});
