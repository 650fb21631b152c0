import { join } from 'node:path';
import { trackingEnvironment } from '../../config/environment.ts';
import type { Estimate } from '../../evaluation/estimate.ts';
import { runDir } from '../../store/paths.ts';
import type { RunRecord } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import { appendEvents } from '../../tracking/append.ts';
import { syncRun } from '../../tracking/sync.ts';
import { lockRun } from '../../training/lock.ts';
import type { Workplace } from '../workplace.ts';

export interface Measured {
  /** What was measured on: `test`, or `data-NAME` for a folder. */
  label: string;
  metrics: Readonly<Record<string, Estimate>>;
}

/** Milliseconds that a tracker's server may take before the rest is left to `osler tracking sync`. */
const PATIENCE_MS = 5_000;

/**
 * An evaluation's metrics as the run's own, `test.auroc` beside `val.auroc`, with the ends of their intervals (`test.auroc.low`,
 * `test.auroc.high`): in the store, and on the MLflow servers that the training told, with its files (paths within the run's folder).
 */
export async function tellEvaluation(
  run: RunRecord,
  { label, metrics }: Measured,
  files: readonly string[],
  store: Store,
  { home, out, signal }: Pick<Workplace, 'home' | 'out' | 'signal'>,
): Promise<void> {
  const epoch = run.best?.epoch ?? 0;
  const validated = await store.metrics.read(run.id, ['val.loss']);
  const step = validated.find((row) => row.epoch === epoch)?.step ?? 0;
  const time = Date.now();
  const rows = Object.entries(metrics).flatMap(([name, { value, low, high }]) =>
    [
      { key: `${label}.${name}`, value },
      { key: `${label}.${name}.low`, value: low },
      { key: `${label}.${name}.high`, value: high },
    ].flatMap((one) => (one.value === null ? [] : [{ key: one.key, value: one.value, step, epoch, time }])),
  );
  await store.metrics.append(run.id, rows);
  const folder = runDir(home, run.id);
  const free = await lockRun(folder);
  try {
    const told = appendEvents(folder, [
      { type: 'metrics', rows: rows.map(({ key, value }) => [key, value, step, time]) },
      ...files.map((path) => ({ type: 'artifact' as const, file: join(folder, path), path, kind: 'evaluation' })),
    ]);
    if (told === 0) return;
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const sent = await syncRun(folder, { access: trackingEnvironment(), send: true, signal: patience }).catch(
      (error: unknown) => {
        signal.throwIfAborted();
        if (!patience.aborted) throw error;
        return null;
      },
    );
    if (sent?.every(({ left }) => left === 0)) return;
    out.warn(
      `What was measured has not reached its tracker yet. Send it with: osler tracking sync ${run.id.slice(0, 12)}`,
    );
  } finally {
    free();
  }
}
