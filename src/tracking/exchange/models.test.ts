import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openStore, type Store } from '../../store/store.ts';
import type { TrackingAccess } from '../access.ts';
import { openSink, openSource } from './open.ts';
import { type ExchangeModel, filesBelow, type Source } from './run.ts';
import { storeSink, storeSource } from './store.ts';
import { bring, LINKS, LOOSE, MAKER, MODEL, MODELS, model, READER, run, told, WHOLE } from './testing-models.ts';

const NO_ACCESS: TrackingAccess = { mlflow: {}, wandb: { url: 'http://127.0.0.1:9' } };
describe('logged models brought over and taken along', () => {
  let home: string;
  let store: Store;

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'osler-models-'));
    store = await openStore(join(home, 'a'));
    const sink = storeSink(store);
    for (const one of WHOLE) await sink.write(one);
    for (const one of MODELS()) assert.deepEqual((await sink.writeModel!(one)).leftOut, []);
  });
  after(async () => {
    await store.close();
    rmSync(home, { recursive: true, force: true });
  });

  const linksOf = async (source: Source) => {
    const out = [];
    for await (const { models } of source) out.push(models);
    return out;
  };

  test('the store holds all of them; the same again changes nothing', async () => {
    const source = () => storeSource(store, [MAKER, READER], { all: true });
    assert.deepEqual(await told(source().models!()), await told(MODELS()));
    assert.deepEqual(await linksOf(source()), LINKS);
    await storeSink(store).writeModel!(model());
    assert.deepEqual(await told(source().models!()), await told(MODELS()));
    const [own, ...none] = await told(storeSource(store, [READER]).models!());
    assert.deepEqual([(own as ExchangeModel).id, none], [MODEL, []], 'with a run goes what it read, and no other');
  });

  test('out as a folder and back into another store, by two exports: nothing is lost', async () => {
    const folder = join(home, 'mlruns');
    for (let time = 0; time < 2; time++)
      await bring(storeSource(store, [MAKER, READER], { all: true }), openSink('mlflow', folder, {}, NO_ACCESS));
    await using other = await openStore(join(home, 'back'));
    const moved = await bring(openSource('mlflow', folder, {}, NO_ACCESS), storeSink(other));
    assert.deepEqual(
      moved.flatMap(({ leftOut }) => leftOut),
      [],
    );
    const back = storeSource(other, [MAKER, READER], { all: true });
    assert.deepEqual(await told(back.models!()), await told(MODELS()));
    assert.deepEqual(await linksOf(back), LINKS);
  });

  test('a run of one experiment brings the model of another that it read; a deleted one is named, and linked nowhere', async () => {
    const folder = join(home, 'two');
    const sink = openSink('mlflow', folder, {}, NO_ACCESS);
    await sink.write(WHOLE[0]!);
    const gone = `m-${'e5'.repeat(16)}`;
    await sink.write({ ...run(READER, { made: [], read: [MODEL, gone] }), experiment: 'tests' });
    await sink.writeModel!(model());
    await sink.writeModel!(model(LOOSE));
    const source = openSource('mlflow', folder, { experiment: 'tests' }, NO_ACCESS);
    for await (const { models, leftOut } of source) {
      assert.deepEqual(models, LINKS[1]);
      assert.deepEqual(leftOut, [`logged model ${gone}: it is deleted there`]);
    }
    assert.deepEqual(await told(source.models!()), await told([model()]));
  });

  test('what the store holds otherwise is named: another value of a parameter, or of a moment; a deleted model', async () => {
    await using other = await openStore(join(home, 'clash'));
    const sink = storeSink(other);
    await sink.writeModel!(model());
    const [acc] = model().metrics;
    const { leftOut } = await sink.writeModel!(
      model(MODEL, { params: { lr: '0.2' }, metrics: [acc!, { ...acc!, value: 0.75 }] }),
    );
    assert.deepEqual(leftOut, [
      'parameter lr=0.2: it stands there as 0.10',
      'metric acc, step 3: another value of the same run and moment',
    ]);
    await other.loggedModels.delete(MODEL);
    await assert.rejects(sink.writeModel!(model()), { code: 'ALREADY_EXISTS', message: /deleted/ });
  });

  test('a model is ready when its files are there, at the time of its source; also after an import that broke off', async () => {
    await using other = await openStore(join(home, 'late'));
    const sink = storeSink(other);
    const seen: string[] = [];
    const ready = (broken: boolean) =>
      model(MODEL, {
        status: 'ready',
        async *artifacts() {
          yield* model().artifacts();
          seen.push((await other.loggedModels.get(MODEL)).status);
          if (broken) throw new Error('the line went dead');
        },
      });
    await assert.rejects(sink.writeModel!(ready(true)), /line went dead/);
    assert.equal((await other.loggedModels.get(MODEL)).status, 'pending');
    await sink.writeModel!(ready(false));
    assert.deepEqual(seen, ['pending', 'pending']);
    const { status, createdAt, updatedAt } = await other.loggedModels.get(MODEL);
    assert.deepEqual([status, createdAt, updatedAt], ['ready', model().createdAt, model().updatedAt]);
  });

  test('a model that breaks off leaves the one that is there; a broken description is told', async () => {
    const folder = join(home, 'broken');
    const sink = openSink('mlflow', folder, {}, NO_ACCESS);
    await sink.writeModel!(model());
    const breaking = model(MODEL, {
      params: { other: '1' },
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
    await assert.rejects(sink.writeModel!(breaking), /gone/);
    const source = openSource('mlflow', folder, {}, NO_ACCESS);
    assert.deepEqual(await told(source.models!()), await told([model()]));
    let experiment = '';
    for await (const path of filesBelow(folder)) if (path.endsWith(`${MODEL}/meta.yaml`)) experiment = path;
    const meta = join(folder, experiment);
    writeFileSync(meta, readFileSync(meta, 'utf8').replace(/^status: .*$/m, 'status: soon'));
    await assert.rejects(told(source.models!()), { code: 'DATA_INVALID', message: /not as MLflow writes it/ });
  });
});
