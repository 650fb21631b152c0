import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OslerError } from '../errors.ts';
import type { Store } from './store.ts';
import type { TaskRecord } from './studio/tasks.ts';
import type { TrainingRecord } from './studio/trainings.ts';
import { exampleRun } from './testing.ts';

/** What every engine must do for the page: tables of runs, what they can be searched by, views, trainings. `open` gives an empty store. */
export function studioConformance(engine: string, open: () => Promise<Store>): void {
  const rejects = (promise: Promise<unknown>, code: string) =>
    assert.rejects(promise, (error) => error instanceof OslerError && error.code === code);

  describe(`what the page keeps on ${engine}`, () => {
    it('reads any stretch of a table, with the wanted cells alone, and counts', async () => {
      await using store = await open();
      const { id: experiment } = await store.experiments.ensure('lesions');
      for (let i = 0; i < 25; i++) {
        const { id } = await store.tracked.start({
          experimentId: i % 2 === 0 ? 0 : experiment,
          name: `r${i}`,
          startedAt: i,
        });
        await store.logs.write(id, {
          metrics: [
            { key: 'loss', value: i === 7 ? Number.NaN : i, step: 1, timestamp: 1 },
            { key: 'other', value: 1, step: 1, timestamp: 1 },
          ],
          params: [{ key: 'lr', value: String(i / 10) }],
          tags: [{ key: 'team', value: 'derm' }],
        });
      }
      const wanted = { metrics: ['loss'], params: ['lr', 'none'], tags: [] };
      const both = [0, experiment];
      const order = ['attributes.start_time ASC'];
      const rows = await store.search.table({ experimentIds: both, orderBy: order, offset: 5, limit: 4 }, wanted);
      assert.deepEqual(
        rows.map(({ info, metrics, params, tags, summary }) => [info.name, metrics, params, tags, summary]),
        [5, 6, 7, 8].map((i) => [`r${i}`, { loss: i === 7 ? Number.NaN : i }, { lr: String(i / 10) }, {}, null]),
      );
      const few = { experimentIds: both, filter: "metrics.loss > 20 and tags.team = 'derm'" };
      assert.deepEqual(
        [
          await store.search.count(few),
          await store.search.count({ experimentIds: [experiment] }),
          await store.search.count({ experimentIds: [] }),
          (await store.search.table({ ...few, offset: 99, limit: 5 }, wanted)).length,
        ],
        [4, 12, 0, 0],
      );
      await rejects(store.search.count({ experimentIds: both, filter: 'metrics.loss ~ 1' }), 'USAGE');
      assert.deepEqual(await store.search.keys(both), {
        metrics: ['loss', 'other'],
        params: ['lr'],
        tags: ['mlflow.runName', 'team'],
      });
      assert.deepEqual(await store.search.keys([]), { metrics: [], params: [], tags: [] });
      const best = { epoch: 3, metric: 'auroc', value: 0.9 };
      const ours = await store.runs.create(exampleRun({ best, stamps: ['leaky'] }));
      const [row] = await store.search.table({ experimentIds: [0], offset: 0, limit: 1 }, wanted);
      assert.deepEqual(
        [row!.info.id, row!.info.foreign, row!.summary],
        [ours.id, false, { best, stamps: ['leaky'], leaks: null, seconds: 0, group: null }],
      );
    });

    it('says when values were logged, of every one and of stretches', async () => {
      await using store = await open();
      const { id } = await store.runs.create(exampleRun());
      const rows = Array.from({ length: 100 }, (_, i) => ({
        key: 'x',
        step: i,
        epoch: 1 + Math.floor(i / 50),
        value: i,
        time: 1_700_000_000_000 + 10 * i,
      }));
      await store.metrics.append(id, rows);
      const [every] = await store.curves.sample({ runs: [id], points: 100, along: true });
      assert.deepEqual([every!.time![99], every!.epoch!.slice(49, 51)], [1_700_000_000_990, [1, 2]]);
      const [few] = await store.curves.sample({ runs: [id], points: 4, along: true });
      assert.deepEqual(few!.epoch, [1, 1, 2, 2]);
      assert.deepEqual(
        few!.time!.map((at) => at - 1_700_000_000_000),
        [120, 370, 620, 870],
      );
      const [without] = await store.curves.sample({ runs: [id], points: 4 });
      assert.deepEqual([without!.time, without!.epoch], [undefined, undefined]);
    });

    it('keeps views by room and name', async () => {
      await using store = await open();
      const view = (name: string, filter: string) => ({
        room: 'runs',
        name,
        content: { filter, column: ['name'] },
        who: 'anna',
        changedAt: '2026-01-01T00:00:00.000Z',
      });
      await store.views.save(view('b', '1'));
      await store.views.save(view('a', '2'));
      await store.views.save(view('b', '3'));
      assert.deepEqual(await store.views.list('runs'), [view('a', '2'), view('b', '3')]);
      assert.deepEqual(await store.views.list('models'), []);
      await store.views.delete('runs', 'a');
      await rejects(store.views.delete('runs', 'a'), 'NOT_FOUND');
      await assert.rejects(store.views.save({ ...view(' ', '1') }));
    });

    it('keeps trainings; what has ended stays as it ended', async () => {
      await using store = await open();
      const record = (digit: string, begunAt: string): TrainingRecord => ({
        id: digit.repeat(32),
        kind: 'train',
        name: 'skin',
        state: 'starting',
        who: 'anna',
        begunAt,
        endedAt: null,
        task: { kind: 'train' },
        run: null,
        worker: null,
        progress: null,
        error: null,
      });
      const [old, young] = [record('a', '2026-01-01T00:00:00.000Z'), record('b', '2026-01-02T00:00:00.000Z')];
      await store.trainings.create(old);
      await store.trainings.create(young);
      assert.deepEqual(await store.trainings.list(), [young, old]);
      const progress = { task: 'epoch 1', done: 2, total: 3 };
      const running = { state: 'running', run: 'c'.repeat(32), worker: 'w', progress } as const;
      assert.equal(await store.trainings.update(old.id, running), true);
      assert.deepEqual(await store.trainings.get(old.id), { ...old, ...running });
      const error = { code: 'DIVERGED', message: 'The loss is infinite.' };
      const ended = { state: 'failed', endedAt: '2026-01-01T01:00:00.000Z', error, progress: null } as const;
      assert.equal(await store.trainings.update(old.id, ended), true);
      assert.equal(await store.trainings.update(old.id, { state: 'running' }), false);
      assert.deepEqual(await store.trainings.get(old.id), { ...old, ...running, ...ended });
      assert.deepEqual(await store.trainings.list({ open: true }), [young]);
      assert.deepEqual(
        (await store.trainings.list({ run: 'c'.repeat(32) })).map(({ id }) => id),
        [old.id],
      );
      await rejects(store.trainings.get('d'.repeat(32)), 'NOT_FOUND');
    });

    it('keeps the work of servers; what has ended stays as it ended', async () => {
      await using store = await open();
      const task = (digit: string, subject: string, startedAt: string): TaskRecord => ({
        id: `${digit.repeat(8)}-0000-4000-8000-000000000000`,
        what: 'dataset.audit',
        subject,
        who: 'anna',
        state: 'running',
        startedAt,
        endedAt: null,
        work: { kind: 'audit', ref: 'isic@1', shortcut: false },
        worker: 'w',
        result: null,
        error: null,
      });
      const old = task('a', 'dataset isic@1', '2026-01-01T00:00:00.000Z');
      const young = task('b', 'dataset isic@2', '2026-01-02T00:00:00.000Z');
      await store.tasks.create(old);
      await store.tasks.create(young);
      assert.deepEqual(await store.tasks.list(), [young, old]);
      assert.deepEqual(await store.tasks.list({ subject: 'dataset isic@1' }), [old]);
      // Of two servers at once one begins.
      await rejects(store.tasks.create(task('c', 'dataset isic@1', '2026-01-03T00:00:00.000Z')), 'CHANGED_MEANWHILE');
      const end = { state: 'done', endedAt: '2026-01-01T01:00:00.000Z', result: { version: 2 }, error: null } as const;
      assert.equal(await store.tasks.end(old.id, end), true);
      const error = { code: 'INTERRUPTED', message: 'The server ended.' };
      assert.equal(await store.tasks.end(old.id, { ...end, state: 'interrupted', result: null, error }), false);
      assert.deepEqual(await store.tasks.get(old.id), { ...old, ...end });
      assert.deepEqual(await store.tasks.list({ state: 'running' }), [young]);
      const next = task('c', 'dataset isic@1', '2026-01-03T00:00:00.000Z');
      await store.tasks.create(next);
      await store.tasks.end(next.id, end);
      await rejects(store.tasks.get('c'.repeat(36)), 'NOT_FOUND');
      await using other = await open();
      await other.load(store.dump());
      // Where a dump is restored nobody is at what was under way.
      const [, cut, whole] = await other.tasks.list();
      assert.deepEqual([cut!.id, cut!.state, cut!.error?.code], [young.id, 'interrupted', 'INTERRUPTED']);
      assert.ok(cut!.endedAt !== null);
      assert.deepEqual(whole, { ...old, ...end });
    });

    it('takes views and trainings along in a dump', async () => {
      await using store = await open();
      const view = {
        room: 'runs',
        name: 'mine',
        content: { filter: 'x' },
        who: '',
        changedAt: '2026-01-01T00:00:00.000Z',
      };
      await store.views.save(view);
      await using other = await open();
      await other.load(store.dump());
      assert.deepEqual(await other.views.list('runs'), [view]);
    });
  });
}
