import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { TrackEvent } from './events.ts';
import { RemoteError } from './http.ts';
import { MlflowClient } from './mlflow/client.ts';
import { MlflowRemote } from './mlflow/remote.ts';
import type { Remote } from './remote.ts';
import { SpooledTracker } from './spooled.ts';
import { fakeServer } from './testing-server.ts';
import type { RunStart } from './tracker.ts';

const folder = mkdtempSync(join(tmpdir(), 'osler-spooled-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const RUN: RunStart = {
  id: '0123456789abcdef0123456789abcdef',
  name: 'n',
  experiment: 'e',
  startTime: 1,
  user: 'u',
  group: null,
};
const point = (step: number, key = 'loss') => ({ key, value: step / 10, step, time: step });

/** Keeps what it gets; `fail` may throw first. */
class Memory implements Remote {
  readonly name = 'memory';
  readonly traffic = { requests: 0, answers: 0, bytes: 0, milliseconds: 0 };
  readonly got: TrackEvent[] = [];
  readonly fail: () => void;
  constructor(fail: () => void = () => undefined) {
    this.fail = fail;
  }
  async deliver(events: readonly TrackEvent[]): Promise<void> {
    this.fail();
    this.got.push(...events);
  }
}

const rows = (events: readonly TrackEvent[]) => events.flatMap((e) => (e.type === 'metrics' ? e.rows : []));

test('all arrives in order; a run that goes on says its last steps twice and they are sent once', async () => {
  const remote = new Memory();
  const first = new SpooledTracker(folder, 'order', remote);
  await first.startRun(RUN);
  await first.logParams({ a: '1' });
  for (let step = 1; step <= 20; step++) await first.logMetrics([point(step), point(step, 'acc')]);
  assert.deepEqual(await first.close(), { bytes: 0, reason: null });
  const second = new SpooledTracker(folder, 'order', remote);
  await second.startRun(RUN);
  await second.logParams({ a: '1' });
  for (let step = 15; step <= 25; step++) await second.logMetrics([point(step)]);
  await second.endRun('finished', 9);
  await second.close();
  assert.equal(remote.got.filter((e) => e.type === 'start').length, 1);
  assert.equal(remote.got.filter((e) => e.type === 'params').length, 1);
  assert.deepEqual(
    rows(remote.got)
      .filter(([key]) => key === 'loss')
      .map(([, , step]) => step),
    Array.from({ length: 25 }, (_, i) => i + 1),
  );
  assert.equal(remote.got.at(-1)!.type, 'end');
});

test('a server that fails for a while gets everything afterwards, once and in order', async () => {
  let calls = 0;
  const remote = new Memory(() => {
    if (++calls <= 4) throw new RemoteError('passing', 'away');
  });
  const warnings: string[] = [];
  const tracker = new SpooledTracker(folder, 'flaky', remote, { pauseMs: 2, onWarning: (text) => warnings.push(text) });
  for (let step = 1; step <= 50; step++) await tracker.logMetrics([point(step)]);
  while (calls < 5) await new Promise((resolve) => setTimeout(resolve, 2));
  assert.deepEqual(await tracker.close(), { bytes: 0, reason: null });
  assert.deepEqual(
    rows(remote.got).map(([, , step]) => step),
    Array.from({ length: 50 }, (_, i) => i + 1),
  );
  assert.equal(warnings.length, 1, 'one warning for one outage');
  assert.match(warnings[0]!, /memory: away.*goes on/);
});

test('a credential that is refused is not tried again and again; what is unsent goes when it is mended', async () => {
  let calls = 0;
  const tracker = new SpooledTracker(
    folder,
    'denied',
    new Memory(() => {
      calls += 1;
      throw new RemoteError('denied', 'no key');
    }),
    { pauseMs: 1 },
  );
  for (let step = 1; step <= 5; step++) {
    await tracker.logMetrics([point(step)]);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const { bytes, reason } = await tracker.close();
  assert.ok(bytes > 0);
  assert.equal(reason, 'no key');
  assert.equal(calls, 1);
  const mended = new Memory();
  const later = new SpooledTracker(folder, 'denied', mended);
  assert.deepEqual(await later.close(), { bytes: 0, reason: null });
  assert.equal(rows(mended.got).length, 5);
});

for (const kind of ['never', 'hang up'] as const) {
  test(`a server that ${kind === 'never' ? 'never answers' : 'hangs up'} costs the training nothing`, async () => {
    await using server = await fakeServer(() => kind);
    const client = new MlflowClient({ uri: server.uri, timeoutMs: 60_000 });
    const tracker = new SpooledTracker(folder, `dead-${kind}`, new MlflowRemote({ client, experiment: null }), {
      drainMs: 100,
    });
    let worst = 0;
    await tracker.startRun(RUN);
    for (let step = 1; step <= 2_000; step++) {
      const before = performance.now();
      await tracker.logMetrics([point(step), point(step, 'lr')]);
      worst = Math.max(worst, performance.now() - before);
      if (step % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(worst < 20_000, `one call took ${worst} ms`);
    const before = performance.now();
    const { bytes, reason } = await tracker.close();
    assert.ok(performance.now() - before < 30_000);
    assert.ok(bytes > 2_000 * 20 && reason !== null);
    // Later, at a server that lives.
    const memory = new Memory();
    const again = new SpooledTracker(folder, `dead-${kind}`, memory);
    await again.close();
    assert.equal(rows(memory.got).length, 4_000);
  });
}
