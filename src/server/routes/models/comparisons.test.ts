/** Comparisons of versions without what makes them: a promise in its place, a real store of either engine. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ChampionComparison, CompareVersions } from '../../../registry/evidence.ts';
import type { VersionRow } from '../../../store/registry/types.ts';
import { openStore } from '../../../store/store.ts';
import { postgresPrograms, startPostgres } from '../../../store/testing-postgres.ts';
import { Tasks } from '../../tasks/tasks.ts';
import { Comparisons } from './comparisons.ts';

const MADE: ChampionComparison = {
  ...{ on: 'skin@1, test', samples: 40, groups: 30, metric: 'auroc', margin: 0.02, notes: [] },
  verdict: { kind: 'notWorse', words: 'skin@2 is not worse', p: 0.01 },
  difference: {
    first: 0.9,
    second: 0.91,
    difference: 0.01,
    low: -0.01,
    high: 0.03,
    p: 0.3,
    adjusted: null,
    method: 'DeLong',
  },
};

const version = (number: number, digest = `sha256:${number}`): VersionRow =>
  ({ model: 'skin', version: number, record: { bundle: { digest }, source: '' } }) as VersionRow;
const [champion, candidate, asked] = [version(1), version(2), { margin: 0.02 }];

async function keeps(url: string | undefined): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'osler-comparisons-'));
  const store = await openStore(home, url);
  try {
    let made = 0;
    const { promise: wait, resolve: go } = Promise.withResolvers<void>();
    const first = new Tasks(store, async () => {
      made += 1;
      await wait;
      return MADE;
    });
    const before = new Comparisons(first);
    assert.equal(await before.state(champion, candidate, asked), null);
    await Promise.all([1, 2].map(() => before.start(champion, candidate, asked, 'ann')));
    assert.equal((await before.state(champion, candidate, asked))?.state, 'running');
    const decided = before.compareFor('ben')(champion, candidate, asked);
    go();
    assert.deepEqual([await decided, made], [MADE, 1]);
    await first.close();

    // The next server.
    const next = new Tasks(store, async (_, { signal }) => {
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    const after = new Comparisons(next);
    assert.deepEqual(await after.state(champion, candidate, asked), { state: 'done', result: MADE });
    assert.deepEqual(await after.compareFor('ben')(champion, candidate, asked), MADE);
    const others: Parameters<CompareVersions>[] = [
      [champion, candidate, { margin: 0.05 }],
      [champion, candidate, { margin: 0.02, metric: 'brier' }],
      [champion, version(2, 'sha256:other'), asked],
    ];
    for (const other of others) assert.equal(await after.state(...other), null, 'asked otherwise, it is another');
    await after.start(champion, version(3), asked, 'ann');
    await after.cancel(champion, version(3), asked, 'ann');
    assert.equal(await after.state(champion, version(3), asked), null, 'what was cancelled is as if it had not begun');
    await after.start(champion, version(3), asked, 'ann');
    const cut = assert.rejects(after.compareFor('ben')(champion, version(3), asked), { code: 'INTERRUPTED' });
    await next.close();
    await cut;
    const told = await new Comparisons(new Tasks(store, async () => null)).state(champion, version(3), asked);
    assert.equal(told?.state === 'failed' && told.error.code, 'INTERRUPTED');
  } finally {
    await store.close();
    await rm(home, { recursive: true });
  }
}

test('a comparison is made once, and is there after the server was started anew', () => keeps(undefined));

const programs = postgresPrograms();
test('on PostgreSQL too', { skip: programs === undefined && 'no PostgreSQL here' }, async () => {
  const server = await startPostgres(programs!);
  try {
    await keeps(await server.database());
  } finally {
    server.stop();
  }
});
