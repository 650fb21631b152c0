/**
 * What a model's limits say of images that are not its business: noise, blank and inverted images, and folders of any others.
 * Run: OSLER_HOME=... node bench/unlike/run.ts RUN [--rate 0.05] [NAME=FOLDER...]     (photographs=~/Pictures, for example)
 * The limits are fitted on the run's validation split, as `osler evaluate` does; its test split shows their false alarms.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openDataset } from '../../src/data/dataset.ts';
import { fitOutOfDistribution } from '../../src/evaluation/decisions/ood/fit.ts';
import { above, OutOfDistributionScorer, type Unlike } from '../../src/evaluation/decisions/ood/score.ts';
import { auroc } from '../../src/evaluation/metrics/ranking.ts';
import { predictorOfRun } from '../../src/pipeline/trace-run.ts';
import { mapInOrder } from '../../src/serving/map-in-order.ts';
import { predictSamples } from '../../src/serving/predict-samples.ts';
import { openStore } from '../../src/store/store.ts';
import { blank, imagesIn, inverted, noise, parts } from './pictures.ts';

const [ref, ...rest] = process.argv.slice(2).filter((_, i, all) => all[i] !== '--rate' && all[i - 1] !== '--rate');
const rate = process.argv.includes('--rate') ? Number(process.argv[process.argv.indexOf('--rate') + 1]) : 0.05;
if (ref === undefined) throw new Error('Name a run: node bench/unlike/run.ts RUN [NAME=FOLDER...]');
const home = resolve(process.env.OSLER_HOME ?? '.osler');
const work = await mkdtemp(join(tmpdir(), 'osler-unlike-'));
await using store = await openStore(home);
const run = await store.runs.get(ref);
const dataset = await openDataset(home, `${run.dataset.name}@${run.dataset.version}`);
const predictor = await predictorOfRun(home, run, 'bench');
try {
  const validation = await predictSamples(predictor, dataset, 'val');
  const started = performance.now();
  const fitted = fitOutOfDistribution(validation, rate);
  const took = performance.now() - started;
  const scorer = new OutOfDistributionScorer(fitted);
  const test = dataset.samples('test').map((sample) => dataset.path(sample));
  const kinds: [string, string[]][] = [
    ['its own test split', test],
    ['inverted', await inverted(join(work, 'inverted'), test.slice(0, 100))],
    ['noise', await noise(join(work, 'noise'), 40)],
    ['blank', await blank(join(work, 'blank'))],
  ];
  for (const other of rest) {
    const [name, folder] = other.split('=') as [string, string];
    const found = await imagesIn(folder);
    kinds.push([name, name.startsWith('photo') ? await parts(join(work, name), found) : found.slice(0, 200)]);
  }
  const scores: Unlike[][] = [];
  for (const [, paths] of kinds) {
    const own: (typeof scores)[number] = [];
    for await (const raw of mapInOrder(paths, 16, (path) => predictor.answer(path))) {
      own.push(scorer.score(raw.logits, raw.embedding, raw.appearance));
    }
    scores.push(own);
  }
  const percent = (values: boolean[]): string =>
    `${((100 * values.filter(Boolean).length) / values.length).toFixed(1)}%`.padStart(7);
  const separates = (own: number[], others: number[]): string =>
    auroc([...own.map(() => 0), ...others.map(() => 1)], [...own, ...others])!.toFixed(3);
  console.log(
    `${run.model.name}, ${run.labels.length} classes; limits at ${rate} from ${validation.labels.length} validation images in ${Math.round(took)} ms`,
  );
  const columns = ['energy', 'mahalanobis', 'appearance'] as const;
  console.log(`images                     n  flagged${columns.map((name) => `  by ${name}`.padStart(16)).join('')}`);
  kinds.forEach(([name], i) => {
    const own = scores[i]!;
    const cells = columns.map((column) => {
      const by = percent(own.map((answer) => above(answer[column])));
      const of = (answer: Unlike): number => answer[column]?.score ?? 0;
      return `${by}${i === 0 ? '' : ` (${separates(scores[0]!.map(of), own.map(of))})`}`.padStart(16);
    });
    console.log(
      `${name.padEnd(22)}${String(own.length).padStart(6)}  ${percent(own.map(({ verdict }) => verdict))}${cells.join('')}`,
    );
  });
  console.log('In brackets: AUROC of the score against the test split.');
} finally {
  await predictor.close();
  await rm(work, { recursive: true });
}
