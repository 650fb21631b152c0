import { join } from 'node:path';
import type { Classifier } from '../models/index.ts';
import type { Callback } from './callbacks/callback.ts';
import { Checkpoints } from './callbacks/checkpoints.ts';
import { ClassMetrics } from './callbacks/class-metrics.ts';
import { Curves } from './callbacks/curves.ts';
import { EarlyStopping } from './callbacks/early-stopping.ts';
import { Ema } from './callbacks/ema.ts';
import { FreezeBackbone } from './callbacks/freeze-backbone.ts';
import { JsonlLog } from './callbacks/jsonl-log.ts';
import { ProgressReport } from './callbacks/progress.ts';
import { StoreMetrics } from './callbacks/store-metrics.ts';
import { directionOf, sizeOf, type TrainConfig } from './config.ts';
import type { MetricRow } from './log.ts';
import type { Reports } from './network.ts';
import { growth } from './progressive.ts';

export interface RunCallbacks {
  list: Callback[];
  log: JsonlLog;
  classMetrics: ClassMetrics;
  /** Sends what is still held back, draws the curves and closes the log. */
  close(): void;
}

/** A run's callbacks, in their order: those that change weights, those that write, and checkpoints last. */
export function buildCallbacks(
  config: TrainConfig,
  model: Classifier,
  run: { folder: string; title: string; classes: readonly string[] },
  reports: Reports & { onRows: (rows: MetricRow[]) => void },
): RunCallbacks {
  const { training } = config;
  const files = { log: join(run.folder, 'log.jsonl'), svg: join(run.folder, 'curves.svg') };
  const log = new JsonlLog(files.log);
  const metrics = new StoreMetrics(reports.onRows);
  const classMetrics = new ClassMetrics(run, run.classes, reports.onRows);
  const curves = new Curves(files, run.title);
  const list: Callback[] = [
    new FreezeBackbone(config.model, model),
    ...(training.ema === null ? [] : [new Ema(training.ema, model.state())]),
    ...(training.earlyStopping === null
      ? []
      : [new EarlyStopping(training.earlyStopping, training.metric, directionOf(training.metric))]),
    log,
    metrics,
    classMetrics,
    new ProgressReport(reports.onProgress, reports.onLine, { sizeAt: growth(training, sizeOf(config.data)) }),
    curves,
    new Checkpoints(training),
  ];
  return {
    list,
    log,
    classMetrics,
    close() {
      metrics.flush();
      curves.draw();
      log.close();
    },
  };
}
