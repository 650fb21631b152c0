import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openStore, type Store } from '../../store/store.ts';
import type { TrackingAccess } from '../access.ts';
import type { MetricPoint } from '../tracker.ts';
import { differences } from './differences.ts';
import { type Kind, kindOf, openSink, openSource } from './open.ts';
import { probeRun } from './probe.ts';
import type { ExchangeRun, Source } from './run.ts';
import { storeSink, storeSource } from './store.ts';

const NO_ACCESS: TrackingAccess = { mlflow: {}, wandb: { url: 'http://127.0.0.1:9' } };
const ID = '0123456789abcdef0123456789abcdef';

describe('runs brought over and taken along', () => {
  let home: string;
  let store: Store;

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'osler-exchange-'));
    store = await openStore(join(home, 'a'));
    await storeSink(store).write(probeRun(ID));
  });
  after(async () => {
    await store.close();
    rmSync(home, { recursive: true, force: true });
  });

  const only = async (source: Source): Promise<ExchangeRun> => {
    const runs: ExchangeRun[] = [];
    for await (const run of source) runs.push(run);
    assert.equal(runs.length, 1);
    return runs[0]!;
  };

  test('the store holds everything; the same again changes nothing', async () => {
    const stored = await only(storeSource(store, [ID]));
    assert.deepEqual(await differences(probeRun(ID), stored), []);
    await storeSink(store).write(probeRun(ID));
    assert.deepEqual(await differences(await only(storeSource(store, [ID])), stored), []);
    assert.deepEqual(await differences(stored, probeRun(ID)), [{ what: 'tag', detail: 'mlflow.runName is missing' }]);
  });

  test('a new run that breaks off has failed, until it is brought again; one that is there stays as it is', async () => {
    const id = 'b'.repeat(32);
    const breaking: ExchangeRun = {
      ...probeRun(id),
      // biome-ignore lint/correctness/useYield: it has nothing to give.
      async *metrics() {
        throw new Error('gone');
      },
    };
    const status = async () => (await store.tracked.get(id)).status;
    await assert.rejects(storeSink(store).write(breaking), /gone/);
    assert.equal(await status(), 'failed');
    await storeSink(store).write({ ...probeRun(id), status: 'finished' });
    await assert.rejects(storeSink(store).write(breaking), /gone/);
    assert.equal(await status(), 'finished');
  });

  // What a format can't hold, in the words of the comparison. Everything else comes back to the last bit.
  const LOST: Record<Kind, RegExp[]> = {
    mlflow: [],
    wandb: [/^experiment tag /, /^metric several values at one step: 2 of 3 values differ/],
    tensorboard: [/^file /],
    csv: [/^file /],
  };

  for (const kind of ['mlflow', 'wandb', 'tensorboard', 'csv'] as const) {
    test(`${kind}: out and back into another store, nothing lost that it can hold`, async () => {
      const folder = join(home, kind);
      const moved = await openSink(kind, folder, {}, NO_ACCESS).write(await only(storeSource(store, [ID])));
      assert.equal(await kindOf(folder), kind);
      await using other = await openStore(join(home, `back-${kind}`));
      await storeSink(other).write(await only(openSource(kind, folder, {}, NO_ACCESS)));
      const found = await differences(await only(storeSource(store, [ID])), await only(storeSource(other, [ID])));
      const words = found.map(({ what, detail }) => `${what} ${detail}`);
      const unexpected = words.filter((text) => !LOST[kind].some((known) => known.test(text)));
      assert.deepEqual(unexpected, []);
      if (kind === 'csv' || kind === 'tensorboard')
        assert.equal(moved.leftOut.length, 2, 'files are named as left out');
    });
  }

  test('mlflow: names that no folder holds at once have others there, and come back', async () => {
    const folder = join(home, 'clashes');
    const keys = [
      'val.auroc',
      'val.auroc/benign',
      'val.auroc/benign/deep',
      'val.auroc.benign',
      `long/${'ü'.repeat(200)}`,
    ];
    const pairs = { a: '1', 'a/b': '2', 'a.b': '3' };
    const run = (metrics: string[]): ExchangeRun => ({
      ...probeRun(ID),
      params: pairs,
      tags: pairs,
      async *metrics() {
        yield metrics.map((key, i) => ({ key, value: i, step: 1, time: 1_000, epoch: 0 }));
      },
    });
    const sink = openSink('mlflow', folder, {}, NO_ACCESS);
    // What it was written with before stays, whichever of two names came first.
    await sink.write(run(keys.slice(1, 2)));
    const { renamed, leftOut } = await sink.write(run(keys));
    assert.deepEqual(leftOut, []);
    assert.equal(renamed?.['val.auroc.benign.2'], 'val.auroc/benign');
    const back = await only(openSource('mlflow', folder, {}, NO_ACCESS));
    assert.deepEqual(await differences(run(keys), back), []);
    assert.deepEqual(Object.keys(back.tags).includes('osler.names'), false);
    const names = readdirSync(folder).filter((name) => name.startsWith('.'));
    assert.deepEqual(names, [], 'no draft is left');
  });

  test('mlflow: a run that breaks off leaves the one that is there, and no half of a new one', async () => {
    const folder = join(home, 'broken-off');
    const sink = openSink('mlflow', folder, {}, NO_ACCESS);
    const breaking = (id: string): ExchangeRun => ({
      ...probeRun(id),
      async *artifacts() {
        yield {
          path: 'a',
          kind: 'file',
          read: () => {
            throw new Error('gone');
          },
        };
      },
    });
    await assert.rejects(sink.write(breaking(ID)), /gone/);
    await assert.rejects(only(openSource('mlflow', folder, {}, NO_ACCESS)), /0 !== 1|strictly equal/);
    await sink.write(probeRun(ID));
    await assert.rejects(sink.write({ ...breaking(ID), params: { other: '1' } }), /gone/);
    const there = await only(openSource('mlflow', folder, {}, NO_ACCESS));
    assert.deepEqual(there.params, probeRun(ID).params);
  });

  test('tables that training scripts write: a column for each metric, or a line for each value', async () => {
    const wide = join(home, 'wide.csv');
    writeFileSync(wide, 'epoch,loss,val_loss,note\n0,0.5,0.6,a\n1,nan,,b\n2,inf,0.4,c\n');
    const run = await only(openSource('csv', wide, {}, NO_ACCESS));
    const points: MetricPoint[] = [];
    for await (const some of run.metrics()) points.push(...some);
    assert.deepEqual(
      points.filter(({ key }) => key === 'loss').map(({ step, value }) => [step, value]),
      [
        [0, 0.5],
        [1, Number.NaN],
        [2, Number.POSITIVE_INFINITY],
      ],
    );
    assert.deepEqual(
      points.filter(({ key }) => key === 'val_loss').map(({ step, value }) => [step, value]),
      [
        [0, 0.6],
        [2, 0.4],
      ],
    );
    assert.deepEqual(run.leftOut, ['column note: not all its cells are numbers']);
    const long = join(home, 'long.csv');
    writeFileSync(long, 'run,metric,step,value,timestamp\na,x,1,2,1700000000.5\nb,x,1,3,1700000001\n');
    const names: string[] = [];
    for await (const one of openSource('csv', long, {}, NO_ACCESS)) names.push(one.name);
    assert.deepEqual(names, ['a', 'b']);
  });

  test('what is nothing is said', async () => {
    mkdirSync(join(home, 'empty'));
    await assert.rejects(kindOf(join(home, 'empty')), {
      code: 'USAGE',
      message: /is nothing that runs can be read from/,
    });
    await assert.rejects(kindOf(join(home, 'absent')), { code: 'NOT_FOUND' });
    const broken = join(home, 'x.wandb');
    writeFileSync(broken, 'not a run of W&B at all');
    await assert.rejects(only(openSource('wandb', broken, {}, NO_ACCESS)), { code: 'DATA_INVALID' });
    const events = join(home, 'events.out.tfevents.1.host');
    writeFileSync(events, Buffer.alloc(64, 1));
    await assert.rejects(only(openSource('tensorboard', events, {}, NO_ACCESS)), { code: 'DATA_INVALID' });
  });
});
