/** The training loop on a small drawn dataset, in this process. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { memory, readSafetensorsRaw } from '../torch/index.ts';
import { effectiveConfig, type TrainConfig } from './config.ts';
import { type LogLine, parseLog } from './log.ts';
import { drawDataset, smallConfig } from './testing.ts';
import { findRate, inferRun, trainRun, type WorkReports } from './work.ts';

const quiet: WorkReports = {
  onProgress() {},
  onLine() {},
  onWarning() {},
  onReady() {},
  onRows() {},
  proceed: async () => true,
  onStop() {},
};
// No BatchNorm and no dropout: what differs only in how a batch is cut gives the same gradient.
const PLAIN = { model: { name: 'chest_cnn', dropout: 0 }, data: { size: 16 }, augment: {} };

/** The mean log loss of two classes. */
function surpriseOf({ labels, logits }: Awaited<ReturnType<typeof inferRun>>): number {
  let sum = 0;
  for (const [i, label] of labels.entries()) {
    const [a, b] = [logits[2 * i]!, logits[2 * i + 1]!];
    sum += Math.log(1 + Math.exp(label === 0 ? b - a : a - b));
  }
  return sum / labels.length;
}

describe('training', () => {
  let home: string;
  let runs = 0;
  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'osler-work-'));
    await drawDataset(home, { perClass: 40 });
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  async function run(config: TrainConfig, reports: Partial<WorkReports> = {}) {
    const folder = join(home, 'runs', String(++runs));
    const job = {
      home,
      run: String(runs),
      folder,
      title: 't',
      config: effectiveConfig(config),
      dataset: 'spots@1',
      threads: 1,
      preprocess: null,
      asks: reports.proceed !== undefined,
    };
    const result = await trainRun({ kind: 'train', ...job }, { ...quiet, ...reports });
    const log = parseLog(readFileSync(join(folder, 'log.jsonl'), 'utf8'));
    return { result, log, folder, job };
  }

  const losses = (log: LogLine[]) => log.flatMap((line) => (line.type === 'step' ? [line.loss!] : []));

  test('learns, keeps the best epoch, and inference with its checkpoint gives the validation that was logged', async () => {
    const { result, log, job } = await run(
      smallConfig({ training: { epochs: 4, ema: { decay: 0.9 } }, optimiser: { lr: 0.005 } }),
    );
    assert.equal(result.outcome, 'finished');
    assert.ok(result.best!.value > 0.9, JSON.stringify(result));
    const best = log.findLast((line) => line.type === 'epoch' && line.best);
    assert.ok(best?.type === 'epoch');
    assert.equal(best.epoch, result.best!.epoch);
    const preprocess = {
      height: 24,
      width: 24,
      fit: 'stretch' as const,
      channels: 1 as const,
      mean: [0.5],
      std: [0.5],
    };
    const labels = ['left', 'right'];
    const infer = {
      ...job,
      kind: 'infer' as const,
      preprocess,
      labels,
      split: 'val' as const,
      ids: null,
      checkpoint: 'best' as const,
    };
    const answers = await inferRun(infer, quiet);
    const surprise = surpriseOf(answers);
    assert.ok(Math.abs(surprise - best.val.loss!) < 1e-5, `${surprise} is not ${best.val.loss}`);
    const two = await inferRun({ ...infer, ids: [answers.ids[5]!, answers.ids[0]!] }, quiet);
    assert.ok(Math.abs(two.logits[2]! - answers.logits[0]!) < 1e-5);
  });

  test('accumulated batches give the gradient of one large batch, gradient checkpointing that of the plain pass', async () => {
    const large = await run(smallConfig({ ...PLAIN, training: { epochs: 1, batchSize: 16 } }));
    const parts = await run(smallConfig({ ...PLAIN, training: { epochs: 1, batchSize: 4, accumulate: 4 } }));
    assert.equal(losses(large.log).length, 3);
    for (const [i, loss] of losses(parts.log).entries()) assert.ok(Math.abs(loss - losses(large.log)[i]!) < 1e-5);
    const efficient = { model: { name: 'mobilenet_v2' }, data: { size: 32 }, training: { epochs: 1, limitBatches: 2 } };
    const kept = await run(smallConfig(efficient));
    const again = await run(
      smallConfig({ ...efficient, training: { ...efficient.training, gradientCheckpointing: true } }),
    );
    assert.deepEqual(losses(again.log), losses(kept.log));
  });

  test('images that grow: small steps first, validation always whole, and going on gives the same weights', async () => {
    const grow = (epochs: number, until: number) =>
      smallConfig({ data: { size: 64 }, training: { epochs, progressive: { from: 0.5, until }, metric: 'loss' } });
    const lines: string[] = [];
    const whole = await run(grow(3, 0.6), { onLine: (text) => lines.push(text) });
    const sizes = lines.map((line) => /(\d+)x\d+ px/.exec(line)?.[1]);
    assert.deepEqual(sizes, ['32', '64', '64']);

    const weights = (folder: string) => readSafetensorsRaw(join(folder, 'checkpoints', 'last', 'model.safetensors'));
    let stop = () => {};
    const atFirstStep: Partial<WorkReports> = { onStop: (it) => (stop = it), onProgress: () => stop() };
    const afterFirstEpoch: Partial<WorkReports> = { proceed: async () => false };
    for (const reports of [atFirstStep, afterFirstEpoch]) {
      const cut = await run(grow(3, 0.6), reports);
      assert.equal(cut.result.outcome, 'interrupted');
      assert.equal(losses(cut.log).length < losses(whole.log).length / 3, reports === atFirstStep);
      const on = await trainRun({ kind: 'train', ...cut.job, asks: false }, quiet);
      assert.equal(on.outcome, 'finished');
      assert.deepEqual(weights(cut.folder), weights(whole.folder));
    }

    const warned: string[] = [];
    const still = smallConfig({
      model: { ...PLAIN.model, headInit: 'published' },
      ...{ data: { size: 64 }, augment: {}, optimiser: { lr: 1e-12 } },
      training: { epochs: 2, progressive: { from: 0.5, until: 0.5 }, metric: 'accuracy' },
    });
    const first = await run(still, { onWarning: (text) => warned.push(text) });
    assert.equal(first.result.best!.epoch, 1);
    assert.match(
      warned.join('\n'),
      /^The best epoch, 1, learnt from images of 32x32 pixels: its network has not seen 64x64/,
    );

    warned.length = 0;
    const small = await run(grow(1, 1), { onWarning: (text) => warned.push(text) });
    assert.match(warned.join('\n'), /^training\.progressive: the last epoch's images are 32x32 pixels, [^\n]*$/);
    const [epoch] = small.log.flatMap((line) => (line.type === 'epoch' ? [line] : []));
    const preprocess = {
      height: 64,
      width: 64,
      fit: 'stretch' as const,
      channels: 1 as const,
      mean: [0.5],
      std: [0.5],
    };
    const infer = { ...small.job, kind: 'infer' as const, preprocess, labels: ['left', 'right'] };
    const asked = { split: 'val' as const, ids: null, checkpoint: 'last' as const };
    const surprise = surpriseOf(await inferRun({ ...infer, ...asked }, quiet));
    assert.ok(Math.abs(surprise - epoch!.val.loss!) < 1e-5, `${surprise} is not ${epoch!.val.loss}`);
  });

  test('overfitBatches learns a few batches by heart; fastDevRun does one of everything', async () => {
    const training = { epochs: 30, overfitBatches: 2, metric: 'loss' };
    const { result, log } = await run(smallConfig({ model: { name: 'simple_cnn', dropout: 0 }, training }));
    assert.equal(losses(log).length, 60);
    assert.ok(losses(log).at(-1)! < 0.1, String(losses(log).at(-1)));
    assert.ok(result.best!.value < 0.3, String(result.best!.value));
    const dev = await run(smallConfig({ training: { fastDevRun: true, metric: 'loss' } }));
    assert.deepEqual(
      dev.log.map((line) => line.type),
      ['step', 'epoch'],
    );
  });

  test('a frozen backbone keeps its weights; bf16, focal, soft targets and every optimiser and schedule run', async () => {
    const frozen = await run(
      smallConfig({
        model: { name: 'simple_cnn', freeze: 'backbone' },
        training: { epochs: 1, limitBatches: 2, metric: 'loss' },
      }),
    );
    const fresh = await run(
      smallConfig({
        training: { epochs: 1, limitBatches: 1, metric: 'loss' },
        optimiser: { lr: 1e-12, weightDecay: 0 },
      }),
    );
    const weights = (folder: string) => readSafetensorsRaw(join(folder, 'checkpoints/last/model.safetensors'));
    const name = 'features.0.0.weight';
    const [a, b] = [weights(frozen.folder).get(name)!.data, weights(fresh.folder).get(name)!.data];
    for (const [i, value] of a.entries()) assert.ok(Math.abs(Number(value) - Number(b[i])) < 1e-9);
    const kinds = [
      {
        optimiser: { kind: 'sgd', lr: 0.01 },
        schedule: { kind: 'step', everyEpochs: 1 },
        training: { precision: 'bf16' },
      },
      {
        optimiser: { kind: 'adam', lr: 0.001 },
        schedule: { kind: 'exponential' },
        loss: { kind: 'focal' },
        augment: { mixup: { alpha: 0.4 } },
      },
      { schedule: { kind: 'cosine', warmupEpochs: 1 }, loss: { kind: 'binary' }, training: { clipNorm: 0.1 } },
      { schedule: { kind: 'plateau', patience: 0 }, data: { sampling: 'balanced', subsample: 0.5 } },
    ];
    for (const change of kinds) {
      const base = { epochs: 2, limitBatches: 2, metric: 'loss' };
      const { log } = await run(smallConfig({ ...change, training: { ...base, ...change.training } }));
      assert.equal(losses(log).length, 4);
    }
  });

  test('a loss that is no number ends the training with advice; a metric that cannot be computed too', async () => {
    await assert.rejects(
      run(smallConfig({ optimiser: { kind: 'sgd', lr: 1e30 } })),
      /loss became (NaN|Infinity) at step/,
    );
  });

  test('the learning-rate finder suggests a rate, for images of their whole size where they grow', async () => {
    const find = (config: TrainConfig) =>
      findRate({ kind: 'findLr', home, run: 'x', config, dataset: 'spots@1', threads: 1 }, quiet);
    const finding = await find(smallConfig());
    const whole = smallConfig({ data: { size: 48 } });
    const growing = smallConfig({ data: { size: 48 }, training: { progressive: { from: 0.5 } } });
    assert.deepEqual(await find(growing), await find(whole));
    assert.ok(finding.points.length > 20);
    assert.ok(
      finding.suggestion === null || (finding.suggestion > 1e-6 && finding.suggestion < 1),
      String(finding.suggestion),
    );
  });

  test('memory stays flat over steps', async () => {
    const after: number[] = [];
    const onRows = () => after.push(memory().count);
    await run(smallConfig({ training: { epochs: 6, ema: { decay: 0.9 } } }), { onRows });
    assert.equal(after.at(-1), after.at(-2), after.join(' '));
  });
});
