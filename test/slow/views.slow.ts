import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDataset } from '../../src/data/dataset.ts';
import { exportRun } from '../../src/pipeline/export-run.ts';
import { traceRun } from '../../src/pipeline/trace-run.ts';
import { picture } from '../../src/serving/testing.ts';
import { evaluationDir } from '../../src/store/paths.ts';
import type { RunRecord } from '../../src/store/run.ts';
import { openStore } from '../../src/store/store.ts';
import { drawDataset, smallConfig } from '../../src/training/testing.ts';
import { train } from '../../src/training/train.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

describe('a run that was evaluated in other views than its recipe names', () => {
  const home = mkdtempSync(join(tmpdir(), 'osler-views-test-'));
  let run: RunRecord;

  before(async () => {
    await drawDataset(home, { perClass: 20 });
    const dataset = await openDataset(home, 'spots');
    await using store = await openStore(home);
    const augment = { flipHorizontal: 0.5, flipVertical: 0.5 };
    run = await train(dataset, smallConfig({ augment, training: { epochs: 1, threads: 1 } }), {
      store,
      version: '0.1.0',
    });
    await exportRun(run, dataset, { home, out: join(home, 'bundles', 'once'), version: '0.1.0', onStep: () => {} });
    await osler('evaluate', run.id, '--views', 'mirrors', '--resamples', '20');
  });
  after(() => rmSync(home, { recursive: true }));

  /** Its JSON document. Throws with what it said where it failed. */
  function osler(...args: string[]): Promise<Record<string, unknown>> {
    return new Promise((done, fail) => {
      const env = { ...process.env, OSLER_HOME: home, NO_COLOR: '1' };
      execFile(process.execPath, [main, ...args, '--json'], { env, cwd: home }, (error, stdout, stderr) =>
        error === null ? done(JSON.parse(stdout)) : fail(new Error(stderr)),
      );
    });
  }
  const part = (name: string) => JSON.parse(readFileSync(join(evaluationDir(home, run.id, 'test'), name), 'utf8'));
  const shown = () => readFileSync(join(evaluationDir(home, run.id, 'test'), 'report.html'), 'utf8');

  test('explain and stress ask it in those, and its report shows them', async () => {
    await osler('explain', run.id, '--occlusion', '0', '--no-sanity');
    await osler('stress', run.id, '--kinds', 'blur', '--resamples', '0');
    assert.equal(part('explanations.json').views, 'mirrors');
    const graph = traceRun(home, run, '0.1.0', 'mirrors').model;
    assert.equal(part('explanations.json').sha256, hash('sha256', graph));
    const { subject, clean } = part('stress.json');
    assert.equal(subject.views, 'mirrors');
    // Undamaged it is the network of the evaluation, to the engines' rounding.
    const { value } = part('evaluation.json').metrics.auroc;
    assert.ok(Math.abs(clean.auroc.value - value) < 1e-9);
    assert.doesNotMatch(shown(), /was not checked|get worse was not measured/);
  });

  test('compare asks it in those, and says that the other looks once', async () => {
    const { notes } = await osler('compare', run.id, 'once', '--resamples', '100');
    assert.match(
      (notes as string[]).join('\n'),
      /different views \(.*: mirrors, .*: none\): a difference may come from/,
    );
  });

  test('an image that was changed since the import is refused by name', async () => {
    const dataset = await openDataset(home, 'spots');
    const [sample] = dataset.samples('test');
    const path = dataset.path(sample!);
    rmSync(path);
    writeFileSync(path, await picture(3));
    const changed = new RegExp(`${sample!.id} is not the file that was imported`);
    await assert.rejects(osler('explain', run.id, '--occlusion', '0', '--no-sanity'), changed);
    await assert.rejects(osler('stress', run.id, '--kinds', 'blur', '--resamples', '0'), changed);
  });
});
