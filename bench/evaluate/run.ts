/**
 * Time of the intervals of all metrics against a loop over scikit-learn, on the same predictions:
 *
 *     ./osler bench evaluate [--samples 10000] [--resamples 10000] [--peer-resamples 20] [--json]
 *
 * Two classes, then seven; groups of two. Osler measures all metrics, with exact, BCa and mirrored intervals, on all cores; from
 * predictions to finished estimates, start of threads included. The peer measures those that scikit-learn has, draws fewer
 * resamples, is compared by time per resample, and is taken to use all cores without loss. Both sides alternate (A B A B) and must
 * agree on the metrics. numpy and scikit-learn go into a virtual environment in the temporary folder.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { groupIndices } from '../../src/evaluation/check.ts';
import { measure } from '../../src/evaluation/measure.ts';
import { softmax } from '../../src/evaluation/metrics/index.ts';
import type { MetricName } from '../../src/evaluation/metrics/names.ts';
import { fakePredictions } from '../../src/evaluation/testing.ts';

const { values: options } = parseArgs({
  options: {
    samples: { type: 'string', default: '10000' },
    resamples: { type: 'string', default: '10000' },
    'peer-resamples': { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});
const samples = Number(options.samples);
const resamples = Number(options.resamples);
const peerResamples = Number(options['peer-resamples']);
const threshold = 0.4;
const cores = availableParallelism();

const python = makeEnvironment();
const results = [];
for (const { name, classes, positive } of [
  { name: 'two classes', classes: ['normal', 'pneumonia'], positive: [1] },
  { name: 'seven classes', classes: ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'], positive: [0, 1, 4] },
]) {
  const p = fakePredictions({ samples, classes, seed: 1, perGroup: 2 });
  const probabilities = softmax(p.logits, classes.length);
  const { units } = groupIndices(p.groups);
  const folder = mkdtempSync(join(tmpdir(), 'osler-bench-evaluate-'));
  try {
    writeFileSync(join(folder, 'meta.json'), JSON.stringify({ classes: classes.length, threshold, positive }));
    writeFileSync(join(folder, 'labels.i32'), p.labels);
    writeFileSync(join(folder, 'probabilities.f64'), probabilities);
    writeFileSync(join(folder, 'units.i32'), units);
    const own: number[] = [];
    const peer: number[] = [];
    for (let round = 0; round < 2; round++) {
      const started = performance.now();
      const question = { members: positive, threshold };
      const { metrics } = measure(p, { probabilities, question, rule: null }, { resamples, seed: 0 });
      own.push((performance.now() - started) / 1000);
      const script = fileURLToPath(new URL('./peer.py', import.meta.url));
      const env = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
      const answer = JSON.parse(
        execFileSync(python, [script, folder, String(peerResamples)], { encoding: 'utf8', env }),
      ) as { secondsEach: number; point: Record<string, number> };
      peer.push((answer.secondsEach * resamples) / cores);
      for (const [metric, value] of Object.entries(answer.point)) {
        const mine = metrics[metric as MetricName].value!;
        assert.ok(Math.abs(mine - value) < 1e-9, `${metric}: ${mine} and ${value}`);
      }
    }
    results.push({
      name,
      osler: Math.min(...own),
      sklearn: Math.min(...peer),
      ratio: Math.min(...peer) / Math.min(...own),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (options.json) process.stdout.write(`${JSON.stringify({ samples, resamples, results }, null, 2)}\n`);
else {
  process.stdout.write(
    `${cpus()[0]!.model}; ${samples} samples, ${resamples} resamples of all metrics, ${cores} cores\n`,
  );
  for (const { name, osler, sklearn, ratio } of results) {
    process.stdout.write(
      `${name}: osler ${osler.toFixed(2)} s, scikit-learn ${sklearn.toFixed(0)} s, ratio ${ratio.toFixed(0)}\n`,
    );
  }
}

function makeEnvironment(): string {
  const folder = join(tmpdir(), 'osler-bench-evaluate-venv');
  const path = join(folder, 'bin', 'python');
  if (!existsSync(join(folder, 'ready'))) {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
    execFileSync(path, ['-m', 'pip', 'install', '--quiet', 'numpy', 'scikit-learn'], { stdio: ['ignore', 2, 2] });
    writeFileSync(join(folder, 'ready'), '');
  }
  return path;
}
