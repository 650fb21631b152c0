/** Sweeps worked on by several processes, on both engines: killed, stopped, gone on with; never a trial twice, never more than asked. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../src/config/environment.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { Trial } from '../../src/store/sweep.ts';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../src/store/testing-postgres.ts';
import { readSafetensorsRaw } from '../../src/torch/index.ts';
import { firstDifference, parseLog } from '../../src/training/log.ts';
import { drawDataset } from '../../src/training/testing.ts';
import { type Finished, finished } from '../command.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

const RECIPE = `
dataset: spots
model: { name: simple_cnn }
data: { size: 24, channels: 1, workers: 1, cacheGigabytes: 0 }
augment: { flipVertical: 0.5 }
optimiser: { kind: adamw, lr: 0.002 }
training: { epochs: 4, batchSize: 8, metric: loss, threads: 1, checkpointSteps: 2, checkpointSeconds: 0 }
`;
const sweepFile = (recipe: string, trials: number, more = '') => `
recipe: ${recipe}
method: { kind: random }
trials: ${trials}
leaseSeconds: 3
space:
  optimiser.lr: { low: 0.0005, high: 0.02, log: true }
  seed: { low: 1, high: 1000, int: true }
${more}`;

interface Engine {
  name: string;
  url: () => Promise<string | undefined>;
}
const programs = postgresPrograms();
let server: PostgresServer | undefined;
before(async () => {
  if (programs !== undefined) server = await startPostgres(programs);
});
after(() => server?.stop());

const ENGINES: Engine[] = [
  { name: 'SQLite', url: async () => undefined },
  ...(programs === undefined ? [] : [{ name: 'PostgreSQL', url: async () => server!.database() }]),
];

for (const engine of ENGINES) {
  describe(`a sweep of several processes on ${engine.name}`, () => {
    let home: string;
    let url: string | undefined;
    let recipe: string;
    /** To look into. */
    let store: Store;
    const alive = new Set<ChildProcess>();
    before(async () => {
      home = mkdtempSync(join(tmpdir(), 'osler-sweep-'));
      await drawDataset(home, { perClass: 40 });
      url = await engine.url();
      store = await openStore(home, url);
      recipe = join(home, 'recipe.yaml');
      writeFileSync(recipe, RECIPE);
    });
    after(async () => {
      for (const child of alive) if (child.exitCode === null) kill(child, 'SIGKILL');
      await store.close();
      rmSync(home, { recursive: true, force: true });
    });

    /** In a process group of its own, on this home or that of another machine. */
    function start(args: string[], at = home): { child: ChildProcess; done: Promise<Finished> } {
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'sweep', ...args], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: childEnvironment({ OSLER_HOME: at, ...(url === undefined ? {} : { OSLER_DATABASE_URL: url }) }),
        detached: true,
      });
      alive.add(child);
      return { child, done: finished(child) };
    }
    async function run(args: string[], at = home): Promise<Finished> {
      return start(args, at).done;
    }
    function write(name: string, text: string): string {
      const path = join(home, `${name}.yaml`);
      writeFileSync(path, text);
      return path;
    }
    async function begin(name: string, trials: number, more = ''): Promise<string> {
      const { code, stdout, stderr } = await run([
        write(name, sweepFile(recipe, trials, more)),
        '--no-begin',
        '--json',
      ]);
      assert.equal(code, 0, stderr);
      return (JSON.parse(stdout) as { sweep: string }).sweep;
    }
    const trialsOf = (sweep: string): Promise<Trial[]> => store.sweeps.trials(sweep);
    const log = (trial: Trial) => parseLog(readFileSync(join(home, 'runs', trial.runs.at(-1)!, 'log.jsonl'), 'utf8'));
    /** Until a condition holds of the trials. */
    async function until(sweep: string, holds: (trials: Trial[]) => boolean): Promise<Trial[]> {
      for (let waited = 0; ; waited += 20) {
        const trials = await trialsOf(sweep);
        if (holds(trials)) return trials;
        assert.ok(waited < 120_000, JSON.stringify(trials));
        await sleep(20);
      }
    }
    const steps = (trial: Trial) => {
      const run = trial.runs.at(-1);
      if (run === undefined || !existsSync(join(home, 'runs', run, 'run.json'))) return 0;
      return existsSync(join(home, 'runs', run, 'log.jsonl')) ? log(trial).length : 0;
    };

    test('workers that come and are killed: every trial once, as many as asked, none lost, each run exact', async () => {
      const asked = 6;
      const sweep = await begin('killed', asked);
      const workers = [start(['--resume', sweep, '--workers', '2']), start(['--resume', sweep])];
      // Killed with all that they started, in the middle of trials; one after the other.
      await until(sweep, (trials) => trials.some((t) => t.state === 'running' && steps(t) >= 3));
      kill(workers[1]!.child, 'SIGKILL');
      await until(sweep, (trials) => trials.filter((t) => t.state === 'finished').length >= 1);
      await until(sweep, (trials) => trials.some((t) => t.state === 'running' && steps(t) >= 3));
      kill(workers[0]!.child, 'SIGKILL');
      await Promise.all(workers.map(({ done }) => done));
      const before_ = await trialsOf(sweep);
      const cut = before_.filter((t) => t.state === 'running' && t.runs.length > 0 && steps(t) > 0);
      assert.ok(cut.length >= 1, JSON.stringify(before_));

      const last = await Promise.all([run(['--resume', sweep, '--json']), run(['--resume', sweep, '--json'])]);
      for (const { code, stderr } of last) assert.equal(code, 0, stderr);
      const trials = await trialsOf(sweep);
      assert.deepEqual(
        trials.map((t) => [t.number, t.state, t.runs.length, t.epochs.length, t.failures]),
        Array.from({ length: asked }, (_, n) => [n, 'finished', 1, 4, 0]),
      );
      assert.equal(new Set(trials.flatMap((t) => t.runs)).size, asked);
      for (const old of before_) assert.deepEqual(trials[old.number]!.params, old.params, 'settings are chosen once');
      const kept = readdirSync(join(home, 'runs'));
      assert.deepEqual(kept.sort(), trials.flatMap((t) => t.runs).sort(), 'no run beside those of the trials');

      // A trial that was cut off equals one that was not.
      const again = cut[0]!;
      const { config } = await store.runs.get(again.runs[0]!);
      const plain = write('plain', JSON.stringify({ ...config, name: null }));
      const undisturbed = JSON.parse((await train([plain, '--json'])).stdout) as { run: string };
      const other = { ...again, runs: [undisturbed.run] };
      assert.equal(firstDifference(log(other), log(trials[again.number]!)), null);
      for (const which of ['best', 'last']) {
        const weights = (id: string) =>
          readSafetensorsRaw(join(home, 'runs', id, 'checkpoints', which, 'model.safetensors'));
        assert.deepEqual(weights(again.runs[0]!), weights(undisturbed.run), which);
      }
    });

    test('a crowd of processes that claim as fast as they can, half of them killed: each trial ended once, by one of them', async () => {
      const asked = 150;
      const sweep = await begin('crowd', asked);
      const module = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
      const script = `
        const { openStore } = await import(${module('store/store.ts')});
        const { isGone, ownIdentity } = await import(${module('store/identity.ts')});
        const store = await openStore(${JSON.stringify(home)}, ${JSON.stringify(url)});
        for (;;) {
          const claimed = await store.sweeps.claim(${JSON.stringify(sweep)}, { worker: ownIdentity(), leaseMs: 60_000, gone: isGone });
          if (claimed.kind === 'done') break;
          if (claimed.kind === 'wait') { await new Promise((done) => setTimeout(done, 20)); continue; }
          const { claim } = claimed;
          console.log('begin', claim.trial.number);
          await store.sweeps.report(claim, { epoch: 1, value: 0.5, best: 0.5 }, () => false);
          if (await store.sweeps.settle(claim, { state: 'finished', value: 0.5 })) console.log('end', claim.trial.number);
        }
        await store.close();`;
      const crowd = Array.from({ length: 8 }, () => {
        const options = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
        const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
        return { child, done: finishedWords(child) };
      });
      for (const [i, { child }] of crowd.entries()) {
        if (i % 2 === 1) continue;
        await until(sweep, (trials) => trials.length > (asked * (i + 1)) / 12);
        child.kill('SIGKILL');
      }
      const words = await Promise.all(crowd.map(({ done }) => done));
      const trials = await trialsOf(sweep);
      assert.deepEqual(
        trials.map((trial) => [trial.number, trial.state, trial.epochs]),
        Array.from({ length: asked }, (_, n) => [n, 'finished', [0.5]]),
      );
      const count = (what: string) => {
        const counts = new Array<number>(asked).fill(0);
        for (const line of words.flat()) if (line.startsWith(what)) counts[Number(line.split(' ')[1])]! += 1;
        return counts;
      };
      const [begun, ended] = [count('begin'), count('end')];
      assert.ok(ended.every((times) => times <= 1));
      // Only what one of the four killed had in its hands may have been begun once more, or ended without its word.
      assert.ok(begun.filter((times) => times !== 1).length <= 4, String(begun));
      assert.ok(ended.filter((times) => times === 0).length <= 4, String(ended));
    });

    function train(args: string[]): Promise<Finished> {
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'train', ...args], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: childEnvironment({ OSLER_HOME: home, ...(url === undefined ? {} : { OSLER_DATABASE_URL: url }) }),
      });
      return finished(child);
    }

    test('Ctrl-C gives the trial back at once; a training that is killed is a failure, counted and tried again', async () => {
      const sweep = await begin('stopped', 2, 'retries: 1\n');
      const first = start(['--resume', sweep]);
      const [begun] = await until(sweep, (trials) => trials.some((t) => steps(t) >= 2));
      process.kill(-first.child.pid!, 'SIGINT');
      const { code, stderr } = await first.done;
      assert.equal(code, 130, stderr);
      assert.match(stderr, new RegExp(`osler sweep --resume ${sweep.slice(0, 12)}`));
      const [given] = await trialsOf(sweep);
      assert.deepEqual([given!.state, given!.runs, given!.failures], ['waiting', begun!.runs, 0]);

      const second = start(['--resume', sweep, '--json']);
      await until(sweep, (trials) => trials[0]!.state === 'running');
      const trainer = await trainerOf(second.child.pid!);
      process.kill(trainer, 'SIGKILL');
      const end = await second.done;
      assert.equal(end.code, 0, end.stderr);
      const { failures, counts } = JSON.parse(end.stdout) as { failures: number; counts: Record<string, number> };
      assert.deepEqual([failures, counts], [1, { finished: 2 }]);
      const [trial] = await trialsOf(sweep);
      assert.deepEqual(
        [trial!.failures, trial!.runs.length],
        [1, 2],
        'a failed run stays beside the one that took its place',
      );
    });

    test('a worker that sleeps through its lease has nothing more to say when it wakes', async () => {
      const sweep = await begin('asleep', 1);
      const sleeper = start(['--resume', sweep]);
      await until(sweep, (trials) => trials.some((t) => t.state === 'running' && steps(t) >= 1));
      process.kill(-sleeper.child.pid!, 'SIGSTOP');
      const second = start(['--resume', sweep, '--json']);
      // Its run is still locked by the sleeper, which lives: the second worker puts it back and waits.
      await until(sweep, (trials) => trials[0]!.worker?.includes(`"pid":${second.child.pid}`) === true);
      process.kill(-sleeper.child.pid!, 'SIGCONT');
      const results = await Promise.all([sleeper.done, second.done]);
      for (const { code, stderr } of results) assert.equal(code, 0, stderr);
      const trials = await trialsOf(sweep);
      assert.deepEqual(
        trials.map((t) => [t.state, t.runs.length, t.epochs.length]),
        [['finished', 1, 4]],
      );
    });

    test('more trials can be asked for, fewer than were begun can not; stop ends it', async () => {
      const sweep = await begin('more', 1);
      assert.equal((await run(['--resume', sweep])).code, 0);
      assert.equal((await run(['--resume', sweep, '--trials', '2'])).code, 0);
      assert.equal((await trialsOf(sweep)).length, 2);
      const fewer = await run(['--resume', sweep, '--trials', '1', '--json']);
      assert.deepEqual([fewer.code, JSON.parse(fewer.stdout).error.code], [2, 'USAGE']);
      assert.equal((await run(['stop', sweep])).code, 0);
      const shown = JSON.parse((await run(['show', sweep, '--json'])).stdout) as { trials: unknown[]; page: string };
      assert.equal(shown.trials.length, 2);
      assert.ok(existsSync(shown.page));
      assert.match((await run(['show', sweep])).stdout, /^trial /);
      const listed = JSON.parse((await run(['list', '--json'])).stdout) as { sweeps: { id: string; state: string }[] };
      assert.equal(listed.sweeps.find(({ id }) => id === sweep)!.state, 'stopped');
    });

    if (engine.name === 'PostgreSQL') {
      test('two machines, each with a home of its own: what one lost, the other begins again', async () => {
        const sweep = await begin('machines', 3);
        const other = mkdtempSync(join(tmpdir(), 'osler-machine-'));
        symlinkSync(join(home, 'datasets'), join(other, 'datasets'));
        symlinkSync(join(home, 'objects'), join(other, 'objects'));
        try {
          const first = start(['--resume', sweep]);
          const [begun] = await until(sweep, (trials) => trials.some((t) => t.state === 'running' && steps(t) >= 2));
          kill(first.child, 'SIGKILL');
          await first.done;
          server!.restart();
          const results = await Promise.all([run(['--resume', sweep], other), run(['--resume', sweep], other)]);
          for (const { code, stderr } of results) assert.equal(code, 0, stderr);
          const trials = await trialsOf(sweep);
          assert.deepEqual(
            trials.map((t) => [t.state, t.epochs.length]),
            Array.from({ length: 3 }, () => ['finished', 4]),
          );
          const taken = trials[begun!.number]!;
          assert.deepEqual([taken.runs.length, taken.runs[0], taken.failures], [2, begun!.runs[0], 0]);
          assert.ok(existsSync(join(other, 'runs', taken.runs[1]!)));
        } finally {
          rmSync(other, { recursive: true, force: true });
        }
      });
    }
  });
}

/** The whole lines that a process said. */
async function finishedWords(child: ChildProcess): Promise<string[]> {
  let text = '';
  for await (const chunk of child.stdout!) text += chunk;
  return text.split('\n').slice(0, -1);
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch (error) {
    // It has ended already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The process that trains for this one, as soon as there is one. */
async function trainerOf(pid: number): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    const trains = (child: string) => {
      try {
        return readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('training/process.ts');
      } catch {
        // One that has ended meanwhile.
        return false;
      }
    };
    const found = children.find(trains);
    if (found !== undefined) return Number(found);
    await sleep(10);
  }
}
