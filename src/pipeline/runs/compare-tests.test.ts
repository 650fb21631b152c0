/** What the tests between runs are made of, where files of runs are not as plain as usual. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { evaluate } from '../../evaluation/evaluate.ts';
import type { Evaluation } from '../../evaluation/evaluation.ts';
import type { Predictions } from '../../evaluation/predictions.ts';
import { predictionsCsv } from '../../evaluation/report/csv.ts';
import { fakeSubject } from '../../evaluation/report/testing.ts';
import { fakePredictions } from '../../evaluation/testing.ts';
import type { Views } from '../../evaluation/views.ts';
import type { RunRecord } from '../../store/run.ts';
import { openStore, type Store } from '../../store/store.ts';
import { exampleRun } from '../../store/testing.ts';
import { compareErrors } from './compare-errors.ts';
import { compareTests } from './compare-tests.ts';
import { evaluationsOf } from './evaluations.ts';

let home: string;
let store: Store;
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-compare-'));
  store = await openStore(home);
});
after(async () => {
  await store.close();
  await rm(home, { recursive: true, force: true });
});

const CLASSES = ['melanoma', 'naevus', 'positive'];

/** Answers to the same samples: the less of the noise of `seed`, the better. */
function answered(seed: number, noise: number, samples = 60): Predictions {
  const truth = fakePredictions({ samples, classes: CLASSES, seed: 1, skill: 3 });
  const other = fakePredictions({ samples, classes: CLASSES, seed, skill: 0 });
  return { ...truth, logits: truth.logits.map((x, i) => x + noise * other.logits[i]!) };
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** As `osler evaluate` leaves it in the folder. */
async function write(
  run: RunRecord,
  folder: string,
  predictions: Predictions,
  evaluation: Evaluation,
  views: Views = 'none',
): Promise<void> {
  const subject = { ...fakeSubject(CLASSES), id: run.id, views };
  for (const [name, text] of [
    ['evaluation.json', JSON.stringify({ ...evaluation, subject })],
    ['predictions.csv', predictionsCsv(evaluation, predictions)],
  ] as const)
    await store.artifacts.write(run.id, { path: `evaluation/${folder}/${name}`, kind: 'evaluation' }, bytes(text));
}

const started = (name: string) => store.runs.create(exampleRun({ name, labels: CLASSES, positive: null }));
const measured = (test: Predictions, positive: string[] | null) =>
  evaluate({ test, options: { positive, resamples: 20 } });

test('a class that is called positive keeps its own probabilities', async () => {
  const runs = [await started('first'), await started('second')];
  const answers = [answered(2, 1), answered(3, 2)];
  // Their sum stands in another column of the same name.
  const evaluations = answers.map((one) => measured(one, ['melanoma', 'positive']));
  for (const [i, run] of runs.entries()) await write(run, 'test', answers[i]!, evaluations[i]!);
  const ids = runs.map(({ id }) => id);
  const { comparison } = await compareTests(store, ids, 'test');
  const { differences, classes } = comparison.pairs[0]!;
  const near = (figure: number | null, i: number, of: (evaluation: Evaluation) => number | null) =>
    assert.ok(Math.abs(figure! - of(evaluations[i]!)!) < 1e-9, `${figure} is not ${of(evaluations[i]!)}`);
  for (const [i, side] of (['first', 'second'] as const).entries()) {
    near(differences.logLoss![side], i, ({ metrics }) => metrics.logLoss.value);
    near(differences.auroc![side], i, ({ metrics }) => metrics.auroc.value);
    for (const name of CLASSES)
      near(classes[name]!.auroc[side], i, ({ per_class_metrics: of }) => of[name]!.auroc.value);
  }
  const { samples } = await compareErrors(store, ids, { split: 'test', show: 'all', offset: 0, limit: 200 });
  for (const { answers: both } of samples)
    for (const one of both) assert.ok(one!.probability >= 1 / 3, 'the class decided for is the likeliest of three');
});

test('a folder of images that is called test is not the split', async () => {
  const runs = [await started('first'), await started('second')];
  const answers = [answered(2, 1), answered(3, 2)];
  for (const [i, run] of runs.entries()) {
    // Sorts before evaluation/test.
    const ward = answered(7 + i, 6, 30);
    await write(run, 'data-test', ward, measured(ward, ['naevus']));
    await write(run, 'test', answers[i]!, measured(answers[i]!, ['melanoma']));
  }
  const { comparison } = await compareTests(
    store,
    runs.map(({ id }) => id),
    'test',
  );
  assert.deepEqual([comparison.samples, comparison.positive], [60, ['melanoma']]);
  assert.deepEqual(
    comparison.models.map(({ metrics }) => metrics.accuracy!.value),
    answers.map((one) => measured(one, null).metrics.accuracy.value),
  );
  const found = await evaluationsOf(store, runs[0]!.id);
  assert.deepEqual(
    found.map(({ folder, file }) => [folder, file.samples]),
    [
      ['data-test', 30],
      ['test', 60],
    ],
  );
  await write(runs[0]!, 'test', answers[1]!, measured(answers[1]!, ['melanoma']));
  const again = await evaluationsOf(store, runs[0]!.id);
  assert.deepEqual(
    again.map(({ sha256 }, i) => sha256 === found[i]!.sha256),
    [true, false],
    'what was measured again is told by its sum',
  );
});

test('where all images are on one side, right answers decide', async () => {
  const runs = [await started('first'), await started('second')];
  for (const [i, run] of runs.entries()) {
    const all = answered(2 + i, 1 + i);
    const few = { ...all, labels: all.labels.map(() => 1) };
    await write(run, 'test', few, measured(few, ['melanoma']));
    await write(run, 'val', few, measured(few, null));
  }
  for (const split of ['test', 'val'] as const) {
    const ids = runs.map(({ id }) => id);
    const { comparison } = await compareTests(store, ids, split);
    assert.equal(comparison.metric, 'accuracy');
    assert.notEqual(comparison.pairs[0]!.verdict.kind, 'notEstimable');
    assert.ok(comparison.notes.some((note) => /AUROC can't be measured/.test(note)));
  }
});

test('runs that looked at images in different views are told apart from those that did not', async () => {
  const runs = [await started('once'), await started('four times')];
  for (const [i, run] of runs.entries()) {
    const one = answered(2 + i, 1 + i);
    await write(run, 'test', one, measured(one, null), i === 0 ? 'none' : 'mirrors');
    await write(run, 'val', one, measured(one, null), 'mirrors');
  }
  const ids = runs.map(({ id }) => id);
  const said = async (split: 'test' | 'val') =>
    (await compareTests(store, ids, split)).comparison.notes.filter((note) => /different views/.test(note));
  const [note] = await said('test');
  assert.match(note!, /once: none, four times: mirrors/);
  assert.deepEqual(await said('val'), []);
});

test('a comparison that nobody waits for ends', async () => {
  const runs = [await started('first'), await started('second')];
  for (const [i, run] of runs.entries()) {
    const one = answered(2 + i, 1 + i);
    await write(run, 'test', one, measured(one, null));
  }
  const wanted = new AbortController();
  const made = compareTests(
    store,
    runs.map(({ id }) => id),
    'test',
    wanted.signal,
  );
  wanted.abort(new Error('nobody waits'));
  await assert.rejects(made, /nobody waits/);
});
