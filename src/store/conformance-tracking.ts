import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OslerError } from '../errors.ts';
import { type LoggedMetric, WIDE } from './log-batch.ts';
import type { Store } from './store.ts';
import { exampleRun } from './testing.ts';

/**
 * Experiments, runs of other programs, their metrics and the search: what every engine must do. `open` gives an empty store; `again`
 * opens the last one that it gave a second time.
 */
export function trackingConformance(engine: string, open: () => Promise<Store>, again: () => Promise<Store>): void {
  const rejects = (promise: Promise<unknown>, code: string, message = /./) =>
    assert.rejects(
      promise,
      (error) => error instanceof OslerError && error.code === code && message.test(error.message),
    );
  const start = (store: Store, name = 'run', experimentId = 0, startedAt = 1_700_000_000_000) =>
    store.tracked.start({ experimentId, name, user: 'ada', startedAt });
  const at = (key: string, step: number, value: number, timestamp = 1): LoggedMetric => ({
    key,
    step,
    value,
    timestamp,
  });
  const bare = (rows: LoggedMetric[]) => rows.map(({ step, timestamp, value }) => [step, timestamp, value]);

  describe(`tracking on ${engine}`, () => {
    it('creates, finds, renames, tags, deletes and restores experiments', async () => {
      await using store = await open();
      const home = (await store.experiments.list())[0]!;
      assert.deepEqual([home.id, home.name, home.artifactLocation], [0, 'Default', 'mlflow-artifacts:/0']);
      const made = await store.experiments.create({ name: 'skin', tags: [{ key: 'team', value: 'a' }] });
      assert.equal(made.artifactLocation, `mlflow-artifacts:/${made.id}`);
      assert.deepEqual(await store.experiments.byName('skin'), made);
      assert.deepEqual(await store.experiments.ensure('skin'), made);
      assert.equal((await store.experiments.ensure('chest')).id, made.id + 1);
      await rejects(store.experiments.create({ name: 'skin' }), 'ALREADY_EXISTS');
      await rejects(store.experiments.rename(made.id, 'chest'), 'ALREADY_EXISTS');
      await store.experiments.rename(made.id, 'lesions');
      await store.experiments.setTag(made.id, 'team', 'b');
      assert.deepEqual((await store.experiments.get(made.id)).tags, [{ key: 'team', value: 'b' }]);
      const { id } = await start(store, 'run', made.id);
      await store.experiments.delete(made.id);
      assert.ok((await store.tracked.get(id)).deleted);
      await rejects(start(store, 'late', made.id), 'USAGE', /must be in the 'active' state/);
      await rejects(store.experiments.ensure('lesions'), 'ALREADY_EXISTS');
      await rejects(store.experiments.delete(made.id), 'NOT_FOUND');
      assert.deepEqual(
        (await store.experiments.list({ deleted: true })).map((e) => e.name),
        ['lesions'],
      );
      await store.experiments.restore(made.id);
      assert.ok(!(await store.tracked.get(id)).deleted);
      await rejects(store.experiments.get(99), 'NOT_FOUND', /No Experiment with id=99 exists/);
      await rejects(store.runs.create(exampleRun(), { experimentId: 99 }), 'NOT_FOUND');
    });

    it('keeps runs of other programs beside trainings, which alone have a record', async () => {
      await using store = await open();
      const trained = await store.runs.create(exampleRun({ status: 'finished' }));
      const { id } = await start(store, 'python');
      assert.deepEqual(await store.runs.list(), [trained]);
      await rejects(store.runs.get(id), 'NOT_FOUND');
      assert.equal((await store.tracked.get(id)).artifactUri, `mlflow-artifacts:/0/${id}/artifacts`);
      const ended = await store.tracked.change(id, { status: 'finished', endedAt: 1_700_000_009_000, name: 'renamed' });
      assert.deepEqual(
        [ended.status, ended.endedAt, ended.name, ended.foreign],
        ['finished', 1_700_000_009_000, 'renamed', true],
      );
      assert.deepEqual(await store.logs.tags(id), [{ key: 'mlflow.runName', value: 'renamed' }]);
      // A training is renamed in its record too.
      await store.logs.write(trained.id, { tags: [{ key: 'mlflow.runName', value: 'new' }] });
      assert.equal((await store.runs.get(trained.id)).name, 'new');
      await store.tracked.change(trained.id, { status: 'failed' });
      assert.equal((await store.runs.get(trained.id)).status, 'failed');
      await store.runs.delete(id);
      assert.deepEqual(await store.runs.deleted(), [id]);
      await rejects(store.logs.write(id, { metrics: [at('a', 0, 1)] }), 'USAGE', /must be in the 'active' state/);
      await rejects(store.tracked.change(id, { name: 'x' }), 'USAGE');
      await store.runs.restore(id);
      await store.runs.delete(id);
      await store.runs.purge(id);
      await rejects(store.tracked.get(id), 'NOT_FOUND', /Run with id=.* not found/);
    });

    it('takes a batch once, keeps several values of one step, and knows the latest', async () => {
      await using store = await open();
      const { id } = await start(store);
      const metrics = [
        at('loss', 1, 0.5, 10),
        at('loss', 1, 0.4, 11),
        at('loss', 1, 0.4, 11),
        at('loss', 0, Number.NaN, 9),
        at('loss', 0, Number.NEGATIVE_INFINITY, 9),
        at('big', -3, Number.POSITIVE_INFINITY, 5),
        at('never', 2, Number.NaN, 5),
      ];
      await store.logs.write(id, { metrics });
      await store.logs.write(id, { metrics });
      assert.deepEqual(bare(await store.logs.history(id, 'loss')), [
        [0, 9, Number.NEGATIVE_INFINITY],
        [0, 9, Number.NaN],
        [1, 10, 0.5],
        [1, 11, 0.4],
      ]);
      const latest = [
        at('big', -3, Number.POSITIVE_INFINITY, 5),
        at('loss', 1, 0.4, 11),
        at('never', 2, Number.NaN, 5),
      ];
      assert.deepEqual(await store.logs.latest(id), latest);
      for (const metric of [...latest, ...metrics]) await store.logs.write(id, { metrics: [metric] });
      assert.deepEqual(await store.logs.latest(id), latest);
      assert.equal((await store.logs.history(id, 'loss')).length, 4);
      // An earlier step that comes late does not become the latest; a later time of the same step does.
      await store.logs.write(id, { metrics: [at('loss', 0, 7, 99), at('big', -3, 1, 6)] });
      assert.deepEqual(bare(await store.logs.latest(id)), [
        [-3, 6, 1],
        [1, 11, 0.4],
        [2, 5, Number.NaN],
      ]);
      const [, second] = await store.logs.history(id, 'loss', { limit: 2 });
      assert.deepEqual(bare(await store.logs.history(id, 'loss', { after: second! })), [
        [0, 99, 7],
        [1, 10, 0.5],
        [1, 11, 0.4],
      ]);
      assert.deepEqual(bare(await store.logs.history(id, 'loss', { from: 1, to: 1 })), [
        [1, 10, 0.5],
        [1, 11, 0.4],
      ]);
    });

    it('knows the latest of batches of many names, in whatever order they come and are read', async () => {
      await using store = await open();
      await using second = await again();
      const { id: experiment } = await store.experiments.create({ name: 'wide' });
      const { id } = await start(store, 'wide', experiment);
      const names = Array.from({ length: 60 }, (_, i) => `metric ${i}`);
      const wide = (step: number, value: number) => ({ metrics: names.map((name, i) => at(name, step, value + i)) });
      const best = async (from: Store, filter: string) =>
        (await from.search.runs({ experimentIds: [experiment], filter })).runs.map((run) => run.metrics[0]?.value);
      for (const step of [0, 2, 1]) await store.logs.write(id, wide(step, 100 * step));
      assert.deepEqual(await best(second, 'metrics."metric 0" = 200'), [200]);
      assert.deepEqual((await second.logs.latest(id)).length, 60);
      // A narrow batch between wide ones, a batch again, and what each way of reading says of them.
      await store.logs.write(id, wide(3, 300));
      await second.logs.write(id, { metrics: [at('metric 7', 4, 4)] });
      await store.logs.write(id, wide(3, 300));
      const [first] = await second.search.load([id]);
      const value = (key: string) => first!.metrics.find((metric) => metric.key === key)!.value;
      assert.deepEqual([value('metric 0'), value('metric 7'), value('metric 59')], [300, 4, 359]);
      await store.logs.write(id, wide(5, 500));
      const [drawn] = await second.curves.summary(id, ['metric 9']);
      assert.deepEqual([drawn!.last, drawn!.lastStep, drawn!.values], [509, 5, 5]);
      await store.logs.write(id, wide(6, 600));
      const query = { experimentIds: [experiment], filter: 'metrics."metric 1" > 600' };
      assert.equal(await second.search.count(query), 1);
      await store.logs.write(id, wide(7, 700));
      const shown = { metrics: ['metric 2'], params: [], tags: [] };
      const [row] = await second.search.table({ experimentIds: [experiment], offset: 0, limit: 9 }, shown);
      assert.deepEqual(row!.metrics, { 'metric 2': 702 });
      // Readers beside a writer: none is told less than was acknowledged before it asked.
      for (let step = 8; step < 24; step++) {
        const [, , seen] = await Promise.all([
          store.logs.write(id, wide(step, 100 * step)),
          second.logs.write(id, { metrics: [at('metric 5', step, -step)] }),
          second.logs.latest(id),
        ]);
        assert.ok(seen.find(({ key }) => key === 'metric 0')!.step >= step - 1);
        const last = await second.logs.latest(id);
        assert.ok(last.every((metric) => metric.step === step));
      }
      assert.equal((await store.logs.history(id, 'metric 5')).length, 39);
    });

    it('takes NaN for later than 0 at the same moment, however many names a batch has', async () => {
      await using store = await open();
      for (const count of [1, 2, WIDE + 1]) {
        const names = Array.from({ length: count }, (_, i) => `metric ${i}`);
        const write = (id: string, ...values: number[]) =>
          store.logs.write(id, { metrics: names.flatMap((name) => values.map((value) => at(name, 1, value))) });
        const late = await start(store, 'one by one');
        for (const value of [-1, 0, Number.NaN, 0]) await write(late.id, value);
        const tagged = await start(store, 'beside tags');
        for (const value of [0, Number.NaN, 0]) {
          const metrics = names.map((name) => at(name, 1, value));
          await store.logs.write(tagged.id, { metrics, tags: [{ key: 'phase', value: 'warm' }] });
        }
        const first = await start(store, 'the first of all');
        for (const value of [Number.NaN, 0]) await write(first.id, value);
        const together = await start(store, 'together');
        await write(together.id, 0, Number.NaN, 0);
        for (const { id, name } of [late, tagged, first, together]) {
          const latest = (await store.logs.latest(id)).map(({ value }) => value);
          assert.deepEqual(latest, Array(count).fill(Number.NaN), `${count} names, ${name}`);
        }
        // Several batches that are written together.
        const last = await start(store, 'both');
        await write(last.id, 0);
        await Promise.all([write(last.id, -1), write(last.id, Number.NaN), write(last.id, 0)]);
        assert.ok((await store.logs.latest(last.id)).every(({ value }) => Number.isNaN(value)));
      }
    });

    it('lets a resumed training replace its steps, and the latest value with them', async () => {
      await using store = await open();
      const { id } = await store.runs.create(exampleRun());
      const row = (step: number, value: number) => ({ key: 'loss', step, epoch: 1, value, time: step });
      await store.metrics.append(id, [row(1, 5), row(2, 9)]);
      await store.metrics.append(id, [row(2, 3)]);
      assert.deepEqual(await store.logs.latest(id), [at('loss', 2, 3, 2)]);
    });

    it('writes to a run that was removed for ever and came back under its id', async () => {
      await using store = await open();
      const { id } = await start(store);
      await store.logs.write(id, { metrics: [at('loss', 0, 1), at('acc', 0, 1)] });
      await store.runs.delete(id);
      await store.runs.purge(id);
      await rejects(store.logs.write(id, { metrics: [at('loss', 1, 2)] }), 'NOT_FOUND');
      await store.tracked.start({ id, experimentId: 0, name: 'again', startedAt: 1 });
      await store.logs.write(id, { metrics: [at('loss', 2, 3)] });
      assert.deepEqual(await store.logs.latest(id), [at('loss', 2, 3)]);
    });

    it('refuses a parameter with another value, and then the whole batch', async () => {
      await using store = await open();
      const { id } = await start(store);
      const params = [{ key: 'lr', value: '0.1' }];
      await store.logs.write(id, { params });
      await store.logs.write(id, { params });
      const other = {
        params: [{ key: 'lr', value: '0.2' }],
        metrics: [at('a', 0, 1)],
        tags: [{ key: 't', value: 'v' }],
      };
      await rejects(store.logs.write(id, other), 'USAGE', /Changing param values is not allowed/);
      await rejects(store.logs.write(id, { metrics: [at('a', 0.5, 1)] }), 'DATA_INVALID', /step 0.5/);
      await rejects(store.logs.write('0'.repeat(32), { params }), 'NOT_FOUND');
      assert.deepEqual(await store.logs.params(id), params);
      assert.deepEqual(await store.logs.latest(id), []);
      await store.logs.write(id, {
        tags: [
          { key: 't', value: 'v' },
          { key: 't', value: 'w' },
        ],
      });
      await store.logs.deleteTag(id, 'mlflow.runName');
      assert.deepEqual(await store.logs.tags(id), [{ key: 't', value: 'w' }]);
      await rejects(store.logs.deleteTag(id, 'none'), 'NOT_FOUND');
    });

    it('finds runs by MLflow’s grammar, in its order, by pages', async () => {
      await using store = await open();
      const { id: experiment } = await store.experiments.create({ name: 'search' });
      const names = ['a', 'b', 'c', 'd', 'e'];
      const losses = [0.3, 0.1, Number.NaN, undefined, 0.2];
      const ids: string[] = [];
      for (const [i, name] of names.entries()) {
        const run = await start(store, name, experiment, 1_000 + i);
        ids.push(run.id);
        await store.logs.write(run.id, {
          metrics: losses[i] === undefined ? [] : [at('val/loss', 1, losses[i])],
          params: [{ key: 'lr', value: `0.${i}` }],
          tags: i < 2 ? [{ key: 'team', value: i === 0 ? 'Skin' : 'chest' }] : [],
        });
      }
      await store.runs.delete(ids[4]!);
      const found = async (filter: string, orderBy: string[] = [], viewType: 'active' | 'all' = 'active') =>
        (await store.search.runs({ experimentIds: [experiment], filter, orderBy, viewType })).runs
          .map((run) => run.info.name)
          .join('');
      assert.equal(await found(''), 'dcba');
      assert.equal(await found('', ['start_time ASC'], 'all'), 'abcde');
      assert.equal(await found('', ['metrics."val/loss" ASC']), 'bacd');
      assert.equal(await found('', ['metrics.`val/loss` DESC', 'params.lr'], 'all'), 'aebcd');
      assert.equal(await found('metrics.`val/loss` > 0.1', ['metrics.`val/loss`'], 'all'), 'ea');
      assert.equal(await found('metrics.`val/loss` != 0.1'), 'ca');
      assert.equal(await found("params.lr = '0.1'"), 'b');
      assert.equal(await found("params.lr LIKE '0._' and tags.team ilike 's%'"), 'a');
      assert.equal(await found("tags.team LIKE 's%'"), '');
      assert.equal(await found('tags.team IS NULL', ['attributes.run_name desc']), 'dc');
      assert.equal(await found("attributes.status = 'RUNNING' and start_time >= 1002"), 'dc');
      assert.equal(await found(`run_id IN ('${ids[0]}', '${ids[1]}')`, ['tags.team']), 'ab');
      assert.equal(await found("run_name != 'a' AND user_id = 'ada'", ['tags.team desc']), 'bdc');
      const pages: string[] = [];
      for (let pageToken: string | null | undefined; pageToken !== null; ) {
        const page = await store.search.runs({
          experimentIds: [experiment],
          orderBy: ['metrics."val/loss" DESC'],
          maxResults: 3,
          ...(pageToken === undefined ? {} : { pageToken }),
        });
        pages.push(page.runs.map((run) => run.info.name).join(''));
        pageToken = page.nextPageToken;
      }
      assert.deepEqual(pages, ['abc', 'd']);
      const { id: second } = await store.experiments.create({ name: 'search, too' });
      for (const [name, loss] of [
        ['x', 0.15],
        ['y', Number.NaN],
        ['z', 0.4],
      ] as const) {
        const { id } = await start(store, name, second, 2_000);
        await store.logs.write(id, { metrics: [at('val/loss', 1, loss)] });
      }
      const ofBoth = async (key: string, filter: string, maxResults: number) => {
        const said = { experimentIds: [experiment, second], filter, orderBy: [`metrics."val/loss" ${key}`] };
        return (await store.search.runs({ ...said, maxResults })).runs.map((one) => one.info.name).join('');
      };
      assert.equal(await ofBoth('ASC', '', 100), 'bxazycd');
      assert.equal(await ofBoth('ASC', '', 3), 'bxa');
      assert.equal(await ofBoth('DESC', 'metrics.`val/loss` < 0.4', 100), 'axb');
      const [run] = (await store.search.runs({ experimentIds: [experiment, 0], filter: "run_name = 'b'" })).runs;
      assert.deepEqual(run?.metrics, [at('val/loss', 1, 0.1)]);
      assert.deepEqual(run?.params, [{ key: 'lr', value: '0.1' }]);
      for (const [filter, message] of [
        ["params.lr = '0.1' or params.lr = '0.2'", /Invalid clause/],
        ["metrics.a = 'x'", /Expected numeric value type for metric/],
        ['params.a = 1', /Expected a quoted string value for parameter/],
        ["weights.a = '1'", /Invalid entity type 'weights'/],
        ["attributes.colour = '1'", /Invalid attribute key 'colour'/],
        ['metrics.a IS NULL', /only supported for tags and params/],
        ["metrics.a LIKE 'x'", /Expected numeric|Invalid comparator/],
        ["run_id IN ('a', 1)", /ill-formed list/],
      ] as const)
        await rejects(store.search.runs({ experimentIds: [experiment], filter }), 'USAGE', message);
      await rejects(
        store.search.runs({ experimentIds: [experiment], orderBy: ['metrics.a sideways'] }),
        'USAGE',
        /Invalid ordering key/,
      );
      await rejects(store.search.runs({ experimentIds: [experiment], pageToken: 'x' }), 'USAGE', /Invalid page token/);
    });

    it('reads runs with all they have, however many are asked for, and whether each of several is there', async () => {
      await using store = await open();
      const full = (await start(store, 'full')).id;
      const bare = (await start(store, 'bare')).id;
      const none = 'f'.repeat(32);
      await store.logs.write(full, {
        metrics: [
          at('up', Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY, 7),
          at('down', -1, Number.NEGATIVE_INFINITY),
          at('none', 0, Number.NaN),
          at('least', 0, 5e-324),
          at('exact', 0, 0.1 + 0.2),
        ],
        params: [
          { key: 'z', value: '"a\\b"\n\u2028' },
          { key: 'é', value: '' },
        ],
        tags: [{ key: 'note', value: '[null]' }],
      });
      const [run] = await store.search.load([full]);
      assert.deepEqual(
        run!.metrics.map(({ key, value, step, timestamp }) => [key, value, step, timestamp]),
        [
          ['down', Number.NEGATIVE_INFINITY, -1, 1],
          ['exact', 0.1 + 0.2, 0, 1],
          ['least', 5e-324, 0, 1],
          ['none', Number.NaN, 0, 1],
          ['up', Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, 7],
        ],
      );
      assert.deepEqual(run!.params, [
        { key: 'z', value: '"a\\b"\n\u2028' },
        { key: 'é', value: '' },
      ]);
      assert.deepEqual(run!.tags, [
        { key: 'mlflow.runName', value: 'full' },
        { key: 'note', value: '[null]' },
      ]);
      const asked = Array.from({ length: 900 }, (_, i) => [bare, none, full][i % 3]!);
      const loaded = await store.search.load(asked);
      assert.deepEqual(
        loaded.map(({ info, metrics, params }) => [info.id, metrics.length, params.length]),
        asked.filter((id) => id !== none).map((id) => (id === full ? [full, 5, 2] : [bare, 0, 0])),
      );
      const both = await store.tracked.getAll([full, bare]);
      assert.deepEqual(
        both.map(({ name }) => name),
        ['full', 'bare'],
      );
      await rejects(store.tracked.getAll([bare, none]), 'NOT_FOUND', new RegExp(none));
    });
  });
}
