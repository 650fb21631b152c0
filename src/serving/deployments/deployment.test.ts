import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../../test/until.ts';
import { OslerError } from '../../errors.ts';
import type { DeploymentRow, PredictionEntry } from '../../store/deployments/types.ts';
import { recordOf } from './canary.ts';
import { Deployment, type DeploymentOptions } from './deployment.ts';
import { LoadedModels } from './loaded.ts';
import { type DeploymentSpec, parseSpec, specDocument } from './spec.ts';
import { FakePredictor, saying } from './testing.ts';

const live = (version: number, weight = 1) => ({ name: `skin@${version}`, model: 'skin', version, weight });
const shadow = (version: number) => ({ name: `skin@${version}`, model: 'skin', version });

function rowOf(number: number, spec: unknown): DeploymentRow {
  const revision = { number, at: 0, who: 'ada', what: 'test', why: null, spec: specDocument(parseSpec(spec)) };
  return { id: 1, name: 'derma', salt: 'salt', createdAt: 0, revision };
}

/** A world with models that answer by what `work` says of their version. */
function world(work: (version: number, call: number) => Promise<ReturnType<typeof saying> | OslerError>) {
  const loaded: { version: number; predictor: FakePredictor }[] = [];
  const entries: PredictionEntry[] = [];
  const dropped: string[] = [];
  const aliases = new Map<string, number>();
  const retired = new Set<number>();
  const damaged = new Set([66]);
  const options: DeploymentOptions = {
    models: new LoadedModels(async ({ version }) => {
      await sleep(5);
      if (damaged.has(version)) throw new OslerError('BUNDLE_ALTERED', `skin@${version} was altered.`);
      const predictor = new FakePredictor((call) => work(version, call));
      loaded.push({ version, predictor });
      return predictor;
    }),
    log: { add: (...more) => void entries.push(...more) },
    resolve: async ({ model, version, alias }) => {
      const number = version ?? aliases.get(alias!)!;
      if (retired.has(number)) throw new OslerError('NOT_APPROVED', `skin@${number} is retired.`);
      if (number === 77) throw new OslerError('STORE_FAILED', 'The store is away.');
      return { model, version: number, digest: `d${number}`, open: () => Promise.reject(new Error('not asked')) };
    },
    onDropped: (_, variant) => void dropped.push(variant),
  };
  return { loaded, entries, dropped, aliases, retired, damaged, options };
}

const ask = (id: string, key?: string) => ({ id, image: new Uint8Array([1]), ...(key === undefined ? {} : { key }) });

test('revisions are swapped under load: each model is loaded once, no request is dropped, the old one goes with its last', async () => {
  const { loaded, options, entries } = world(async () => {
    await sleep(3);
    return saying(0.9);
  });
  const deployment = await Deployment.open(rowOf(1, { live: [live(1), live(2)] }), options);
  let stop = false;
  const revisions: number[] = [];
  const load = Array.from({ length: 8 }, async (_, i) => {
    for (let n = 0; !stop; n++) revisions.push((await deployment.predict(ask(`${i}.${n}`, `p${i}`))).routing.revision);
  });
  const specs = [[live(2), live(3)], [live(3)], [live(1), live(3, 4)], [live(1)]];
  for (const [i, versions] of specs.entries()) {
    await sleep(20);
    assert.equal(await deployment.apply(rowOf(i + 2, { live: versions })), true);
    assert.equal(await deployment.apply(rowOf(i + 2, { live: versions })), false);
    assert.equal(await deployment.apply(rowOf(1, { live: [live(9)] })), false);
  }
  await sleep(20);
  stop = true;
  await Promise.all(load);
  await sleep(0);
  assert.deepEqual(
    loaded.map(({ version }) => version),
    [1, 2, 3, 1],
  );
  assert.deepEqual(
    loaded.map(({ predictor }) => predictor.closed),
    [true, true, true, false],
  );
  assert.equal(options.models.size, 1);
  assert.deepEqual([...new Set(revisions)].sort(), [1, 2, 3, 4, 5]);
  assert.equal(entries.length, revisions.length);
  assert.ok(entries.every(({ outcome, key }) => outcome === 'ok' && key !== null && !key.startsWith('p')));
  await deployment.close();
  assert.equal(options.models.size, 0);
});

test('a revision that cannot be loaded leaves the one before in force, and lets go of what it had loaded', async () => {
  const { options, loaded } = world(async () => saying(0.1));
  const deployment = await Deployment.open(rowOf(1, { live: [live(1)] }), options);
  await assert.rejects(deployment.apply(rowOf(2, { live: [live(66)], shadows: [shadow(2)] })), {
    code: 'BUNDLE_ALTERED',
    message: /No live version of derma can answer: skin@66 was altered\. Those that were loaded before go on: skin@1\./,
  });
  assert.equal((await deployment.predict(ask('a'))).routing.revision, 1);
  assert.deepEqual(
    loaded.map(({ predictor }) => predictor.closed),
    [false, true],
  );
  await deployment.apply(rowOf(3, { live: [live(2)] }));
  assert.equal((await deployment.predict(ask('b'))).version.version, 2);
});

test('a priority counts among the threads too, and shadows go last; what nobody wants any more is left and not written down', async () => {
  const gone = new AbortController();
  const reason = new OslerError('INTERRUPTED', 'gone');
  const { options, loaded, entries } = world(async (version) => {
    if (version === 2) return saying(0.2);
    gone.abort(reason);
    return gone.signal.reason as OslerError;
  });
  const deployment = await Deployment.open(rowOf(1, { live: [live(1)] }), options);
  const asked = { ...ask('a'), priority: 'high' as const, wanted: gone.signal };
  await assert.rejects(deployment.predict(asked), reason);
  assert.deepEqual([entries.length, loaded[0]!.predictor.asked[0]?.priority], [0, 'high']);
  assert.equal(loaded[0]!.predictor.asked[0]?.wanted?.reason, reason);
  await deployment.apply(rowOf(2, { live: [live(2)], shadows: [shadow(3)] }));
  await deployment.predict(ask('b'));
  await until('the shadow has answered', async () => entries.length === 2);
  const said = loaded.slice(1).map(({ predictor }) => predictor.asked[0]!);
  assert.deepEqual(
    said.map(({ priority, wanted }) => [priority, wanted?.aborted]),
    [
      ['normal', false],
      ['low', undefined],
    ],
  );
});

test('a deadline counts wherever a request waits: for admission, and for a thread that computes it', async () => {
  const held: (() => void)[] = [];
  const { options, loaded, entries } = world(async () => {
    const { wanted } = loaded[0]!.predictor.asked.at(-1)!;
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof saying> | OslerError>();
    held.push(() => resolve(saying(0.1)));
    // As the engine does with what waits.
    wanted?.addEventListener('abort', () => resolve(wanted.reason as OslerError));
    return promise;
  });
  const limits = { concurrency: 1, queue: 5, deadlineMs: 60_000 };
  const deployment = await Deployment.open(rowOf(1, { live: [live(1)], limits }), options);
  const slow = deployment.predict(ask('a'));
  await assert.rejects(deployment.predict({ ...ask('b'), deadlineMs: 20 }), { code: 'DEADLINE_EXCEEDED' });
  assert.deepEqual([deployment.load, held.length], [{ active: 1, waiting: 0 }, 1]);
  held[0]!();
  assert.equal((await slow).prediction.label, 'benign');
  const before = performance.now();
  await assert.rejects(deployment.predict({ ...ask('c'), deadlineMs: 400 }), { code: 'DEADLINE_EXCEEDED' });
  const { due } = loaded[0]!.predictor.asked.at(-1)!;
  assert.ok(due! >= before + 400 && due! <= performance.now() + 400, 'threads are told');
  // One that had most of its time to wait for admission was not failed by the model that it got to at last.
  const busy = deployment.predict(ask('d'));
  const late = assert.rejects(deployment.predict({ ...ask('e'), deadlineMs: 400 }), { code: 'DEADLINE_EXCEEDED' });
  await sleep(300);
  held[2]!();
  await Promise.all([busy, late]);
  const written = entries.map(({ id, outcome }) => [id, outcome]);
  const expected = [
    ['a', 'ok'],
    ['c', 'DEADLINE_EXCEEDED'],
    ['d', 'ok'],
  ];
  assert.deepEqual(written, expected);
  assert.ok(entries[1]!.milliseconds > 200);
});

test('an alias is followed', async () => {
  const { options, aliases } = world(async () => saying(0.1));
  aliases.set('champion', 1);
  const row = rowOf(1, { live: [{ name: 'skin@champion', model: 'skin', alias: 'champion', weight: 1 }] });
  const deployment = await Deployment.open(row, options);
  assert.equal((await deployment.predict(ask('a'))).version.version, 1);
  aliases.set('champion', 4);
  assert.equal(await deployment.apply(row), true);
  const { routing, version } = await deployment.predict(ask('b'));
  assert.deepEqual([routing.variant, version.version, routing.revision], ['skin@champion', 4, 1]);
});

const champion = { name: 'skin@champion', model: 'skin', alias: 'champion' };

test('a member that cannot answer is left out, and the others follow their aliases', async () => {
  const { options, aliases, retired } = world(async () => saying(0.1));
  aliases.set('champion', 3);
  const row = rowOf(1, { live: [live(2), { ...champion, weight: 1 }], shadows: [shadow(5)] });
  const deployment = await Deployment.open(row, options);
  assert.equal(deployment.fault, null);
  retired.add(2).add(5);
  aliases.set('champion', 1);
  assert.equal(await deployment.apply(row), true);
  assert.equal(await deployment.apply(row), false);
  assert.deepEqual(
    deployment.members.map(({ name, version, share }) => [name, version, share]),
    [['skin@champion', 1, 1]],
  );
  for (const id of ['a', 'b', 'c', 'd']) assert.equal((await deployment.predict(ask(id))).version.version, 1);
  assert.match(
    deployment.fault!.message,
    /^skin@2, skin@5 left out of derma, .*: skin@2 is retired\. skin@5 is retired\.$/,
  );
  assert.match(deployment.fault!.hint!, /osler deploy set derma/);
  // The last one is retired too: what was loaded goes on, and a start is refused.
  retired.add(1);
  await assert.rejects(deployment.apply(row), {
    code: 'NOT_APPROVED',
    message: /go on: skin@champion \(version 1\)\.$/,
  });
  assert.equal((await deployment.predict(ask('e'))).version.version, 1);
  await assert.rejects(Deployment.open(row, options), (error: OslerError) => {
    assert.match(error.message, /^No live version of derma can answer: skin@2 is retired\. skin@1 is retired\./);
    return /osler deploy set derma/.test(error.hint!) && !/approve/.test(error.hint!);
  });
  retired.clear();
  assert.equal(await deployment.apply(row), true);
  assert.deepEqual([deployment.fault, deployment.members.length], [null, 3]);
  await deployment.close();
  assert.equal(options.models.size, 0);
});

test('one that cannot be loaded is tried again; a canary gets no more for it; an absent store leaves all as it is', async () => {
  const { options, damaged } = world(async () => saying(0.1));
  const started = { ...shadow(2), step: 0, since: 0, plan: { steps: [10] } };
  const row = rowOf(1, { live: [live(1), live(66)], canary: started });
  const deployment = await Deployment.open(row, { ...options, retryMs: 20 });
  const shares = () => deployment.members.map(({ name, share }) => [name, Number(share.toFixed(6))]);
  assert.deepEqual(shares(), [
    ['skin@1', 0.9],
    ['skin@2', 0.1],
  ]);
  assert.equal(await deployment.apply(row), false);
  await sleep(25);
  assert.equal(await deployment.apply(row), false);
  damaged.clear();
  await sleep(25);
  assert.equal(await deployment.apply(row), true);
  assert.deepEqual(shares(), [
    ['skin@1', 0.45],
    ['skin@66', 0.45],
    ['skin@2', 0.1],
  ]);
  assert.equal(deployment.fault, null);
  await assert.rejects(deployment.apply(rowOf(2, { live: [live(1), live(77)] })), { code: 'STORE_FAILED' });
  assert.equal(deployment.row.revision.number, 1);
  // Where only the canary is left, it does not get all of the traffic.
  damaged.add(3);
  await assert.rejects(deployment.apply(rowOf(3, { live: [live(3)], canary: started })), { code: 'BUNDLE_ALTERED' });
  await deployment.close();
  assert.equal(options.models.size, 0);
});

const canary = { ...shadow(2), step: 0, since: 0, plan: { steps: [99.9] } };

test('where a canary fails a live version answers, and both are written down', async () => {
  const { options, entries } = world(async (version) =>
    version === 2 ? new OslerError('ENGINE_FAILED', 'broken') : saying(0.2),
  );
  const deployment = await Deployment.open(rowOf(1, { live: [live(1)], canary }), options);
  const { routing } = await deployment.predict(ask('a', 'p'));
  assert.deepEqual([routing.variant, routing.role, routing.insteadOf], ['skin@1', 'live', 'skin@2']);
  assert.deepEqual(
    entries.map(({ variant, role, outcome }) => [variant, role, outcome]),
    [
      ['skin@2', 'canary', 'ENGINE_FAILED'],
      ['skin@1', 'live', 'ok'],
    ],
  );
});

test('a canary that lets the time run out has failed; the live version, which then has none, has not', async () => {
  const { options, entries, loaded } = world(async (version) => {
    if (version === 1) return saying(0.2);
    const { wanted } = loaded.find((one) => one.version === 2)!.predictor.asked.at(-1)!;
    // As the engine does with what waits behind images that take too long.
    return new Promise((resolve) => wanted!.addEventListener('abort', () => resolve(wanted!.reason)));
  });
  const spec = { live: [live(1)], canary };
  const deployment = await Deployment.open(rowOf(1, spec), options);
  await assert.rejects(deployment.predict({ ...ask('a', 'p'), deadlineMs: 400 }), { code: 'DEADLINE_EXCEEDED' });
  // Others go before what has low priority: that says nothing of the canary.
  const job = deployment.predict({ ...ask('j', 'p'), priority: 'low', deadlineMs: 20 });
  await assert.rejects(job, { code: 'DEADLINE_EXCEEDED' });
  // Whose client goes away was failed by nobody.
  const gone = new AbortController();
  const reason = new OslerError('INTERRUPTED', 'gone');
  const left = assert.rejects(deployment.predict({ ...ask('b', 'p'), wanted: gone.signal }), reason);
  await sleep(5);
  gone.abort(reason);
  await left;
  assert.deepEqual(
    entries.map(({ variant, role, outcome, answer }) => [variant, role, outcome, answer]),
    [['skin@2', 'canary', 'DEADLINE_EXCEEDED', null]],
  );
  const { variant, role, outcome } = entries[0]!;
  const { answers, failures } = recordOf([{ variant, role, counts: { [outcome]: 1 }, milliseconds: [] }], 'skin@2');
  assert.deepEqual([answers, failures], [1, 1]);
});

test("an image's own error is nobody's failure", async () => {
  const { options, entries } = world(async () => new OslerError('IMAGE_UNREADABLE', 'The image is cut off.'));
  const deployment = await Deployment.open(rowOf(1, { live: [live(1)], canary }), options);
  await assert.rejects(deployment.predict(ask('a', 'p')), { code: 'IMAGE_UNREADABLE' });
  assert.deepEqual(
    entries.map(({ variant, outcome }) => [variant, outcome]),
    [['skin@2', 'IMAGE_UNREADABLE']],
  );
});

test('a shadow answers after the answer, is never given, and harms nobody', async () => {
  let fail = false;
  const { options, entries, dropped } = world(async (version) => {
    if (version === 1) return saying(0.2);
    await sleep(30);
    if (fail) throw new Error('broken');
    return saying(0.8);
  });
  const spec: Partial<DeploymentSpec> = { shadows: [shadow(5)] };
  const deployment = await Deployment.open(rowOf(1, { live: [live(1)], ...spec }), options);
  const { prediction, routing } = await deployment.predict(ask('a'));
  assert.deepEqual([prediction.label, routing.variant, entries.length], ['benign', 'skin@1', 1]);
  await until('the shadow answers', () => entries.length === 2);
  assert.deepEqual(
    entries.map(({ id, variant, role, answer }) => [id, variant, role, answer!.label]),
    [
      ['a', 'skin@1', 'live', 'benign'],
      ['a', 'skin@5', 'shadow', 'malignant'],
    ],
  );
  fail = true;
  assert.equal((await deployment.predict(ask('b'))).prediction.label, 'benign');
  await until('the shadow answers', () => entries.length === 4);
  assert.equal(entries.at(-1)!.outcome, 'ENGINE_FAILED');
  const limits = { concurrency: 1, queue: 0 };
  await deployment.apply(rowOf(2, { live: [live(1)], ...spec, limits }));
  await deployment.predict(ask('c'));
  await deployment.predict(ask('d'));
  await sleep(0);
  assert.deepEqual(dropped, ['skin@5']);
  await deployment.close();
  assert.equal(entries.filter(({ role }) => role === 'shadow').length, 3);
  assert.equal(options.models.size, 0);
});

test('what is let go of stays loaded until the last of those who wait for it has its answer', async () => {
  const answers: (() => void)[] = [];
  const { options, loaded } = world(
    (version) =>
      new Promise((resolve) => {
        if (version === 2) resolve(saying(0.2));
        else answers.push(() => resolve(saying(0.2)));
      }),
  );
  const deployment = await Deployment.open(rowOf(1, { live: [live(1)] }), options);
  const [first, second] = [deployment.predict(ask('a')), deployment.predict(ask('b'))];
  await until('both are computed', () => answers.length === 2);
  await deployment.apply(rowOf(2, { live: [live(2)] }));
  answers[0]!();
  await first;
  await sleep(0);
  assert.equal(loaded[0]!.predictor.closed, false);
  answers[1]!();
  await second;
  await until('it is put away', () => loaded[0]!.predictor.closed);
  await deployment.close();
});

test('where the live version fails nobody else is given: not a canary beyond its share, nor a shadow', async () => {
  const { options, entries } = world(async (version) =>
    version === 1 ? new OslerError('ENGINE_FAILED', 'broken') : saying(0.2),
  );
  const small = { ...canary, plan: { steps: [0.1] } };
  const deployment = await Deployment.open(rowOf(1, { live: [live(1)], canary: small, shadows: [shadow(3)] }), options);
  await assert.rejects(deployment.predict(ask('a', 'p')), { code: 'ENGINE_FAILED' });
  assert.deepEqual(
    entries.map(({ variant }) => variant),
    ['skin@1'],
  );
});

test("a request may wait less than the deployment's limit, and not longer; a shadow draws no heat map", async () => {
  let hold = true;
  const { options, loaded, entries } = world(async () => {
    if (!hold) return saying(0.2);
    const { wanted } = loaded[0]!.predictor.asked.at(-1)!;
    return new Promise((resolve) => wanted!.addEventListener('abort', () => resolve(wanted!.reason)));
  });
  const limits = { deadlineMs: 40 };
  const deployment = await Deployment.open(rowOf(1, { live: [live(1)], shadows: [shadow(2)], limits }), options);
  await assert.rejects(deployment.predict({ ...ask('a'), deadlineMs: 60_000 }), { code: 'DEADLINE_EXCEEDED' });
  hold = false;
  await deployment.predict({ ...ask('b'), heatmap: 'map' });
  await until('the shadow has answered', () => entries.some(({ role }) => role === 'shadow'));
  assert.deepEqual(
    loaded.map(({ predictor }) => predictor.asked.at(-1)!.heatmap),
    ['map', false],
  );
  await deployment.close();
});
