/** A training that is killed or stopped at any moment goes on to the same result, bit for bit; a finished one can be repeated. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../src/config/environment.ts';
import { openStore } from '../src/store/store.ts';
import { readSafetensorsRaw } from '../src/torch/index.ts';
import { firstDifference, parseLog } from '../src/training/log.ts';
import { drawDataset } from '../src/training/testing.ts';
import { type Finished, finished, osler, oslerJson } from './command.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

// All that has state: dropout, mixing, balanced sampling, accumulation over an odd number of batches, average, plateau, stopping.
const RECIPE = `
dataset: spots
model: { name: simple_cnn }
data: { size: 24, channels: 1, sampling: balanced, workers: 2 }
augment: { flipVertical: 0.5, rotation: 10, mixup: { alpha: 0.4 } }
loss: { kind: crossEntropy, labelSmoothing: 0.05 }
optimiser: { kind: adamw, lr: 0.002, weightDecay: 0.01 }
schedule: { kind: plateau, factor: 0.5, patience: 0, warmupEpochs: 1 }
training:
  epochs: 5
  batchSize: 8
  accumulate: 3
  clipNorm: 1
  ema: { decay: 0.9 }
  earlyStopping: { patience: 5 }
  metric: loss
  threads: 1
  checkpointSteps: 2
  checkpointSeconds: 0
`;

describe('a training that is disturbed', () => {
  let home: string;
  let recipe: string;
  let undisturbed: string;

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'osler-resume-'));
    await drawDataset(home, { perClass: 40 });
    recipe = join(home, 'recipe.yaml');
    writeFileSync(recipe, RECIPE);
    undisturbed = (await oslerJson<{ run: string }>(home, ['train', recipe])).run;
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  /** In a process group of its own, as a terminal would start it. */
  function group(args: string[]): { child: ChildProcess; done: Promise<Finished> } {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: childEnvironment({ OSLER_HOME: home }),
      detached: true,
    });
    return { child, done: finished(child) };
  }

  const runs = () => readdirSync(join(home, 'runs'));
  const log = (run: string) => parseLog(readFileSync(join(home, 'runs', run, 'log.jsonl'), 'utf8'));

  /** Until the run that is not in `known` (or `run`) has logged so many steps. Returns its id. */
  async function steps(count: number, known: string[], run?: string): Promise<string> {
    for (;;) {
      const id = run ?? runs().find((name) => !known.includes(name));
      if (
        id !== undefined &&
        existsSync(join(home, 'runs', id, 'run.json')) &&
        existsSync(join(home, 'runs', id, 'log.jsonl'))
      ) {
        if (log(id).filter((line) => line.type === 'step').length >= count) return id;
      }
      await setTimeout(2);
    }
  }

  function assertSame(run: string): void {
    assert.equal(firstDifference(log(undisturbed), log(run)), null);
    for (const name of ['best', 'last']) {
      for (const file of ['model.safetensors', 'optimizer.safetensors']) {
        const read = (id: string) => readSafetensorsRaw(join(home, 'runs', id, 'checkpoints', name, file));
        assert.deepEqual(read(run), read(undisturbed), `${name}/${file}`);
      }
    }
  }

  test('kill -9, Ctrl-C, death of the parent: it goes on to the same curve and the same weights', async () => {
    const known = runs();
    const first = group(['train', recipe]);
    const id = await steps(3, known);
    process.kill(-first.child.pid!, 'SIGKILL');
    await first.done;

    const second = group(['train', '--resume', id]);
    await steps(6, known, id);
    process.kill(-second.child.pid!, 'SIGINT');
    const { code, stderr } = await second.done;
    assert.equal(code, 130, stderr);
    assert.match(stderr, new RegExp(`osler train --resume ${id}`));
    assert.equal(JSON.parse(readFileSync(join(home, 'runs', id, 'run.json'), 'utf8')).status, 'interrupted');

    const third = group(['train', '--resume', id]);
    await steps(9, known, id);
    const trainers = childrenOf(third.child.pid!);
    third.child.kill('SIGKILL');
    for (const pid of trainers) await ended(pid);
    await third.done;

    const end = await oslerJson<{ run: string; best: { epoch: number } }>(home, ['train', '--resume', id]);
    assert.equal(end.run, id);
    assertSame(id);
    await using store = await openStore(home);
    const rows = async (run: string) =>
      (await store.metrics.read(run))
        .filter((row) => row.key !== 'train.imagesPerSecond' && !row.key.startsWith('system/'))
        .map(({ time: _, ...row }) => row);
    assert.deepEqual(await rows(id), await rows(undisturbed), 'the store holds the same metrics');
    const [a, b] = [await store.runs.get(id), await store.runs.get(undisturbed)];
    assert.equal(a.status, 'finished');
    assert.deepEqual(a.best, b.best);
  });

  test('reproduce: equal, and where the record says otherwise the first difference is named', async () => {
    const result = await oslerJson<{ reproduced: boolean; steps: number }>(home, ['reproduce', undisturbed]);
    assert.equal(result.reproduced, true);
    assert.equal(result.steps, log(undisturbed).filter((line) => line.type === 'step').length);
    const path = join(home, 'runs', undisturbed, 'log.jsonl');
    const text = readFileSync(path, 'utf8');
    try {
      writeFileSync(path, text.replace(/("step":3,"epoch":\d+,"loss":)[0-9.]+/, '$10.123'));
      const { code, stderr, stdout } = await osler(home, ['reproduce', undisturbed, '--json']);
      assert.equal(code, 1);
      assert.equal(JSON.parse(stdout).error.code, 'NOT_REPRODUCED');
      assert.match(stderr, /step 3: loss was 0\.123, now /);
    } finally {
      writeFileSync(path, text);
    }
  });
});

/** Process ids of a process' children, where the system shows them. */
function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split(' ').filter(Boolean).map(Number) : [];
}

/** Waits until a process is gone or a zombie that nobody has collected. */
async function ended(pid: number): Promise<void> {
  const alive = () => {
    try {
      return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  };
  for (let waited = 0; alive(); waited += 20) {
    assert.ok(waited < 20_000, 'the training process lives on after its parent');
    await setTimeout(20);
  }
}
