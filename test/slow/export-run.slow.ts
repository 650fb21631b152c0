import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Bundle } from '../../src/bundle/open.ts';
import { openDataset } from '../../src/data/dataset.ts';
import type { Dataset } from '../../src/data/sample.ts';
import { evaluate } from '../../src/evaluation/evaluate.ts';
import type { Predictions } from '../../src/evaluation/predictions.ts';
import { writeReport } from '../../src/evaluation/report/write.ts';
import { onnxChecker } from '../../src/onnx/testing.ts';
import { findEvaluated } from '../../src/pipeline/evaluated/find.ts';
import { exportRun } from '../../src/pipeline/export-run.ts';
import { exportedViews } from '../../src/pipeline/run-evaluation.ts';
import { runSubject } from '../../src/pipeline/subject.ts';
import { predictSamples } from '../../src/serving/predict-samples.ts';
import { createPredictor } from '../../src/serving/predictor.ts';
import { checkpointDir, evaluationDir } from '../../src/store/paths.ts';
import type { RunRecord } from '../../src/store/run.ts';
import { openStore } from '../../src/store/store.ts';
import { readSafetensorsRaw, writeSafetensors } from '../../src/torch/safetensors.ts';
import { inferSplit } from '../../src/training/infer.ts';
import { drawDataset, smallConfig } from '../../src/training/testing.ts';
import { train } from '../../src/training/train.ts';

let home: string;
let dataset: Dataset;
let run: RunRecord;
let engine: Predictions;
const steps: string[] = [];
const options = () => ({
  home,
  out: join(home, 'bundles', 'spots'),
  version: '0.1.0',
  onStep: (text: string) => void steps.push(text),
});

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-export-'));
  await drawDataset(home, { perClass: 20 });
  dataset = await openDataset(home, 'spots');
  await using store = await openStore(home);
  run = await train(dataset, smallConfig({ training: { epochs: 1, threads: 1 } }), {
    store,
    version: '0.1.0',
  });
});
after(() => rm(home, { recursive: true, force: true }));

test('a trained run becomes a bundle that says what the engine says', async (t) => {
  const { bundle, parity } = await exportRun(run, dataset, options());
  const { manifest } = bundle;
  assert.equal(parity.samples, 8);
  assert.ok(parity.maxDifference <= 1e-4);
  assert.deepEqual(manifest.labels, ['left', 'right']);
  assert.deepEqual(manifest.operatingPoint?.positive, ['right']);
  assert.equal(typeof manifest.metrics.auroc?.value, 'number');
  assert.deepEqual(manifest.dataset, run.dataset);
  assert.equal(manifest.model.embedding, 128);
  assert.equal(steps.length, 4);
  const card = Buffer.from(await bundle.read('model-card.md')).toString();
  assert.match(card, /## Intended use[\s\S]*\| AUROC \|/);
  assert.ok(
    dataset.samples().every(({ id }) => !card.includes(id)) && !card.includes(home),
    'nothing of a sample or a machine',
  );

  const predictor = await createPredictor(bundle, { threads: 1 });
  const served = await predictSamples(predictor, dataset, 'test');
  await predictor.close();
  engine = await inferSplit(home, run.id, dataset, 'test');
  assert.deepEqual(served.ids, engine.ids);
  for (const [i, value] of engine.logits.entries()) assert.ok(Math.abs(value - served.logits[i]!) < 1e-3);

  const complaint = await onnxChecker(join(bundle.dir, 'model.onnx'));
  if (complaint === 'absent') t.diagnostic("ONNX's checker was skipped: python3-onnx is not installed");
  else assert.equal(complaint, null);
  for (const file of await readdir(bundle.dir)) {
    const text = await readFile(join(bundle.dir, file), 'latin1');
    assert.ok(!text.includes(home), `${file} holds a path`);
    assert.ok(!dataset.samples().some(({ id }) => text.includes(id)), `${file} names a sample`);
  }
});

test('the evaluation that a person made decides', async () => {
  const given = { temperature: 2.5, operatingPoint: { positive: ['left'], threshold: 0.123, rule: 'threshold=0.123' } };
  const evaluation = evaluate({ test: engine, options: { ...given, resamples: 20 } });
  const folder = evaluationDir(home, run.id, 'test');
  const subject = { kind: 'run' as const, id: run.id, name: '', model: '', dataset: null, facts: [], stamps: [] };
  const { json } = await writeReport(folder, { evaluation, predictions: engine, subject });
  const decided = (await exportRun(run, dataset, options())).bundle.manifest;
  assert.equal(decided.temperature, 2.5);
  assert.deepEqual(decided.operatingPoint, given.operatingPoint);
  // From here on it is newer than any checkpoint.
  const later = Date.now() / 1000 + 3600;
  await utimes(json, later, later);
});

test('views: the bundle looks at images as the evaluation did that it follows, else as the recipe says', async () => {
  const folder = evaluationDir(home, run.id, 'test');
  const mirrored = await inferSplit(home, run.id, dataset, 'test', { views: 'mirrors' });
  assert.notDeepEqual(mirrored.logits, engine.logits);
  const subject = runSubject(run, dataset, 'mirrors');
  assert.match(subject.facts.find(([term]) => term === 'Views')![1], /four passes/);
  const evaluation = evaluate({ test: mirrored, options: { resamples: 20 } });
  const { json } = await writeReport(folder, { evaluation, predictions: mirrored, subject });
  const later = Date.now() / 1000 + 3600;
  await utimes(json, later, later);
  const { bundle, parity } = await exportRun(run, dataset, options());
  assert.equal(bundle.manifest.views, 'mirrors');
  assert.equal(bundle.manifest.format, 'osler-bundle/1', 'the graph does it: an older Osler answers the same');
  assert.ok(parity.maxDifference <= 1e-4);
  assert.match(steps.join('\n'), /answers are the mean of four .* four passes an image/);
  await sameAnswers(bundle, mirrored);

  await using store = await openStore(home);
  const { signal } = new AbortController();
  const out = { progress() {}, warn() {} };
  const place = { home, databaseUrl: undefined, artifacts: undefined, signal, threads: 1, out };
  // This recipe mirrors top and bottom alone.
  await assert.rejects(findEvaluated(run.id, store, place, 'mirrors'), {
    code: 'USAGE',
    message: /has not learnt from \(augment\.flipHorizontal 0\)/,
  });
  await assert.rejects(findEvaluated(bundle.dir, store, place, 'none'), {
    code: 'USAGE',
    message: /spots has views mirrors in its graph/,
  });
  {
    await using evaluated = await findEvaluated(bundle.dir, store, place, 'mirrors');
    assert.equal(evaluated.subject.views, 'mirrors');
    close((await evaluated.predictSplit('test')).logits, mirrored.logits);
  }

  const recipe = { ...run, config: { ...run.config, evaluation: { decision: 'likeliest', views: 'mirrors' } } };
  const once = runSubject(run, dataset, 'none');
  assert.equal(once.views, undefined);
  const plain = evaluate({ test: engine, options: { resamples: 20 } });
  const { json: again } = await writeReport(folder, { evaluation: plain, predictions: engine, subject: once });
  await utimes(again, later, later);
  const follows = (await exportRun(recipe as RunRecord, dataset, options())).bundle;
  assert.equal(follows.manifest.views, undefined, 'what was measured once is exported so, whatever the recipe says');
  await sameAnswers(follows, engine);
  assert.equal(exportedViews(recipe as RunRecord, null), 'mirrors');
});

async function sameAnswers(bundle: Bundle, expected: Predictions): Promise<void> {
  const predictor = await createPredictor(bundle, { threads: 1 });
  const served = await predictSamples(predictor, dataset, 'test');
  await predictor.close();
  assert.deepEqual(served.ids, expected.ids);
  close(served.logits, expected.logits);
  close(served.embeddings!, expected.embeddings!);
}

function close(got: Float32Array, expected: Float32Array): void {
  assert.equal(got.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(value - got[i]!) < 1e-4, `${i}: ${got[i]} for ${value}`);
}

test('a graph that disagrees with the engine is not written', async () => {
  // The engine answers for one network, the tracer reads another: as a fault in either would look.
  const path = join(checkpointDir(home, run.id, 'best'), 'model.safetensors');
  const original = await readFile(path);
  const weights = readSafetensorsRaw(path);
  const head = weights.get('classifier.3.weight')!;
  const wrong = new Map(weights).set('classifier.3.weight', {
    ...head,
    data: (head.data as Float32Array).map((v) => v * 1.5),
  });
  const samples: Dataset['samples'] = (split) => {
    // First asked for once the graph is traced: the engine then finds its own weights.
    writeFileSync(path, original);
    return dataset.samples(split);
  };
  writeSafetensors(path, wrong);
  const out = join(home, 'bundles', 'wrong');
  await assert.rejects(exportRun(run, { ...dataset, samples }, { ...options(), out }), {
    code: 'EXPORT_MISMATCH',
    message: /disagrees/,
  });
  assert.ok(!existsSync(out));
});

test('a run without a checkpoint says so', async () => {
  await assert.rejects(exportRun({ ...run, id: 'f'.repeat(32), status: 'interrupted' }, dataset, options()), {
    code: 'NOT_FOUND',
    hint: `It is interrupted; it goes on by Resume on its page, or by osler train --resume ${'f'.repeat(32)}.`,
  });
});
