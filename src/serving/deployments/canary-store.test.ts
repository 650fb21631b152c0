/** What a canary does by its record in the store: answers that were logged, and what turned out to be true of them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { PredictionEntry } from '../../store/deployments/types.ts';
import { openStore, type Store } from '../../store/store.ts';
import { postgresPrograms, startPostgres } from '../../store/testing-postgres.ts';
import { canaryMove } from './canary.ts';
import { withCanary } from './change.ts';
import { type CanaryPlan, CanaryPlan as Plan, parseSpec, specDocument } from './spec.ts';
import { saying } from './testing.ts';

const actor = { who: 'ada', via: 'test' };
const live = { name: 'skin@1', model: 'skin', version: 1 };
const canary = { name: 'skin@2', model: 'skin', version: 2 };

/** A deployment with a canary at its first step, and what is logged of it. */
async function begun(store: Store, plan: Partial<CanaryPlan>) {
  const since = Date.now();
  const asked = Plan.parse({ steps: [10, 50], minRequests: 20, minSeconds: 0, maxErrorRate: 0.05, ...plan });
  const spec = withCanary(parseSpec({ live: [{ ...live, weight: 1 }] }), canary, asked, since);
  const first = { what: 'deployment.create', why: null, spec: specDocument(spec) };
  let row = await store.deployments.create(actor, `d-${randomUUID()}`, first);
  return {
    since,
    /** Its answers under the revision in force. Returns their ids. */
    async answered(ref: typeof live, count: number, more: Partial<PredictionEntry> = {}): Promise<string[]> {
      const entries = Array.from({ length: count }, (): PredictionEntry => {
        const role = ref === live ? ('live' as const) : ('canary' as const);
        const facts = { id: randomUUID(), variant: ref.name, role, model: ref.model, version: ref.version };
        const said = { outcome: 'ok', answer: { ...saying(0.9) }, milliseconds: 10 };
        const where = { deploymentId: row.id, revision: row.revision.number, digest: 'd', key: null, image: null };
        return { ...facts, ...where, at: Date.now(), ...said, ...more };
      });
      await store.predictions.write(entries);
      return entries.map(({ id }) => id);
    },
    /** Answers of both, one after the other, all of which said `malignant`: right for the live one, wrong for the canary. */
    async judged(at: number): Promise<void> {
      for (const [i, id] of (await this.answered(live, 20)).entries()) {
        const [other] = await this.answered(canary, 1, { at: at + i });
        for (const [prediction, label] of [
          [id, 'malignant'],
          [other!, 'benign'],
        ] as const)
          await store.predictions.addFeedback({ prediction, label, at: Date.now(), who: 'ben' });
      }
    },
    move: (quality = true) => canaryMove(store, row, parseSpec(row.revision.spec), quality),
    async put(change: { what: string; why: string | null; spec: typeof first.spec }): Promise<void> {
      row = await store.deployments.change(actor, row.name, { ...change, expected: row.revision.number });
    },
  };
}

for (const engine of ['SQLite', 'PostgreSQL'] as const)
  describe(`a canary's record on ${engine}`, {
    skip: engine === 'PostgreSQL' && postgresPrograms() === undefined,
  }, () => {
    const inStore = async (work: (store: Store) => Promise<void>): Promise<void> => {
      const home = await mkdtemp(join(tmpdir(), 'osler-canary-'));
      const server = engine === 'PostgreSQL' ? await startPostgres(postgresPrograms()!) : undefined;
      try {
        await using store = await openStore(home, await server?.database());
        await work(store);
      } finally {
        server?.stop();
        await rm(home, { recursive: true, force: true });
      }
    };

    test('decides: up by what it did at this step alone; back for failures, for latency, and for feedback', () =>
      inStore(async (store) => {
        const climbing = await begun(store, { minRequests: 50 });
        await climbing.answered(live, 50);
        await climbing.answered(canary, 49);
        assert.equal(await climbing.move(), null);
        await climbing.answered(canary, 1, { outcome: 'IMAGE_UNREADABLE', answer: null });
        const up = await climbing.move();
        assert.deepEqual([up?.what, parseSpec(up!.spec).canary?.step], ['canary.step', 1]);
        await climbing.put(up!);
        assert.equal(await climbing.move(), null, 'answers of the step before say nothing of this one');
        await climbing.answered(canary, 50);
        assert.equal(
          await climbing.move(),
          null,
          'the live ones have answered nothing at this step to hold it against',
        );
        await climbing.answered(live, 40);
        const last = await climbing.move();
        assert.deepEqual(
          [last?.what, parseSpec(last!.spec).live.map(({ name }) => name)],
          ['canary.promote', ['skin@2']],
        );

        const failing = await begun(store, {});
        await failing.answered(live, 50);
        await failing.answered(canary, 20, { outcome: 'ENGINE_FAILED', answer: null });
        const back = await failing.move();
        assert.deepEqual([back?.what, parseSpec(back!.spec).canary], ['canary.rollback', null]);
        assert.match(back!.why, /skin@2: 20 of 20 requests failed/);

        const slow = await begun(store, { maxLatencyRatio: 3 });
        await slow.answered(live, 50);
        await slow.answered(canary, 50, { milliseconds: 29 });
        assert.equal((await slow.move())?.what, 'canary.step');
        await slow.answered(canary, 50, { milliseconds: 31, at: Date.now() + 1 });
        assert.match((await slow.move())!.why, /more than 3 times as long/);

        const few = await begun(store, { minRequests: 1 });
        await few.answered(live, 50);
        await few.answered(canary, 39);
        assert.equal(await few.move(), null, 'too few to compare how long they take');
        await few.answered(canary, 1);
        assert.match((await few.move())!.why, /40 answers, 0 failed, 95% within 10\.0 ms/);
        const untimed = await begun(store, { minRequests: 1, maxLatencyRatio: null });
        await untimed.answered(canary, 1, { milliseconds: 60_000 });
        assert.match((await untimed.move())!.why, /1 answers, 0 failed, latency not compared: the plan leaves it out/);

        const worse = await begun(store, { minRequests: 1_000_000 });
        await worse.judged(worse.since - 1_000);
        assert.equal(await worse.move(), null, 'what it said before it was a canary does not count');
        await worse.judged(Date.now());
        assert.equal(await worse.move(false), null, 'feedback is not looked at each time');
        const verdict = await worse.move();
        assert.equal(verdict?.what, 'canary.rollback');
        assert.match(verdict!.why, /Enough evidence: skin@2 is worse than skin@1/);
        const ready = await begun(store, { minRequests: 20, maxLatencyRatio: null });
        await ready.judged(Date.now());
        assert.equal((await ready.move(false))?.what, 'canary.rollback', 'it would have got more without a look');
        const unasked = await begun(store, { minRequests: 1_000_000, quality: false });
        await unasked.judged(Date.now());
        assert.equal(await unasked.move(), null);
      }));
  });
