import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runDir } from '../store/paths.ts';
import { openStore } from '../store/store.ts';
import { exampleRun } from '../store/testing.ts';
import { lockRun } from '../training/lock.ts';
import { sparkline } from './sparkline.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
let home: string;
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-runs-'));
  await using store = await openStore(home);
  const best = { epoch: 2, metric: 'auroc', value: 0.91 };
  const run = await store.runs.create(exampleRun({ id: 'ab'.repeat(16), best, status: 'finished' }));
  await store.runs.create(exampleRun({ createdAt: '2020-01-01T00:00:00.000Z' }));
  const values = [0.5, Number.NaN, 0.91];
  await store.metrics.append(
    run.id,
    values.map((value, step) => ({ key: 'val.auroc', step, epoch: step, value, time: step })),
  );
});
after(() => rm(home, { recursive: true, force: true }));

async function osler(...args: string[]): Promise<{ code: number; stdout: string }> {
  const run = promisify(execFile)(process.execPath, [main, ...args], {
    env: { ...process.env, OSLER_HOME: home, NO_COLOR: '1' },
  });
  return run.then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  );
}

it('lists runs, newest first, for people and for scripts', async () => {
  const [text, json] = await Promise.all([osler('runs', 'list'), osler('runs', 'list', '--json')]);
  assert.match(text.stdout.split('\n')[1]!, /^abababababab {2}phantom {2}finished .* auroc 0\.9100 \(epoch 2\) {2}▁ █/);
  const runs = JSON.parse(json.stdout) as { run: string }[];
  assert.deepEqual([runs.length, runs[0]!.run], [2, 'ab'.repeat(16)]);
});

it('shows a run by the beginning of its id, and answers 2 for one that is not there', async () => {
  const [shown, absent] = await Promise.all([
    osler('runs', 'show', 'abab', '--json'),
    osler('runs', 'show', 'none', '--json'),
  ]);
  const run = JSON.parse(shown.stdout) as { id: string; metrics: { key: string; last: number; points: number }[] };
  assert.equal(run.id, 'ab'.repeat(16));
  assert.deepEqual(run.metrics, [{ key: 'val.auroc', points: 3, last: 0.91, min: 0.5, max: 0.91 }]);
  assert.equal(absent.code, 2);
  assert.equal((JSON.parse(absent.stdout) as { error: { code: string } }).error.code, 'NOT_FOUND');
});

it('draws curves', () => {
  assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8), '▁▂▃▄▅▆▇█');
  assert.equal(sparkline([0, 0, 7, 7], 2), '▁█');
  assert.equal(sparkline([1, 1], 8), '▄▄');
  assert.equal(sparkline([], 8), '');
});

it('shows a run whose process was killed as interrupted, and leaves one that is being trained', async () => {
  await using store = await openStore(home);
  const killed = await store.runs.create(exampleRun({ id: 'cd'.repeat(16), status: 'running' }));
  const alive = await store.runs.create(exampleRun({ id: 'ef'.repeat(16), status: 'running' }));
  const free = await lockRun(runDir(home, alive.id));
  const { stdout } = await osler('runs', 'list', '--json');
  free();
  const status = (id: string) =>
    (JSON.parse(stdout) as { run: string; status: string }[]).find((r) => r.run === id)?.status;
  assert.deepEqual([status(killed.id), status(alive.id)], ['interrupted', 'running']);
});
