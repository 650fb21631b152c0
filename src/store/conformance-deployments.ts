import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { OslerError } from '../errors.ts';
import type { PredictionEntry } from './deployments/types.ts';
import type { Store } from './store.ts';

const actor = { who: 'ada', via: 'test' };

export function exampleEntry(fields: Partial<PredictionEntry> = {}): PredictionEntry {
  return {
    id: randomUUID(),
    variant: 'skin@3',
    role: 'live',
    deploymentId: 1,
    revision: 1,
    model: 'skin',
    version: 3,
    digest: 'ab'.repeat(32),
    at: Date.now(),
    key: null,
    image: null,
    outcome: 'ok',
    answer: { label: 'benign', probabilities: { benign: 0.9, malignant: 0.1 } },
    milliseconds: 12.5,
    ...fields,
  };
}

/** What every engine must do for deployments and their predictions. `open` gives an empty store. */
export function deploymentConformance(engine: string, open: () => Promise<Store>): void {
  const rejects = (promise: Promise<unknown>, code: string) =>
    assert.rejects(promise, (error) => error instanceof OslerError && error.code === code);
  const first = (n: number) => ({ what: 'deployment.create', why: 'first', spec: { n } });

  describe(`deployments on ${engine}`, () => {
    it('makes, changes and ends deployments; every revision stays, and the trail tells each', async () => {
      await using store = await open();
      assert.equal(await store.deployments.get('derma'), null);
      const made = await store.deployments.create(actor, 'derma', first(1));
      assert.match(made.salt, /^[0-9a-f]{32}$/);
      await rejects(store.deployments.create(actor, 'derma', first(2)), 'ALREADY_EXISTS');
      const changed = await store.deployments.change({ who: 'ben', via: 'test' }, 'derma', {
        what: 'deployment.change',
        spec: { n: 2 },
        expected: 1,
        facts: { to: 7 },
      });
      assert.deepEqual([changed.id, changed.salt, changed.revision.number], [made.id, made.salt, 2]);
      assert.deepEqual([changed.revision.who, changed.revision.spec], ['ben', { n: 2 }]);
      const late = { what: 'deployment.change', spec: { n: 3 }, expected: 1 };
      await rejects(store.deployments.change(actor, 'derma', late), 'CHANGED_MEANWHILE');
      await rejects(store.deployments.change(actor, 'none', late), 'NOT_FOUND');
      assert.deepEqual(
        (await store.deployments.revisions(made.id)).map(({ number, why }) => [number, why]),
        [
          [2, null],
          [1, 'first'],
        ],
      );
      await store.deployments.delete(actor, 'derma', 'over');
      assert.deepEqual(await store.deployments.list(), []);
      const again = await store.deployments.create(actor, 'derma', first(4));
      assert.notEqual(again.id, made.id);
      assert.equal((await store.deployments.revisions(made.id)).length, 2);
      const kept = await store.deployments.kept();
      assert.deepEqual(
        kept.map(({ name, revision, deletedAt, revisions }) => [name, revision, deletedAt === null, revisions.length]),
        [
          ['derma', 2, false, 2],
          ['derma', 1, true, 1],
        ],
      );
      assert.deepEqual([kept[0]!.createdAt, kept[0]!.revisions[1]!.spec], [made.createdAt, '{"n":2}']);
      const events = await store.trail.read({ subject: 'deployment derma' });
      // The trail knows which salt a deployment was made with, and does not tell it.
      const [first_, second] = kept.map(({ salt }) => salt);
      assert.equal(first_, createHash('sha256').update(made.salt).digest('hex'));
      assert.deepEqual(
        events.map(({ what, before, after }) => [what, JSON.parse(before ?? 'null'), JSON.parse(after ?? 'null')]),
        [
          ['deployment.create', null, { revision: 1, spec: { n: 1 }, salt: first_ }],
          ['deployment.change', { revision: 1, spec: { n: 1 } }, { revision: 2, spec: { n: 2 }, to: 7 }],
          ['deployment.delete', { revision: 2, spec: { n: 2 } }, null],
          ['deployment.create', null, { revision: 1, spec: { n: 4 }, salt: second }],
        ],
      );
    });

    it('gives one order to changes that come at once', async () => {
      await using store = await open();
      await store.deployments.create(actor, 'derma', first(0));
      const all = await Promise.allSettled(
        Array.from({ length: 8 }, (_, n) =>
          store.deployments.change(actor, 'derma', {
            what: 'deployment.change',
            spec: { n },
            ...(n < 4 ? { expected: 1 } : {}),
          }),
        ),
      );
      const done = all.filter(({ status }) => status === 'fulfilled').length;
      assert.ok(done >= 4 && done <= 5, `${done}`);
      const row = (await store.deployments.get('derma'))!;
      assert.equal(row.revision.number, done + 1);
      assert.equal((await store.deployments.revisions(row.id)).length, done + 1);
    });

    it('writes predictions once, and finds them by request, time and revision', async () => {
      await using store = await open();
      const given = exampleEntry({ at: 10, key: 'k', image: 'i' });
      const shadow = { ...given, variant: 'skin@4', role: 'shadow' as const, at: 5 };
      const failed = exampleEntry({ at: 20, revision: 2, outcome: 'ENGINE_FAILED', answer: null });
      await store.predictions.write([shadow, given, failed]);
      await store.predictions.write([given, { ...given, outcome: 'changed' }]);
      await store.predictions.write([]);
      assert.deepEqual(await store.predictions.get(given.id), [given, shadow]);
      assert.deepEqual(await store.predictions.list(1, { limit: 2 }), [failed, given]);
      assert.deepEqual(await store.predictions.list(1, { limit: 2, before: 10 }), [shadow]);
      const many = Array.from({ length: 1_200 }, (_, i) => exampleEntry({ revision: 3, at: i, milliseconds: i }));
      await store.predictions.write(many);
      const bad = exampleEntry({ revision: 3, variant: 'skin@4', role: 'canary', outcome: 'ENGINE_FAILED' });
      await store.predictions.write([bad]);
      const outcomes = await store.predictions.outcomes(1, 3, 2);
      assert.deepEqual(
        outcomes.toSorted((x, y) => (x.variant < y.variant ? -1 : 1)),
        [
          { variant: 'skin@3', role: 'live', counts: { ok: 1_200 }, milliseconds: [1_199, 1_198] },
          { variant: 'skin@4', role: 'canary', counts: { ENGINE_FAILED: 1 }, milliseconds: [] },
        ],
      );
    });

    it('counts answers once, by minute and by hour', async () => {
      await using store = await open();
      const hour = 3_600_000;
      const now = Date.now();
      const start = now - (now % hour);
      const at = [start + 1, start + 59_999, start + 60_000];
      const answers = at.map((moment, i) => exampleEntry({ at: moment, milliseconds: [10, 10, 40][i]! }));
      const failed = exampleEntry({
        at: start,
        outcome: 'ENGINE_FAILED',
        answer: null,
        role: 'canary',
        variant: 'skin@4',
      });
      await store.predictions.write([...answers, failed]);
      await store.predictions.write([...answers, failed]);
      await store.predictions.write([exampleEntry({ at: start + 2, milliseconds: 10, deploymentId: 2 })]);
      const counts = async (span: number, to = start + hour) =>
        (await store.predictions.counts(1, { span, from: start, to }))
          .map(({ start: from, variant, outcome, bin, count }) => [from - start, variant, outcome, bin, count])
          .sort();
      assert.deepEqual(await counts(60_000), [
        [0, 'skin@3', 'ok', 27, 2],
        [0, 'skin@4', 'ENGINE_FAILED', 0, 1],
        [60_000, 'skin@3', 'ok', 43, 1],
      ]);
      assert.deepEqual(await counts(hour), [
        [0, 'skin@3', 'ok', 27, 2],
        [0, 'skin@3', 'ok', 43, 1],
        [0, 'skin@4', 'ENGINE_FAILED', 0, 1],
      ]);
      assert.deepEqual(await counts(60_000, start + 60_000), (await counts(60_000)).slice(0, 2));
      await using other = await open();
      await other.load(store.dump());
      assert.deepEqual(
        await other.predictions.counts(1, { span: hour, from: start, to: start + hour }),
        await store.predictions.counts(1, { span: hour, from: start, to: start + hour }),
      );
    });

    it('keeps feedback; a correction changes the label and not its moment', async () => {
      await using store = await open();
      const [a, b] = [exampleEntry({ at: 10 }), exampleEntry({ at: 20 })];
      await store.predictions.write([a, { ...a, variant: 'skin@4', role: 'shadow' }, b]);
      const say = (prediction: string, label: string, at: number) =>
        store.predictions.addFeedback({ prediction, label, at, who: 'ben' });
      await say(b.id, 'malignant', 100);
      await say(a.id, 'benign', 200);
      await say(b.id, 'benign', 300);
      const all = await store.predictions.labelled(1);
      assert.deepEqual(
        all.map(({ prediction, label, at }) => [prediction.id === a.id, prediction.variant, label, at]),
        [
          [false, 'skin@3', 'benign', 100],
          [true, 'skin@3', 'benign', 200],
          [true, 'skin@4', 'benign', 200],
        ],
      );
      assert.equal((await store.predictions.labelled(1, 15)).length, 1);
      assert.equal((await store.predictions.labelled(2)).length, 0);
    });

    it('cuts the log to an age or a number, with the feedback of what goes', async () => {
      await using store = await open();
      const all = Array.from({ length: 1_300 }, (_, i) => exampleEntry({ at: 1_000 + i }));
      const shadow = { ...all[0]!, variant: 'skin@4', role: 'shadow' as const, at: 5_000 };
      const other = exampleEntry({ deploymentId: 2, at: 1 });
      await store.predictions.write([...all, shadow, other]);
      const say = (prediction: string) =>
        store.predictions.addFeedback({ prediction, label: 'benign', at: 1, who: 'ben' });
      for (const { id } of [all[0]!, all[1]!, all[1_299]!, other]) await say(id);
      assert.equal(await store.predictions.prune(1, { before: 1_100 }, { dryRun: true }), 100);
      assert.equal(await store.predictions.prune(1, { before: 1_100 }), 100);
      assert.equal(await store.predictions.prune(1, { before: 1_100 }), 0);
      assert.deepEqual(await store.predictions.get(all[0]!.id), [shadow], 'its other answer is younger');
      assert.deepEqual(await store.predictions.get(all[1]!.id), []);
      assert.deepEqual(
        (await store.predictions.labelled(1)).map(({ prediction }) => prediction.id).sort(),
        [all[0]!.id, all[1_299]!.id].sort(),
      );
      await store.predictions.write([all[1]!]);
      assert.equal(
        (await store.predictions.labelled(1)).some(({ prediction }) => prediction.id === all[1]!.id),
        false,
        'its feedback is gone',
      );
      assert.equal(await store.predictions.prune(1, { keep: 100 }), 1_102);
      assert.equal(await store.predictions.prune(1, { keep: 100 }), 0);
      assert.deepEqual(
        (await store.predictions.list(1, { limit: 2 })).map(({ at }) => at),
        [5_000, 2_299],
      );
      assert.equal(await store.predictions.prune(1, { keep: 0 }), 100);
      assert.equal((await store.predictions.get(other.id)).length, 1, 'the other deployment keeps its own');
    });

    it('moves to another store', async () => {
      await using store = await open();
      const row = await store.deployments.create(actor, 'derma', first(1));
      const entry = exampleEntry({ deploymentId: row.id });
      await store.predictions.write([entry]);
      await store.predictions.addFeedback({ prediction: entry.id, label: 'benign', at: 5, who: 'ben' });
      await using other = await open();
      await other.load(store.dump());
      assert.deepEqual(await other.deployments.get('derma'), row);
      assert.deepEqual(await other.predictions.labelled(row.id), await store.predictions.labelled(row.id));
      const next = await other.deployments.create(actor, 'other', first(2));
      assert.ok(next.id > row.id);
      await other.predictions.addFeedback({ prediction: entry.id, label: 'malignant', at: 6, who: 'ben' });
      assert.equal((await other.predictions.labelled(row.id))[0]!.label, 'malignant');
    });
  });
}
