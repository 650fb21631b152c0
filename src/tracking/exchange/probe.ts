import type { ExchangeRun } from './run.ts';

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A run with one of everything that some tracker has trouble with: what comes back of it says what a tracker can hold. */
export function probeRun(id: string): ExchangeRun {
  const series = (key: string, values: number[], at = (i: number) => i) =>
    values.map((value, i) => ({ key, value, step: at(i), time: AT + 1000 * i + 123, epoch: 0 }));
  const points = [
    ...series('loss', [0.5, 0.1 + 0.2, 1e-300, -0.25]),
    ...series('not a number', [1, Number.NaN, 2]),
    ...series('infinite', [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
    ...series('several values at one step', [1, 2, 3], () => 7),
    ...series('steps with gaps', [1, 2, 3], (i) => i * 1_000_000),
    ...series('negative step', [1], () => -1),
    ...series('val.recall/größe & co', [0.5]),
    ...series('system/cpu_utilization_percentage', [12.5, 50]),
  ];
  return {
    id,
    name: 'Probe of a tracker: ü, 雪, "quotes"',
    experiment: 'osler probe',
    experimentTags: { 'mlflow.note.content': 'of the experiment' },
    status: 'interrupted',
    user: 'probe',
    startedAt: AT,
    endedAt: AT + 60_000,
    params: {
      'optimiser.lr': '0.001',
      'as text': '0.10',
      truth: 'true',
      nothing: '',
      list: '[1,2]',
      long: 'x'.repeat(8_000),
      'odd key: ü/雪': 'ä\n"',
    },
    tags: { 'osler.probe': 'a tag', 'mlflow.note.content': '# note\nwith lines', long: 'y'.repeat(8_000) },
    datasets: [
      {
        name: 'spots',
        digest: 'ab'.repeat(16),
        sourceType: 'osler',
        source: 'spots@1',
        schema: '',
        profile: '{"train":3}',
        tags: { 'mlflow.data.context': 'training' },
      },
    ],
    async *metrics() {
      yield points;
    },
    async *artifacts() {
      for (const path of ['config.yaml', 'deep/er/größe 1.txt']) {
        yield {
          path,
          kind: 'file',
          read: async function* () {
            yield Buffer.from(`bytes of ${path}\n`);
          },
        };
      }
    },
    leftOut: [],
  };
}
