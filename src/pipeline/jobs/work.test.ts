/** What is no image's fault ends no job's images: it is gone on with once that is mended. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../../test/until.ts';
import type { JobRecord } from '../../store/jobs/types.ts';
import { openStore, type Store } from '../../store/store.ts';
import { beginJob, goOn, newJobId, readyJob } from './begin.ts';
import { keptImages } from './kept.ts';
import { JobRunner } from './runner.ts';
import { JobSource, openSource, sourceOf } from './source.ts';
import type { Scorer } from './target.ts';
import { workOnJob } from './work.ts';

let home: string;
let store: Store;
before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-jobs-'));
  store = await openStore(join(home, 'home'));
});
after(async () => {
  await store.close();
  rmSync(home, { recursive: true, force: true });
});

const target = { kind: 'deployment', name: 'derma' } as const;
const scorer: Scorer = {
  atOnce: 2,
  score: async (_id, image) => ({ label: String(image.length) }),
  settle: async () => undefined,
  close: async () => undefined,
};

async function work(id: string) {
  const source = JobSource.parse((await store.jobs.get(id)).source);
  const reader = await openSource(id, source, keptImages(store.home));
  return workOnJob(id, { store, scorer, reader, signal: new AbortController().signal, parts: 1 });
}

/** The job that a server's own worker ends next. */
async function byRunner(): Promise<JobRecord> {
  const ended = Promise.withResolvers<JobRecord>();
  const open = async () => scorer;
  const runner = new JobRunner({ store, kept: keptImages(store.home), open, onEnd: ended.resolve, pollMs: 10 });
  try {
    return await ended.promise;
  } finally {
    await runner.close();
  }
}

test('a folder that is gone, as an unmounted share is, fails the job and no image; a single file that is gone is its own', async () => {
  const folder = join(home, 'share');
  mkdirSync(folder);
  for (const name of ['a.png', 'b.png']) writeFileSync(join(folder, name), name);
  const { job } = await beginJob(store, { name: 'x', who: 'ada', source: await sourceOf(folder), target });
  renameSync(folder, join(home, 'elsewhere'));
  const away = await work(job.id);
  assert.deepEqual([away.state, away.done, away.failed], ['failed', 0, 0]);
  assert.match(away.error!, /The folder of the images is gone, or empty/);
  mkdirSync(folder);
  await goOn(store, job.id);
  assert.equal((await work(job.id)).state, 'failed', 'where it was mounted nothing lies');
  rmSync(folder, { recursive: true });
  renameSync(join(home, 'elsewhere'), folder);
  rmSync(join(folder, 'b.png'));
  await goOn(store, job.id);
  const end = await work(job.id);
  assert.deepEqual([end.state, end.done, end.failed, end.error], ['finished', 2, 1, null]);
});

test('images whose key is gone are kept, and opened once it is back; no other key is made for them', async () => {
  const id = newJobId();
  const source = { kind: 'upload' } as const;
  await store.jobs.create({ id, name: 'x', who: 'ada', fingerprint: id, source, target });
  const content = await keptImages(store.home).keep(id, Buffer.from('pixels'));
  await store.jobs.add(id, [{ name: 'a.png', content }]);
  await readyJob(store, id);
  const key = join(store.home, 'keys', 'jobs.key');
  renameSync(key, `${key}.away`);
  const away = await byRunner();
  assert.deepEqual([away.state, away.done], ['failed', 0]);
  assert.match(away.error!, /^The key of the jobs' images, keys\/jobs\.key in OSLER_HOME, is gone/);
  // Nor for those that come now: with the old key back they would not open.
  await assert.rejects(keptImages(store.home).keep(newJobId(), Buffer.from('more')), { code: 'KEY_MISSING' });
  renameSync(`${key}.away`, key);
  assert.ok(await keptImages(store.home).has(id));
  await goOn(store, id);
  assert.equal((await byRunner()).state, 'finished');
  await until('its images are gone', async () => !(await keptImages(store.home).has(id)));
});

test('trouble with a job that is over is nobody’s: it stays as it ended', async () => {
  const id = newJobId();
  await store.jobs.create({ id, name: 'x', who: 'ada', fingerprint: id, source: { kind: 'upload' }, target });
  const content = await keptImages(store.home).keep(id, Buffer.from('pixels'));
  await store.jobs.add(id, [{ name: 'a.png', content }]);
  await readyJob(store, id);
  assert.equal((await work(id)).state, 'finished');
  const late = await store.jobs.brokeOff(id, 'another worker stumbled', 5);
  assert.deepEqual([late.state, late.error, late.failures], ['finished', null, 0]);
});

test('a model that can not be loaded is not tried again at once: trouble that passes fails no job', async () => {
  const id = newJobId();
  await store.jobs.create({ id, name: 'x', who: 'ada', fingerprint: id, source: { kind: 'upload' }, target });
  const content = await keptImages(store.home).keep(id, Buffer.from('pixels'));
  await store.jobs.add(id, [{ name: 'a.png', content }]);
  await readyJob(store, id);
  const open = async () => {
    throw new Error('no memory');
  };
  const runner = new JobRunner({ store, kept: keptImages(store.home), open, pollMs: 10 });
  await until('it was tried', async () => (await store.jobs.get(id)).failures > 0);
  await sleep(200);
  await runner.close();
  const { state, failures, error } = await store.jobs.get(id);
  assert.deepEqual([state, failures, error], ['waiting', 1, 'no memory']);
  await store.jobs.delete(id);
});
