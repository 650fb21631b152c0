import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OslerError } from '../errors.ts';
import type { Store } from './store.ts';

/** Logged models and what runs have to do with them: what every engine must do. */
export function modelConformance(engine: string, open: () => Promise<Store>): void {
  describe(`logged models on ${engine}`, () => {
    it('takes one that was logged elsewhere as it is, once, and knows a deleted one again', async () => {
      await using store = await open();
      const { loggedModels } = store;
      const from = {
        id: `m-${'ab'.repeat(16)}`,
        createdAt: 1_700_000_000_001,
        updatedAt: 1_700_000_000_002,
        statusMessage: 'half of it',
      } as const;
      assert.equal(await loggedModels.isTaken(from.id), false);
      const about = { experimentId: 0, name: 'lesions', modelType: 'toy', params: [{ key: 'lr', value: '0.1' }] };
      const model = await loggedModels.create({ ...about, from });
      assert.deepEqual(
        { ...model, ...from, status: 'pending' },
        model,
        'id, times and message are those that it had elsewhere; it is on its way',
      );
      await loggedModels.create({ ...about, name: 'another', from });
      assert.deepEqual(await loggedModels.get(from.id), model);
      assert.deepEqual(await loggedModels.finish(from.id, 'failed', from.updatedAt), { ...model, status: 'failed' });
      assert.ok((await loggedModels.finish(from.id, 'ready')).updatedAt > from.updatedAt, 'now');
      await loggedModels.delete(from.id);
      assert.equal(await loggedModels.isTaken(from.id), true);
      await assert.rejects(
        loggedModels.get(from.id),
        (error) => error instanceof OslerError && error.code === 'NOT_FOUND',
      );
    });

    it('tells which models runs are the source of, made or read, oldest first, without deleted ones', async () => {
      await using store = await open();
      const { loggedModels, inputs } = store;
      const start = (name: string) => store.tracked.start({ experimentId: 0, name, startedAt: 1 });
      const [maker, reader, stranger] = [await start('maker'), await start('reader'), await start('stranger')];
      const log = async (n: number, sourceRunId?: string) => {
        const id = `m-${String(n).repeat(32)}`;
        const from = { id, createdAt: 10 - n, updatedAt: 10 };
        await loggedModels.create({ experimentId: 0, name: `m${n}`, from, ...(sourceRunId ? { sourceRunId } : {}) });
        return id;
      };
      const [source, output, both, gone] = [await log(1, maker.id), await log(2), await log(3), await log(4, maker.id)];
      await log(5);
      await inputs.log(maker.id, { outputs: [output, both].map((modelId) => ({ modelId, step: 1 })), models: [both] });
      await inputs.log(reader.id, { models: [source, gone, `m-${'9'.repeat(32)}`] });
      await loggedModels.delete(gone);
      const roles = async (run: string) => (await loggedModels.ofRun(run)).map(({ id, role }) => [id, role]);
      assert.deepEqual(await roles(maker.id), [
        [both, 'made'],
        [output, 'made'],
        [source, 'made'],
      ]);
      assert.deepEqual(await roles(reader.id), [[source, 'read']]);
      assert.deepEqual(await roles(stranger.id), []);
      assert.deepEqual(await loggedModels.ofRuns([reader.id, maker.id, stranger.id]), [both, output, source]);
      assert.deepEqual(await loggedModels.ofRuns([]), []);
    });
  });
}
