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
  });
}
