import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { Suspects } from '../../../audit/suspects/suspects.ts';
import { writeSuspects } from '../../../audit/suspects/write.ts';
import { openDataset } from '../../../data/dataset.ts';
import { suspectsFolder } from '../../../pipeline/suspects.ts';
import { type GroupRecord, writeGroup } from '../../../store/groups.ts';
import { openStore, type Store } from '../../../store/store.ts';
import { exampleRun } from '../../../store/testing.ts';
import { smallConfig } from '../../../training/testing.ts';
import { buildHouse } from '../../house.ts';
import { type Content, fillExperiments } from './testing.ts';

let home: string;
let store: Store;
let app: FastifyInstance;
let content: Content;
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-experiments-'));
  store = await openStore(home);
  content = await fillExperiments(store, home);
  app = await buildHouse({ store, version: '0' });
});
after(async () => {
  await app.close();
  await store.close();
  await rm(home, { recursive: true, force: true });
});

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
// biome-ignore lint/suspicious/noExplicitAny: answers are read as JSON
async function call(method: Method, url: string, payload?: object, status = 200): Promise<any> {
  const answer = await app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
  assert.equal(answer.statusCode, status, answer.body);
  return answer.json();
}

/** Two seeds, of which one is trained. */
async function fakeGroup(): Promise<GroupRecord> {
  const { id, dataset, config } = content.runs[0]!;
  const member = { fold: null, done: true };
  const group: GroupRecord = {
    ...{ format: 'osler-group/1', id: 'e'.repeat(32), name: 'twice', kind: 'seeds', dataset, config, chosen: null },
    createdAt: '2026-01-01T00:00:00.000Z',
    members: [
      { ...member, seed: 1, run: id },
      { ...member, seed: 2, run: null, done: false },
    ],
  };
  await writeGroup(home, group);
  return group;
}

describe('experiments over HTTP', () => {
  it('gives any stretch of a table, with the cells that were asked for', async () => {
    const query =
      "order=params.seed%20DESC&column=metrics.val.loss&column=params.seed&column=tags.team&filter=params.seed%20%3E%3D%20'0'";
    await call('GET', `/v1/search/runs?${query}`, undefined, 400);
    const fits =
      'order=metrics.val.loss%20DESC&column=metrics.val.loss&column=params.seed&filter=metrics.val.loss%20%3E%200';
    const { runs, total } = await call('GET', `/v1/search/runs?${fits}&count=true&offset=1&limit=2`);
    assert.equal(total, 5);
    assert.deepEqual(
      runs.map((run: { name: string }) => run.name),
      ['spots faster', 'spots fast'],
    );
    assert.deepEqual(
      [Object.keys(runs[0].cells), runs[0].cells['params.seed']],
      [['metrics.val.loss', 'params.seed'], '3'],
    );
    assert.deepEqual([runs[0].best.metric, runs[0].seconds, runs[0].user], ['auroc', 87, 'anna']);
    const all = await call('GET', '/v1/search/runs');
    assert.deepEqual(
      [all.total, all.runs.length, all.runs.at(-1).origin, all.runs.at(-1).seconds],
      [null, 6, 'other', 61],
    );
    await call('GET', '/v1/search/runs?column=nothing.x', undefined, 400);
    const { metrics, params, tags } = await call('GET', '/v1/search/keys');
    assert.ok(metrics.includes('val.auroc') && metrics.includes('loss'));
    assert.ok(params.includes('lr') && tags.includes('team'));
  });

  it('names, tags and annotates a run, hides it and brings it back', async () => {
    const { id } = content.runs[0]!;
    await call('PATCH', `/v1/runs/${id}`, {
      name: 'small ones',
      note: 'tried twice',
      tags: { team: null, stage: 'old' },
    });
    const run = await call('GET', `/v1/runs/${id}`);
    assert.deepEqual(
      [run.name, run.record.name, run.tags['mlflow.note.content'], run.tags.stage, run.tags.team],
      ['small ones', 'small ones', 'tried twice', 'old', undefined],
    );
    await call('PATCH', `/v1/runs/${id}`, {
      note: '',
      name: 'spots small',
      tags: { team: 'derm', stage: null, none: null },
    });
    assert.equal((await call('GET', `/v1/runs/${id}`)).tags['mlflow.note.content'], undefined);
    await call('PATCH', `/v1/runs/${id}`, {}, 400);
    assert.deepEqual(await call('DELETE', `/v1/runs/${id}`), { run: id, deleted: true });
    assert.equal((await call('GET', '/v1/search/runs?count=true&view=deleted')).total, 1);
    assert.equal((await call('POST', `/v1/runs/${id}/restore`)).deleted, false);
    await call('POST', `/v1/runs/${id}/restore`, undefined, 404);
  });

  it('stops and resumes only what can be', async () => {
    const [finished, , , , interrupted] = content.runs;
    for (const [url, words] of [
      [`/v1/runs/${finished!.id}/stop`, /ended already/],
      [`/v1/runs/${content.foreign}/stop`, /another program/],
      [`/v1/runs/${finished!.id}/resume`, /is finished/],
    ] as const)
      assert.match((await call('POST', url, undefined, 400)).error.message, words);
    // Said to run, but no process of this machine does.
    await store.runs.update(interrupted!.id, { status: 'running', endedAt: null });
    assert.match(
      (await call('POST', `/v1/runs/${interrupted!.id}/stop`, undefined, 400)).error.message,
      /not trained on this machine/,
    );
    await store.runs.update(interrupted!.id, { status: 'interrupted' });
  });

  it('says what runs were measured to be, and which images they got wrong', async () => {
    const [a, b, c, d] = content.runs.map(({ id }) => id);
    const { evaluations } = await call('GET', `/v1/runs/${a}/evaluations`);
    const [test] = evaluations;
    const auroc = test.metrics.find((one: { name: string }) => one.name === 'auroc');
    assert.deepEqual(
      [test.split, test.samples, test.classes, auroc.label, auroc.group],
      ['test', 16, ['left', 'right'], 'AUROC', 'Ranking'],
    );
    assert.ok(auroc.low < auroc.value && auroc.value <= auroc.high);
    assert.equal(
      test.confusion.flat().reduce((sum: number, n: number) => sum + n, 0),
      16,
    );
    assert.deepEqual(await call('GET', `/v1/runs/${d}/evaluations`), { run: d, evaluations: [] });

    const asked = (show: string, more: object = {}) =>
      call('POST', '/v1/compare/errors', { runs: [a, b, c, d], show, ...more });
    const all = await asked('all', { limit: 200 });
    assert.deepEqual([all.total, all.dataset, all.runs[3].measured], [16, { name: 'spots', version: 1 }, false]);
    const wrong = all.runs.map((one: { wrong: number }) => one.wrong);
    assert.equal(wrong[0], 16 - test.confusion[0][0] - test.confusion[1][1]);
    type Sample = { number: number; label: string; answers: ({ right: boolean } | null)[] };
    const some = (sample: Sample) => sample.answers.filter((one) => one !== null);
    const differ = await asked('differ', { limit: 200 });
    assert.ok(
      differ.samples.every(
        (sample: Sample) => some(sample).some(({ right }) => right) && some(sample).some(({ right }) => !right),
      ),
    );
    const none = await asked('all-wrong', { limit: 200 });
    assert.ok(none.samples.every((sample: Sample) => some(sample).every(({ right }) => !right)));
    const any = await asked('wrong', { limit: 200 });
    assert.equal(any.total, differ.total + none.total);
    const lefts = await asked('all', { label: 'left', offset: 6, limit: 200 });
    assert.deepEqual([lefts.total, lefts.samples.length], [8, 2]);
    const { number } = any.samples[0];
    assert.equal((await app.inject({ url: `/v1/datasets/spots/versions/1/images/${number}` })).statusCode, 200);
    assert.match(
      (await call('POST', '/v1/compare/errors', { runs: [d] }, 400)).error.message,
      /None of these runs was evaluated on test/,
    );
    await call('POST', '/v1/compare/errors', { runs: [content.foreign] }, 400);
  });

  it('says whether evaluated runs differ by more than chance', async () => {
    const [a, b, c, d] = content.runs.map(({ id }) => id);
    const tests = await call('POST', '/v1/compare/tests', { runs: [a, b, c, d] });
    assert.deepEqual([tests.on, tests.samples, tests.positive], ['test of spots@1', 16, ['right']]);
    assert.deepEqual([tests.runs.map(({ run }: { run: string }) => run), tests.notMeasured], [[a, b, c], [d]]);
    const letters = tests.pairs.map((pair: { first: string; second: string }) => `${pair.first}${pair.second}`);
    assert.deepEqual(letters, ['AB', 'AC', 'BC']);
    const figure = (pair: { figures: { name: string }[] }, name: string): Record<string, number> =>
      pair.figures.find((one) => one.name === name) as never;
    const measured = async (run: string | undefined, name: string): Promise<number> => {
      const [{ metrics }] = (await call('GET', `/v1/runs/${run}/evaluations`)).evaluations;
      return metrics.find((one: { name: string }) => one.name === name).value;
    };
    const [first] = tests.pairs;
    for (const name of ['auroc', 'accuracy', 'sensitivity', 'specificity']) {
      const { first: one, second: other, difference } = figure(first, name);
      assert.deepEqual([one, other], [await measured(a, name), await measured(b, name)], name);
      assert.ok(Math.abs(other! - one! - difference!) < 1e-12, name);
    }
    assert.deepEqual([first.figures[0].name, first.figures[0].method], ['auroc', 'DeLong']);
    // McNemar's exact p is the binomial one of the images that only one of them has right.
    for (const pair of tests.pairs) {
      const { first: x, second: y } = pair.right;
      const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
      let tail = 0;
      for (let k = Math.max(x, y); k <= x + y; k++) tail += choose(x + y, k) / 2 ** (x + y);
      assert.ok(Math.abs(figure(pair, 'accuracy').p! - Math.min(1, 2 * tail)) < 1e-12);
    }
    // Holm: the smallest p counts for all three pairs.
    const [least] = tests.pairs
      .map((pair: never) => figure(pair, 'auroc'))
      .sort((p: { p: number }, q: { p: number }) => p.p - q.p);
    assert.ok(Math.abs(least.adjusted - Math.min(1, 3 * least.p)) < 1e-12);
    assert.match((await call('POST', '/v1/compare/tests', { runs: [a, d] }, 400)).error.message, /Fewer than two/);
    await call('POST', '/v1/compare/tests', { runs: [a] }, 400);
  });

  it('says before anything is begun what is wrong', async () => {
    const { recipes, sweeps } = await call('GET', '/v1/recipes');
    assert.ok(recipes.some(({ name, about }: { name: string; about: string }) => name === 'demo' && about.length > 20));
    assert.ok(sweeps.some(({ name }: { name: string }) => name === 'sweeps/first-try'));
    const settings = ['dataset=spots', 'training.epochs=7'];
    const resolved = await call('POST', '/v1/trainings/check', { recipe: 'pneumoniamnist', settings });
    const of = (key: string) => resolved.settings.find((one: { key: string }) => one.key === key);
    assert.deepEqual(of('training.epochs'), { key: 'training.epochs', value: 7, origin: 'command line' });
    assert.match(of('model.name').origin, /pneumoniamnist\.yaml:\d+$/);
    for (const [body, status, words] of [
      [{ recipe: '../package.json', settings }, 404, /no recipe/],
      [{ recipe: '/etc/passwd', settings }, 404, /no recipe/],
      [{ recipe: 'demo', settings: ['dataset=spots', 'training.epoch=7'] }, 400, /unknown key "training\.epoch"/],
      [{ recipe: 'demo', settings: ['dataset=none'] }, 404, /no dataset "none"/],
      [{ recipe: 'pneumoniamnist', settings }, 400, /'pneumonia', which is not a class of spots/],
    ] as const)
      assert.match((await call('POST', '/v1/trainings', body, status)).error.message, words);
    for (const [body, status] of [
      [{ sweep: 'demo' }, 404],
      [{ sweep: '../../package.json' }, 404],
      [{ sweep: 'sweeps/first-try', settings: ['dataset=spots'] }, 400],
    ] as const)
      await call('POST', '/v1/sweeps', body, status);
    assert.deepEqual(await call('GET', '/v1/trainings'), { trainings: [] });
    await call('GET', `/v1/trainings/${'0'.repeat(32)}`, undefined, 404);
  });

  it('knows the recipe that makes sense for a dataset, and says where weights come from', async () => {
    const { recipes, suggested } = await call('GET', '/v1/recipes?dataset=spots');
    const of = (name: string) => recipes.find((one: { name: string }) => one.name === name);
    assert.match(of('pneumoniamnist').unfit, /'pneumonia', which is not a class of spots/);
    assert.deepEqual([of('isic-mobilenet').unfit, suggested.recipe], [null, 'isic-mobilenet']);
    assert.match(suggested.why, /small images/);
    await store.trainings.create({
      ...{ id: 'd'.repeat(32), kind: 'train', name: 'x', state: 'finished', who: 'anna', run: null, worker: null },
      ...{ begunAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:01:00.000Z', progress: null, error: null },
      task: { kind: 'train', recipe: 'chest-xray', config: { dataset: 'spots@1' } },
    });
    assert.deepEqual((await call('GET', '/v1/recipes?dataset=spots')).suggested, {
      recipe: 'chest-xray',
      why: 'used last on spots',
    });
    await call('GET', '/v1/recipes?dataset=none', undefined, 404);
    const weights = async (recipe: string) =>
      (await call('POST', '/v1/trainings/check', { recipe, settings: ['dataset=spots'] })).weights;
    assert.match(
      await weights('chest-xray'),
      /begins from weights trained on photographs \(imagenet\), fetched once from/,
    );
    assert.match(await weights('demo'), /begins from nothing\. With model\.pretrained=imagenet/);
  });

  it('previews a sweep before it is begun', async () => {
    const settings = ['dataset=spots', 'evaluation.positive=[right]'];
    const body = { sweep: 'sweeps/first-try', settings };
    const preview = await call('POST', '/v1/sweeps/check', body);
    assert.deepEqual(
      [preview.trials, preview.most, preview.method, preview.pruning, preview.dataset, preview.leaky],
      [20, null, 'tpe', 'median', 'spots@1', false],
    );
    const lr = preview.space.find((one: { name: string }) => one.name === 'optimiser.lr');
    assert.deepEqual([lr.kind, lr.log, lr.low, lr.high], ['range', true, 0.0003, 0.03]);
    assert.deepEqual(preview.space.find((one: { name: string }) => one.name === 'training.batchSize').values, [
      '32',
      '64',
      '128',
    ]);
    assert.ok(preview.settings.some((one: { key: string }) => one.key === 'model.name'));
    assert.equal(preview.estimate, null);
    // A run of the same network, at the same size, on the same dataset: 60 s in 6 epochs.
    const like = exampleRun({
      status: 'finished',
      seconds: 60,
      dataset: content.runs[0]!.dataset,
      model: { ...content.runs[0]!.model, name: 'simple_cnn' },
      config: smallConfig({ model: { name: 'simple_cnn' }, data: { size: 28 }, training: { epochs: 6 } }) as never,
    });
    await store.runs.create(like);
    const timed = await call('POST', '/v1/sweeps/check', {
      ...body,
      trials: 3,
      settings: [...settings, 'training.epochs=9'],
    });
    assert.deepEqual(timed.estimate, { trial: 90, all: 270, runs: 1 });
    await store.runs.delete(like.id);
    for (const [wrong, status, words] of [
      [{ ...body, settings: ['dataset=spots'] }, 400, /evaluation\.positive names 'pneumonia'/],
      [{ ...body, settings: [...settings, 'training.epoch=9'] }, 400, /unknown key "training\.epoch"/],
      [{ ...body, sweep: '../../package' }, 404, /no sweep/],
      [{ ...body, trials: 0 }, 400, /trials/],
    ] as const)
      assert.match((await call('POST', '/v1/sweeps/check', wrong, status)).error.message, words);
    assert.equal((await call('GET', '/v1/sweeps')).sweeps.length, 1);
  });

  it('says before an evaluation, a group or a search for suspects is begun what is wrong', async () => {
    const run = `/v1/runs/${content.runs[0]!.id}`;
    const group = await fakeGroup();
    const settings = ['dataset=spots', 'evaluation.positive=[right]'];
    const begin = { recipe: 'demo', settings };
    for (const [url, body, status, words] of [
      [`${run}/evaluate`, { split: 'test' }, 400, /has no checkpoint/],
      [`${run}/evaluate`, { split: 'train' }, 400, /split/],
      [`${run}/evaluate`, { split: 'test', rule: 'best' }, 400, /no checkpoint|no rule/],
      // None is an answer, other than the recipe's.
      [`${run}/evaluate`, { positive: [] }, 400, /has no checkpoint/],
      [`${run}/evaluate`, { positive: ['up'] }, 400, /"up" is no class/],
      [`${run}/evaluate`, { positive: ['left', 'right'] }, 400, /All classes are named as positive/],
      [`/v1/runs/${content.foreign}/evaluate`, {}, 404, /no run/],
      [`/v1/groups/${group.id}/evaluate`, {}, 400, /seed 2 of group .* is not trained yet/],
      ['/v1/groups/abcdef/evaluate', {}, 404, /no group/],
      ['/v1/datasets/spots/versions/1/suspects', { by: content.runs[0]!.id }, 400, /has no checkpoint/],
      ['/v1/datasets/spots/versions/1/suspects', { by: group.id }, 400, /is not trained yet/],
      ['/v1/trainings', { ...begin, repeat: { kind: 'folds', of: 1 } }, 400, /repeat/],
      ['/v1/trainings', { ...begin, repeat: { kind: 'folds', of: 100 } }, 400, /samples for 100 folds/],
      [
        '/v1/trainings',
        {
          ...begin,
          settings: [...settings, 'data.fold={of: 3, index: 0}'],
          repeat: { kind: 'seeds', of: 2 },
        },
        400,
        /makes several runs/,
      ],
    ] as const)
      assert.match((await call('POST', url, body, status)).error.message, words, url);
    const told = await call('GET', `/v1/groups/${group.id}`);
    assert.deepEqual(
      [told.kind, told.dataset, told.members[1], told.measured, told.work],
      ['seeds', 'spots@1', { name: 'seed 2', run: null, done: false }, [], null],
    );
    assert.deepEqual((await store.trainings.list({ open: true })).length, 0);
  });

  it('gives label suspects with their images, the surest first, by what they are taken for', async () => {
    const url = '/v1/datasets/spots/versions/1/suspects';
    const [first, , , , cutOff] = content.runs;
    const before = await call('GET', url);
    assert.equal(before.found, null);
    const ids = before.judges.map(({ id }: { id: string }) => id);
    assert.ok(ids.includes(first!.id) && !ids.includes(cutOff!.id), 'what was trained to its end is offered');
    const asked = await call('GET', `${url}?by=${cutOff!.id}`);
    assert.ok(asked.judges.some(({ id }: { id: string }) => id === cutOff!.id));
    const dataset = await openDataset(home, 'spots@1');
    const samples = dataset.samples('test').slice(0, 3);
    const suspects = samples.map(({ id, split, label }, i) => {
      const suggested = label === 'left' ? 'right' : 'left';
      return {
        id,
        split,
        label,
        suggested,
        probability: 0.1 * i,
        suggestedProbability: 1 - 0.1 * i,
        margin: 0.2 * i - 1,
      };
    });
    const judges = { run: first! };
    const made: Suspects = {
      ...{ format: 'osler-suspects/1', dataset: first!.dataset, source: { kind: 'run', id: first!.id, name: 'x' } },
      ...{ createdAt: '2026-01-01T00:00:00.000Z', judged: { val: 16, test: 16 }, notJudged: 48, suspects, notes: [] },
      ...{
        classes: ['left', 'right'],
        thresholds: [0.9, 0.9],
        joint: [
          [14, 2],
          [1, 15],
        ],
      },
      estimated: { errors: 3, share: 3 / 32 },
    };
    await writeSuspects(suspectsFolder(home, judges), made, dataset);
    const { found } = await call('GET', url);
    assert.deepEqual([found.all, found.total, found.by.id, found.estimated.errors], [3, 3, first!.id, 3]);
    assert.deepEqual(
      found.suspects.map(({ id, suggested }: { id: string; suggested: string }) => [id, suggested]),
      suspects.map(({ id, suggested }) => [id, suggested]),
    );
    const picture = `/v1/datasets/spots/versions/1/images/${found.suspects[0].number}`;
    assert.equal((await app.inject({ url: picture })).statusCode, 200);
    const lefts = suspects.filter(({ label }) => label === 'left').length;
    const some = await call('GET', `${url}?label=left&suggested=right&limit=1`);
    assert.deepEqual([some.found.total, some.found.all, some.found.suspects.length], [lefts, 3, Math.min(1, lefts)]);
    assert.match((await call('GET', `${url}?by=none`, undefined, 404)).error.message, /no run/);
    assert.deepEqual(found.notes, []);
    await writeSuspects(suspectsFolder(home, judges), { ...made, thresholds: [0.9, null] }, dataset);
    const { notes } = (await call('GET', url)).found;
    assert.ok(notes[0].startsWith('No label is taken for right: fewer than'), notes.join());
  });

  it('tells a sweep with what mattered', async () => {
    const { sweeps } = await call('GET', '/v1/sweeps');
    assert.deepEqual(
      [sweeps.length, sweeps[0].name, sweeps[0].method, sweeps[0].counts.failed],
      [1, 'first try', 'tpe', 1],
    );
    const sweep = await call('GET', '/v1/sweeps/first%20try');
    assert.deepEqual([sweep.trials.length, sweep.best.trial, sweep.work], [24, sweeps[0].best.trial, null]);
    assert.equal(sweep.importance.single[0].names[0], 'optimiser.lr');
    assert.deepEqual(
      sweep.space.find((one: { name: string }) => one.name === 'optimiser.kind'),
      { name: 'optimiser.kind', kind: 'choice', log: false, values: ['sgd', 'adamw'] },
    );
    assert.equal((await call('POST', `/v1/sweeps/${content.sweep}/stop`, {})).state, 'stopped');
    await call('GET', '/v1/sweeps/none', undefined, 404);
  });

  it('keeps views', async () => {
    const body = { content: { filter: 'metrics.loss < 1', column: ['name', 'metrics.loss'] } };
    const saved = await call('PUT', '/v1/views/runs/low%20loss', body);
    assert.deepEqual([saved.name, saved.content], ['low loss', body.content]);
    assert.ok(saved.who.length > 0);
    await call('PUT', '/v1/views/runs/%20', body, 400);
    assert.equal((await call('GET', '/v1/views/runs')).views.length, 1);
    await call('DELETE', '/v1/views/runs/low%20loss');
    await call('DELETE', '/v1/views/runs/low%20loss', undefined, 404);
  });

  it('says of sampled curves when, and in which epoch', async () => {
    const { id } = content.runs[1]!;
    const { curves } = await call('GET', `/v1/runs/${id}/curves?key=epoch.loss&key=train.loss&points=50&along=true`);
    assert.deepEqual(curves[0].epoch, [1, 2, 3, 4, 5, 6]);
    assert.deepEqual([curves[1].epoch.length, curves[1].time.length], [50, 50]);
    assert.equal((await call('GET', `/v1/runs/${id}/curves?key=epoch.loss`)).curves[0].time, undefined);
  });
});
