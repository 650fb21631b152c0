import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { OslerError } from '../errors.ts';
import { runDir, runFile } from './paths.ts';
import type { Store } from './store.ts';
import { exampleRun } from './testing.ts';

/** What every engine under the store must do: the same suite runs on each. `open` gives an empty store on a fresh home. */
export function storeConformance(engine: string, open: () => Promise<Store>): void {
  const rejects = (promise: Promise<unknown>, code: string) =>
    assert.rejects(promise, (error) => error instanceof OslerError && error.code === code);

  describe(`store on ${engine}`, () => {
    it('creates, reads, changes and lists runs, newest first', async () => {
      await using store = await open();
      const old = await store.runs.create(exampleRun({ name: 'old', createdAt: '2025-01-01T00:00:00.000Z' }));
      const young = await store.runs.create(exampleRun({ name: 'young', createdAt: '2025-01-02T00:00:00.000Z' }));
      assert.deepEqual(await store.runs.get(old.id), old);
      const best = { epoch: 3, metric: 'val/auroc', value: 0.93 };
      const changed = await store.runs.update(old.id, { status: 'finished', best });
      assert.deepEqual(changed, { ...old, status: 'finished', best });
      assert.deepEqual(await store.runs.list(), [young, changed]);
      assert.deepEqual(await store.runs.list({ status: 'finished' }), [changed]);
      assert.deepEqual(await store.runs.list({ name: 'young' }), [young]);
      assert.deepEqual(await store.runs.list({ limit: 1 }), [young]);
    });

    it('says whether it can be reached', async () => {
      const store = await open();
      await store.ping();
      await store.close();
      await assert.rejects(store.ping());
      // Who closes twice is not told off.
      await store.close();
    });

    it('keeps run.json equal to the row', async () => {
      await using store = await open();
      const run = await store.runs.create(exampleRun());
      const changed = await store.runs.update(run.id, { seconds: 12.5 });
      assert.deepEqual(JSON.parse(await readFile(runFile(store.home, run.id), 'utf8')), changed);
    });

    it('finds a run by the beginning of its id, by name and as latest', async () => {
      await using store = await open();
      await rejects(store.runs.get('latest'), 'NOT_FOUND');
      const a = exampleRun({ id: `abcd1${'0'.repeat(27)}`, name: 'a', createdAt: '2025-01-01T00:00:00.000Z' });
      const b = exampleRun({ id: `abcd2${'0'.repeat(27)}`, name: 'a', createdAt: '2025-01-02T00:00:00.000Z' });
      await store.runs.create(a);
      await store.runs.create(b);
      assert.equal((await store.runs.get('abcd1')).id, a.id);
      assert.equal((await store.runs.get('a')).id, b.id);
      assert.equal((await store.runs.get('latest')).id, b.id);
      await rejects(store.runs.get('abcd'), 'USAGE');
      await rejects(store.runs.get('abcd3'), 'NOT_FOUND');
    });

    it('refuses a second run with one id, an unknown id and a record that breaks the schema', async () => {
      await using store = await open();
      const run = await store.runs.create(exampleRun());
      await rejects(store.runs.create(run), 'ALREADY_EXISTS');
      await rejects(store.runs.update('0'.repeat(32), { seconds: 1 }), 'NOT_FOUND');
      await assert.rejects(store.runs.update(run.id, { seed: 1.5 }));
      assert.deepEqual(await store.runs.get(run.id), run);
    });

    it('appends metrics again without harm, and keeps NaN and the infinities', async () => {
      await using store = await open();
      const { id } = await store.runs.create(exampleRun());
      const values = [0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 0.1 + 0.2];
      const rows = values.map((value, step) => ({
        key: 'train/loss',
        step,
        epoch: 0,
        value,
        time: 1_700_000_000_000 + step,
      }));
      await store.metrics.append(id, rows);
      await store.metrics.append(id, rows);
      await store.metrics.append(id, [{ key: 'train/loss', step: 0, epoch: 0, value: 0.25, time: 1 }]);
      await store.metrics.append(id, [{ key: 'val/auroc', step: 5, epoch: 0, value: 0.9, time: 2 }]);
      const expected = [{ key: 'train/loss', step: 0, epoch: 0, value: 0.25, time: 1 }, ...rows.slice(1)];
      assert.deepEqual(await store.metrics.read(id, ['train/loss']), expected);
      assert.equal((await store.metrics.read(id)).length, 7);
      assert.deepEqual(await store.metrics.keys(id), ['train/loss', 'val/auroc']);
    });

    it('takes a batch as a whole or not at all', async () => {
      await using store = await open();
      const { id } = await store.runs.create(exampleRun());
      const row = { key: 'x', step: 1, epoch: 0, value: 1, time: 1 };
      await assert.rejects(store.metrics.append(id, [row, { ...row, step: null as unknown as number }]));
      assert.deepEqual(await store.metrics.read(id), []);
      await rejects(store.metrics.append('0'.repeat(32), [row]), 'NOT_FOUND');
    });

    it('records artifacts with size and hash; a changed file replaces its entry', async () => {
      await using store = await open();
      const { id } = await store.runs.create(exampleRun());
      await mkdir(runDir(store.home, id), { recursive: true });
      await writeFile(join(runDir(store.home, id), 'curves.svg'), 'abc');
      await store.artifacts.add(id, { path: 'curves.svg', kind: 'plot' });
      await writeFile(join(runDir(store.home, id), 'curves.svg'), 'abcd');
      const added = await store.artifacts.add(id, { path: 'curves.svg', kind: 'plot' });
      assert.equal(added.bytes, 4);
      assert.equal(added.sha256, '88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589');
      assert.deepEqual(await store.artifacts.list(id), [added]);
    });

    it('hides deleted runs, brings them back, and forgets purged ones with their metrics', async () => {
      await using store = await open();
      const run = await store.runs.create(exampleRun({ status: 'finished' }));
      const row = { key: 'x', step: 1, epoch: 0, value: 1, time: 1 };
      await store.metrics.append(run.id, [row]);
      await store.runs.delete(run.id);
      assert.deepEqual(await store.runs.list(), []);
      await rejects(store.runs.get(run.id.slice(0, 8)), 'NOT_FOUND');
      assert.deepEqual(await store.runs.list({ deleted: true }), [run]);
      await store.runs.restore(run.id);
      assert.deepEqual(await store.runs.get(run.id), run);
      await rejects(store.runs.restore(run.id), 'NOT_FOUND');
      // Not deleted: nothing happens to it.
      await store.runs.purge(run.id);
      assert.deepEqual(await store.metrics.read(run.id), [row]);
      await store.runs.delete(run.id);
      await store.runs.purge(run.id);
      assert.deepEqual(await store.runs.list({ deleted: true }), []);
      assert.deepEqual(await store.metrics.read(run.id), []);
      const training = await store.runs.create(exampleRun({ status: 'running' }));
      await rejects(store.runs.delete(training.id), 'USAGE');
    });

    it('dumps everything as of one moment; an empty store takes it, and only the whole of it', async () => {
      await using store = await open();
      const run = await store.runs.create(exampleRun({ name: 'naïve "run"', status: 'finished' }));
      const values = [0.1 + 0.2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324];
      const rows = values.map((value, step) => ({
        key: 'loss',
        step,
        epoch: 0,
        value,
        time: 1_700_000_000_000 + step,
      }));
      await store.metrics.append(run.id, rows);
      await store.metrics.append(
        run.id,
        Array.from({ length: 4_500 }, (_, step) => ({ key: 'many', step, epoch: 1, value: step / 7, time: step })),
      );
      await mkdir(runDir(store.home, run.id), { recursive: true });
      await writeFile(join(runDir(store.home, run.id), 'curves.svg'), 'abc');
      const artifact = await store.artifacts.add(run.id, { path: 'curves.svg', kind: 'plot' });
      const dump = store.dump();
      const lines = [(await dump.next()).value as string];
      // Begun before this, so it is not in it; and it does not keep others from writing.
      await store.metrics.append(run.id, [{ key: 'late', step: 1, epoch: 0, value: 1, time: 1 }]);
      for await (const line of dump) lines.push(line);

      const each = async function* (some: string[]) {
        yield* some;
      };
      await using copy = await open();
      const damaged: [string, string[]][] = [
        ['cut off', lines.slice(0, -1)],
        ['a page missing', lines.filter((_, i) => i !== 2)],
        ['a value changed', lines.map((line) => line.replace('0.30000000000000004', '0.31'))],
        ['no JSON', [lines[0]!, '{', ...lines.slice(1)]],
        ['of a newer version', [lines[0]!.replace('001-runs', '001-rums'), ...lines.slice(1)]],
      ];
      for (const [what, some] of damaged) {
        await rejects(copy.load(each(some)), 'DATA_INVALID').catch((error) => assert.fail(`${what}: ${error}`));
        assert.deepEqual(await copy.runs.list(), [], what);
      }
      const counts = await copy.load(each(lines));
      const filled = Object.fromEntries(Object.entries(counts).filter(([, rows]) => rows > 0));
      assert.deepEqual(filled, { experiments: 1, runs: 1, series: 2, metrics: 4_505, blobs: 1, artifacts: 1 });
      assert.deepEqual(await copy.runs.get(run.id), run);
      assert.deepEqual(await copy.metrics.read(run.id, ['loss']), rows);
      assert.deepEqual(await copy.artifacts.list(run.id), [artifact]);
      await rejects(copy.load(each(lines)), 'ALREADY_EXISTS');
      // Counters go on after the rows that came with theirs.
      await copy.metrics.append(run.id, [{ key: 'new', step: 0, epoch: 0, value: 1, time: 1 }]);
      assert.deepEqual(await copy.metrics.keys(run.id), ['loss', 'many', 'new']);
    });

    it('says what is wrong with a record and with the file beside it', async () => {
      await using store = await open();
      const [a, b] = [await store.runs.create(exampleRun()), await store.runs.create(exampleRun())];
      const problems = async () => {
        const found: string[] = [];
        for await (const problem of store.check()) found.push(problem);
        return found;
      };
      assert.deepEqual(await problems(), []);
      await writeFile(runFile(store.home, a.id), JSON.stringify({ ...a, seed: 8 }));
      await writeFile(runFile(store.home, b.id), 'x');
      const found = await problems();
      assert.equal(found.length, 2);
      assert.ok(found.some((text) => text.includes(runFile(store.home, a.id)) && text.includes('differs')));
      assert.ok(found.some((text) => text.includes(runFile(store.home, b.id)) && text.includes("can't be read")));
    });
  });
}
