import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { OslerError } from '../errors.ts';
import { storeConformance } from './conformance.ts';
import { databasePath } from './paths.ts';
import { openStore } from './store.ts';
import { exampleRun } from './testing.ts';

const homes: string[] = [];
async function freshHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'osler-store-'));
  homes.push(home);
  return home;
}
after(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

storeConformance('SQLite', async () => openStore(await freshHome()));

/** Runs `body` in a process of its own, with `openStore`, `home` and `id` in scope. */
function child(home: string, id: string, body: string): ChildProcess {
  const module = new URL('./store.ts', import.meta.url).href;
  const script = `const { openStore } = await import(${JSON.stringify(module)});
    const [home, id] = ${JSON.stringify([home, id])}; ${body}`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('SQLite store', () => {
  it('is opened and written by several processes at once', async () => {
    const home = await freshHome();
    const body = (n: number) => `
      const store = await openStore(home);
      const run = { ...${JSON.stringify(exampleRun())}, id: String(${n}).repeat(32) };
      await store.runs.create(run);
      for (let step = 0; step < 50; step++)
        await store.metrics.append(run.id, [{ key: 'loss', step, epoch: 0, value: step, time: step }]);
      await store.close();`;
    const children = [1, 2, 3].map((n) => child(home, '', body(n)));
    for (const exit of await Promise.all(children.map((process) => once(process, 'exit'))))
      assert.deepEqual(exit, [0, null]);
    await using store = await openStore(home);
    for (const n of ['1', '2', '3']) assert.equal((await store.metrics.read(n.repeat(32))).length, 50);
  });

  it('lets two stores in one process write at once', async () => {
    const home = await freshHome();
    await using a = await openStore(home);
    await using b = await openStore(home);
    const { id } = await a.runs.create(exampleRun());
    const write = (store: typeof a, key: string) =>
      Promise.all(
        Array.from({ length: 20 }, (_, step) =>
          store.metrics.append(id, [{ key, step, epoch: 0, value: step, time: step }]),
        ),
      );
    await Promise.all([write(a, 'a'), write(b, 'b')]);
    assert.equal((await a.metrics.read(id)).length, 40);
  });

  it('loses nothing that was acknowledged when it is killed', async () => {
    const home = await freshHome();
    const run = exampleRun();
    {
      await using store = await openStore(home);
      await store.runs.create(run);
    }
    const process = child(
      home,
      run.id,
      `const store = await openStore(home);
       for (let step = 0; ; step++) {
         await store.metrics.append(id, [{ key: 'loss', step, epoch: 0, value: step, time: step }]);
         console.log(step);
       }`,
    );
    let output = '';
    for await (const chunk of process.stdout!) {
      output += chunk;
      if (output.length > 300) process.kill('SIGKILL');
    }
    const acknowledged = Number(
      output
        .trimEnd()
        .split('\n')
        .at(output.endsWith('\n') ? -1 : -2),
    );
    await using store = await openStore(home);
    const steps = (await store.metrics.read(run.id)).map((row) => row.step);
    assert.ok(steps.length > acknowledged, `${steps.length} rows, ${acknowledged} acknowledged`);
    assert.deepEqual(steps, [...steps.keys()]);
  });

  it('names the file when it is no database', async () => {
    const home = await freshHome();
    await writeFile(databasePath(home), 'not a database, but long enough to be read as one '.repeat(40));
    await assert.rejects(
      openStore(home),
      (error) => error instanceof OslerError && error.code === 'STORE_FAILED' && error.message.includes('osler.db'),
    );
  });
});
