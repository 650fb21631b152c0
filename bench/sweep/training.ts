/** A real training space, small enough to be trained through: every setting is trained once, and all searches share what came of it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importDataset } from '../../src/data/import.ts';
import { generatePhantoms } from '../../src/data/phantom/generate.ts';
import { effectiveConfig, TrainConfig } from '../../src/training/config.ts';
import { trainRun } from '../../src/training/work.ts';
import { recipeOf } from '../../src/tuning/plan.ts';
import type { TestFunction } from './functions.ts';

const RECIPE = {
  dataset: 'phantom',
  model: { name: 'simple_cnn' },
  data: { size: 24, workers: 1 },
  optimiser: { kind: 'adamw', lr: 0.003 },
  schedule: { kind: 'oneCycle' },
  training: { epochs: 4, batchSize: 16, metric: 'loss', threads: 1, checkpointSeconds: 0 },
};
const whole = (low: number, high: number, when = {}) => ({
  low,
  high,
  log: false,
  int: true,
  step: 1,
  points: null,
  when,
});

/** The validation loss of SimpleCNN on drawn lesions over optimiser, rate, momentum and batch. `optimum` is unknown: NaN. */
export async function trainingSpace(): Promise<TestFunction & { trained: Map<string, number>; close(): void }> {
  const home = mkdtempSync(join(tmpdir(), 'osler-sweep-bench-'));
  const drawn = join(home, 'drawn');
  await generatePhantoms({ out: drawn, count: 160, size: 64, seed: 3 });
  await importDataset(drawn, { name: 'phantom' }, { home });
  const base = TrainConfig.parse(RECIPE);
  const trained = new Map<string, number>();
  return {
    name: 'SimpleCNN on phantoms, 4',
    source: 'trained here',
    space: {
      kind: ['sgd', 'adamw'],
      // Thirds of a decade.
      rate: whole(0, 9),
      momentum: whole(0, 2, { kind: ['sgd'] }),
      batch: [8, 24],
    },
    optimum: Number.NaN,
    trained,
    async value(params) {
      const key = JSON.stringify(Object.entries(params).sort());
      const known = trained.get(key);
      if (known !== undefined) return known;
      const { kind, rate, momentum, batch } = params as {
        kind: string;
        rate: number;
        momentum?: number;
        batch: number;
      };
      const config = recipeOf(base, {
        'optimiser.kind': kind,
        'optimiser.lr': 10 ** (-4 + rate / 3),
        ...(momentum === undefined ? {} : { 'optimiser.momentum': [0, 0.9, 0.98][momentum]! }),
        'training.batchSize': batch,
      });
      const folder = join(home, 'runs', String(trained.size));
      mkdirSync(folder, { recursive: true });
      const value = await validationLoss(home, folder, effectiveConfig(config));
      rmSync(folder, { recursive: true, force: true });
      trained.set(key, value);
      process.stderr.write(`\r${trained.size} trainings`);
      return value;
    },
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}

async function validationLoss(home: string, folder: string, config: TrainConfig): Promise<number> {
  const quiet = () => undefined;
  const job = {
    kind: 'train' as const,
    home,
    run: 'bench',
    folder,
    title: 'bench',
    config,
    dataset: 'phantom@1',
    threads: 1,
  };
  const reports = { onProgress: quiet, onLine: quiet, onWarning: quiet, onReady: quiet, onRows: quiet, onStop: quiet };
  try {
    const { best } = await trainRun(
      { ...job, preprocess: null, asks: false },
      { ...reports, proceed: async () => true },
    );
    return best!.value;
  } catch {
    // A loss that became infinite: as bad as knowing nothing, and worse.
    return 10;
  }
}
