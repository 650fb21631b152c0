/** What the tests of experiments look at: runs, evaluations and a sweep, written through the store's own functions. */
import { readFile } from 'node:fs/promises';
import { openDataset } from '../../../data/dataset.ts';
import { evaluate } from '../../../evaluation/evaluate.ts';
import type { Predictions } from '../../../evaluation/predictions.ts';
import { predictionsCsv } from '../../../evaluation/report/csv.ts';
import { fakeSubject } from '../../../evaluation/report/testing.ts';
import { runFile } from '../../../store/paths.ts';
import type { RunRecord } from '../../../store/run.ts';
import type { Store } from '../../../store/store.ts';
import { exampleRun } from '../../../store/testing.ts';
import { drawDataset, smallConfig } from '../../../training/testing.ts';
import { fakeSweep } from '../../../tuning/testing.ts';

const EPOCHS = 6;
const STEPS = 400;
const BEGUN = Date.parse('2026-10-01T09:00:00Z');

export interface Content {
  runs: RunRecord[];
  /** Logged by another program. */
  foreign: string;
  sweep: string;
}

/** Trainings of Osler with curves and evaluations, a run of another program, a sweep. */
export async function fillExperiments(store: Store, home: string): Promise<Content> {
  const { name, version, digest } = await drawDataset(home);
  const runs: RunRecord[] = [];
  for (let i = 0; i < 5; i++) {
    const lr = 0.001 * 3 ** i;
    const record = exampleRun({
      name: `spots ${['small', 'usual', 'fast', 'faster', 'wild'][i]}`,
      createdAt: new Date(BEGUN + i * 3_600_000).toISOString(),
      endedAt: new Date(BEGUN + i * 3_600_000 + 90_000).toISOString(),
      status: i === 4 ? 'interrupted' : 'finished',
      dataset: { name, version, digest },
      labels: ['left', 'right'],
      positive: ['right'],
      config: smallConfig({ optimiser: { lr }, training: { epochs: EPOCHS, batchSize: 8 * (1 + (i % 2)) } }) as never,
      best: { epoch: EPOCHS - 1, metric: 'auroc', value: 0.95 - i * 0.03 },
      seconds: 90 - i,
      imagesPerSecond: 200 + i,
      seed: i,
    });
    runs.push(await store.runs.create(record, { user: 'anna' }));
    await store.metrics.append(record.id, curves(i));
    await store.logs.write(record.id, {
      params: [
        { key: 'optimiser.lr', value: String(lr) },
        { key: 'seed', value: String(i) },
      ],
      tags: [{ key: 'team', value: i % 2 === 0 ? 'derm' : 'chest' }],
    });
    if (i < 3) await evaluated(store, home, record, i);
  }
  const foreign = await store.tracked.start({ experimentId: 0, name: 'from python', startedAt: BEGUN - 1_000 });
  await store.logs.write(foreign.id, {
    metrics: Array.from({ length: 60 }, (_, step) => ({
      key: 'loss',
      value: 1 / (step + 1),
      step,
      timestamp: BEGUN + step,
    })),
    params: [{ key: 'lr', value: '0.1' }],
  });
  await store.tracked.change(foreign.id, { status: 'finished', endedAt: BEGUN + 60_000 });
  return { runs, foreign: foreign.id, sweep: await sweep(store) };
}

function curves(i: number) {
  const row = (key: string, step: number, value: number) => ({
    key,
    step,
    epoch: 1 + Math.floor(((step - 1) * EPOCHS) / STEPS),
    value,
    time: BEGUN + i * 3_600_000 + step * 200,
  });
  const down = (step: number) => 0.15 + 0.05 * i + 0.6 * Math.exp(-step / (60 + 30 * i));
  const steps = Array.from({ length: STEPS }, (_, k) => k + 1);
  return [
    ...steps.map((step) => row('train.loss', step, down(step) + 0.06 * Math.sin(step * 1.7 + i))),
    ...steps.map((step) => row('train.lr', step, 0.001 * 3 ** i * Math.sin((Math.PI * step) / (STEPS + 1)))),
    ...Array.from({ length: EPOCHS }, (_, e) => Math.round(((e + 1) * STEPS) / EPOCHS)).flatMap((step, e) => [
      row('epoch.loss', step, down(step)),
      row('val.loss', step, down(step) + 0.05),
      row('val.auroc', step, 0.95 - i * 0.03 - 0.2 * Math.exp(-e)),
      row('val.recall/left', step, 0.9 - 0.3 * Math.exp(-e)),
    ]),
    ...Array.from({ length: 8 }, (_, k) => ({
      ...row('system/cpu_utilization_percentage', k, 60 + 5 * Math.sin(k)),
      epoch: 0,
    })),
  ];
}

/** Files as `osler evaluate` leaves them. */
async function evaluated(store: Store, home: string, run: RunRecord, i: number): Promise<void> {
  const dataset = await openDataset(home, `${run.dataset.name}@${run.dataset.version}`);
  const samples = dataset.samples('test');
  const predictions: Predictions = {
    classes: run.labels,
    ids: samples.map(({ id }) => id),
    labels: Int32Array.from(samples, ({ label }) => run.labels.indexOf(label)),
    logits: Float32Array.from(
      samples.flatMap(({ label }, k) => {
        const sure = (label === 'right' ? 1 : -1) * (2 - i * 0.4) + 2.2 * Math.sin(k * 7.3 + i * 1.3);
        return [-sure, sure];
      }),
    ),
    groups: samples.map(({ id }) => id),
  };
  const evaluation = evaluate({ test: predictions, options: { positive: ['right'], resamples: 60 } });
  const subject = { ...fakeSubject(run.labels), id: run.id };
  const write = (path: string, text: string) =>
    store.artifacts.write(run.id, { path, kind: 'evaluation' }, bytes(text));
  await write('evaluation/test/evaluation.json', JSON.stringify({ ...evaluation, subject }));
  await write('evaluation/test/predictions.csv', predictionsCsv(evaluation, predictions));
  await write('run.json', await readFile(runFile(home, run.id), 'utf8'));
  await write('notes.txt', 'What was tried: <script>alert(1)</script>\nand what came of it.');
  await write(
    'plot.svg',
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60"><rect width="120" height="60" fill="#0b6660"/></svg>',
  );
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** A search of which some trials were ended early, written as workers write it. */
async function sweep(store: Store): Promise<string> {
  const { sweep, trials } = fakeSweep(24);
  await store.sweeps.create({ ...sweep, name: 'first try' });
  for (const { params, epochs, state, value } of trials) {
    const claimed = await store.sweeps.claim(sweep.id, { worker: 'test', leaseMs: 60_000 });
    if (claimed.kind !== 'trial') throw new Error('no trial was given');
    const { claim } = claimed;
    await store.sweeps.assign(claim, { params: params! });
    for (const [i, one] of epochs.entries())
      await store.sweeps.report(
        claim,
        { epoch: i + 1, value: one, best: Math.max(...epochs.slice(0, i + 1).map(Number)) },
        null,
      );
    await store.sweeps.settle(claim, {
      state: state === 'failed' ? 'failed' : state === 'pruned' ? 'pruned' : 'finished',
      value,
    });
  }
  return sweep.id;
}
