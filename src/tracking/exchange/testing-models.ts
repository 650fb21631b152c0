import { createHash } from 'node:crypto';
import { probeRun } from './probe.ts';
import type { ExchangeModel, ExchangeRun, MovedModel, Sink, Source } from './run.ts';

export const MAKER = 'e7'.repeat(16);
export const READER = 'f8'.repeat(16);
export const MODEL = `m-${'c3'.repeat(16)}`;
export const LOOSE = `m-${'d4'.repeat(16)}`;

export const run = (id: string, models: ExchangeRun['models']): ExchangeRun => ({
  ...probeRun(id),
  ...(models ? { models } : {}),
});

/** One of everything that a logged model can have, and one of no run. */
export function model(id = MODEL, about: Partial<ExchangeModel> = {}): ExchangeModel {
  const metric = { key: 'acc', value: 0.5, step: 3, time: 1_700_000_000_000, run: MAKER, dataset: null };
  return {
    id,
    name: 'lesions',
    experiment: 'osler probe',
    type: 'classifier',
    status: 'failed',
    statusMessage: 'half of it was uploaded',
    createdAt: 1_700_000_000_001,
    updatedAt: 1_700_000_000_002,
    sourceRun: MAKER,
    params: { lr: '0.10', 'a/b': '', a: 'beside' },
    tags: { team: 'skin: ü', 'mlflow.user': 'me' },
    metrics: [
      metric,
      { ...metric, value: Number.NaN, step: 4 },
      { ...metric, value: Number.POSITIVE_INFINITY, step: 5 },
      { ...metric, key: 'auroc', run: READER, dataset: { name: 'spots', digest: 'ab12' } },
    ],
    async *artifacts() {
      for (const path of ['MLmodel', 'data/größe 1.bin'])
        yield {
          path,
          kind: 'file',
          read: async function* () {
            yield Buffer.from(`bytes of ${path} of ${id}`);
          },
        };
    },
    ...about,
  };
}

/** All that there is to be said of models, in an order of its own. */
export async function told(models: AsyncIterable<ExchangeModel> | Iterable<ExchangeModel>) {
  const out: unknown[] = [];
  for await (const { artifacts, metrics, ...rest } of models) {
    const files: Record<string, string> = {};
    for await (const { path, read } of artifacts()) {
      const hash = createHash('sha256');
      for await (const part of read()) hash.update(part);
      files[path] = hash.digest('hex');
    }
    out.push({
      ...rest,
      files,
      metrics: metrics
        .map((metric) =>
          JSON.stringify(
            { ...metric, value: String(metric.value) },
            Object.keys(metric).concat('name', 'digest').sort(),
          ),
        )
        .sort(),
    });
  }
  return out.sort((a, b) => ((a as ExchangeModel).id < (b as ExchangeModel).id ? -1 : 1));
}

export async function bring(source: Source, sink: Sink): Promise<MovedModel[]> {
  for await (const one of source) await sink.write(one);
  const moved: MovedModel[] = [];
  for await (const one of source.models!()) moved.push(await sink.writeModel!(one));
  return moved;
}

export const WHOLE = [
  run(MAKER, { made: [{ id: MODEL, step: 7 }], read: [] }),
  run(READER, { made: [], read: [MODEL] }),
];
export const LINKS = [
  { made: [{ id: MODEL, step: 7 }], read: [] },
  { made: [], read: [MODEL] },
];
export const MODELS = () => [
  model(),
  model(LOOSE, { name: 'loose', sourceRun: null, type: null, status: 'ready', statusMessage: null, metrics: [] }),
];
