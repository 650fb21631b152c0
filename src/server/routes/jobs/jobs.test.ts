/** Jobs over HTTP: real bundles, a real store, a real listener. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { zipSync } from 'fflate';
import { until } from '../../../../test/until.ts';
import { picture } from '../../../serving/testing.ts';
import type { ErrorBody } from '../../contract.ts';
import { type TestHouse, testHouse } from '../../testing-house.ts';
import type { JobInfo, JobItemInfo, NewJob } from './contract.ts';

let house: TestHouse;
before(async () => {
  house = await testHouse();
});
after(() => house.close());

async function call<T>(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: T & ErrorBody; headers: Headers }> {
  const response = await fetch(house.url + path, init);
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text || 'null') as T & ErrorBody, headers: response.headers };
}

function formOf(files: Record<string, Uint8Array>, fields: Record<string, string> = {}): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const [name, bytes] of Object.entries(files))
    form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
  return form;
}
const send = <T extends JobInfo>(body: FormData, query = '') => call<T>(`/v1/jobs${query}`, { method: 'POST', body });

async function ended(id: string): Promise<JobInfo> {
  return until('the end of the job', async () => {
    const { body } = await call<JobInfo>(`/v1/jobs/${id}`);
    return body.endedAt !== null && body;
  });
}

interface Line {
  file: string;
  outcome: string;
  label?: string;
  probabilities?: Record<string, number>;
  requestId?: string;
  routing?: { variant: string };
  error?: { code: string; message: string };
}
async function lines(id: string): Promise<Line[]> {
  const text = await (await fetch(`${house.url}/v1/jobs/${id}/result`)).text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

test('an archive and images become a job that a deployment answers, one line for each image', async () => {
  const images = await Promise.all([1, 2, 3].map((seed) => picture(seed)));
  const zip = zipSync({
    'ward/a.png': images[0]!,
    'ward/notes.txt': Buffer.from('x'),
    'ward/.hidden/d.png': images[0]!,
    '__MACOSX/ward/._a.png': Buffer.from('x'),
    'ward/broken.png': Buffer.from('no image'),
    // Stored, not deflated.
    'b.png': [images[1]!, { level: 0 }],
  });
  const made = await send<NewJob>(
    formOf({ 'scans.zip': zip, 'c.png': images[2]! }, { deployment: 'derma', name: 'ward 3' }),
  );
  assert.equal(made.status, 202, JSON.stringify(made.body));
  assert.equal(made.headers.get('location'), `/v1/jobs/${made.body.id}`);
  assert.deepEqual([made.body.total, made.body.name, made.body.model], [4, 'ward 3', 'derma']);
  assert.equal(made.body.skipped, 2, 'the notes and the hidden one; not what a Mac packs');
  const job = await ended(made.body.id);
  assert.deepEqual([job.state, job.done, job.failed], ['finished', 4, 1]);
  const said = await lines(job.id);
  assert.deepEqual(
    said.map(({ file, outcome }) => [file, outcome]),
    [
      ['ward/a.png', 'ok'],
      ['ward/broken.png', 'IMAGE_TYPE'],
      ['b.png', 'ok'],
      ['c.png', 'ok'],
    ],
  );
  const one = await call<{ probabilities: Record<string, number> }>('/v1/predict', {
    method: 'POST',
    body: formOf({ 'x.png': images[0]! }),
  });
  assert.deepEqual(said[0]!.probabilities, one.body.probabilities);
  assert.equal(said[0]!.routing!.variant, 'skin@1');
  // The answers stand in the prediction log, and take feedback.
  const told = await call('/v1/feedback', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prediction: said[0]!.requestId, label: 'benign' }),
  });
  assert.equal(told.status, 201);
  const csv = await (await fetch(`${house.url}/v1/jobs/${job.id}/result?format=csv`)).text();
  assert.equal(csv.split('\n').length, 6);
  assert.match(csv.split('\n')[0]!, /^file,outcome,label,probability_benign,probability_malignant,/);
  assert.match(csv, /ward\/broken\.png,IMAGE_TYPE,.*no type/);
});

test('items come a stretch at a time, those with an error by themselves', async () => {
  const files = {
    'a.png': await picture(1),
    'b.png': Buffer.from('no image'),
    'c.png': await picture(2),
    'empty.png': Buffer.alloc(0),
  };
  const { id } = await ended((await send(formOf(files))).body.id);
  const items = async (query: string) =>
    (await call<{ items: JobItemInfo[] }>(`/v1/jobs/${id}/items?${query}`)).body.items;
  const all = await items('limit=2');
  assert.deepEqual(
    all.map(({ number, file, outcome }) => [number, file, outcome]),
    [
      [0, 'a.png', 'ok'],
      [1, 'b.png', 'IMAGE_TYPE'],
    ],
  );
  const [one] = await lines(id);
  const { label, probability, model, prediction, error } = all[0]!;
  assert.deepEqual(
    { label, probability, model, prediction, error },
    {
      label: one!.label,
      probability: one!.probabilities![one!.label!],
      model: 'skin@1',
      prediction: one!.requestId,
      error: null,
    },
  );
  assert.deepEqual(
    (await items('offset=2')).map(({ file }) => file),
    ['c.png', 'empty.png'],
  );
  const failed = await items('which=failed');
  assert.deepEqual([failed.length, failed[0]!.label], [2, null]);
  assert.match(failed[0]!.error!, /no type/);
  assert.match(failed[1]!.error!, /empty/);
  assert.equal((await call(`/v1/jobs/${id}/items?limit=0`)).status, 400);
});

test('a job that failed is gone on with, another is not', async () => {
  const { kept, id } = await withoutWorker(await picture(3));
  assert.ok(kept.length > 0);
  const refused = await call(`/v1/jobs/${id}/resume`, { method: 'POST' });
  assert.equal(refused.status, 400);
  assert.match(refused.body.error.message, /is waiting: only one that failed/);
  await house.store.jobs.brokeOff(id, 'no memory', 1);
  const again = await call<JobInfo>(`/v1/jobs/${id}/resume`, { method: 'POST' });
  assert.deepEqual([again.body.state, again.body.error], ['running', null]);
  assert.equal((await fetch(`${house.url}/v1/jobs/${id}`, { method: 'DELETE' })).status, 204);
});

test('a job of a folder is gone on with where the folder is, not here', async () => {
  const id = 'd'.repeat(32);
  const target = { kind: 'deployment', name: 'derma' };
  const source = { kind: 'folder', where: '/ward' };
  await house.store.jobs.create({ id, name: 'ward', who: 'ada', fingerprint: id, source, target });
  await house.store.jobs.add(id, [{ name: 'a.png', content: null }]);
  await house.store.jobs.open(id);
  await house.store.jobs.brokeOff(id, 'no memory', 1);
  const refused = await call(`/v1/jobs/${id}/resume`, { method: 'POST' });
  assert.equal(refused.status, 400);
  assert.match(refused.body.error.hint!, /osler score --job dddddddddddd$/);
  const { body } = await call<JobInfo>(`/v1/jobs/${id}`);
  assert.deepEqual([body.state, body.source], ['failed', 'folder']);
  assert.equal((await fetch(`${house.url}/v1/jobs/${id}`, { method: 'DELETE' })).status, 204);
});

test('a registered version answers instead, and its images are gone from the disk afterwards', async () => {
  const made = await send(formOf({ 'a.png': await picture(1) }), '?model=skin@2');
  const job = await ended(made.body.id);
  assert.deepEqual([job.state, job.model], ['finished', 'skin@2']);
  await until('its images are gone', () => !readdirSync(join(house.home, 'jobs')).includes(job.id));
});

test('what waits on the disk is encrypted', async () => {
  const image = await picture(9, 200, 200);
  const { kept, id } = await withoutWorker(image);
  assert.ok(kept.length > image.length);
  assert.equal(kept.indexOf(image.subarray(8, 40)), -1);
  assert.equal((await call(`/v1/jobs/${id}/cancel`, { method: 'POST' })).status, 200);
  assert.ok(!readdirSync(join(house.home, 'jobs')).includes(id));
});

/** A job for a deployment that nobody serves any more. */
async function withoutWorker(image: Buffer): Promise<{ kept: Buffer; id: string }> {
  const { keptImages } = await import('../../../pipeline/jobs/kept.ts');
  const id = 'e'.repeat(32);
  const target = { kind: 'deployment', name: 'gone' };
  await house.store.jobs.create({ id, name: 'x', who: 'ada', fingerprint: id, source: { kind: 'upload' }, target });
  const content = await keptImages(house.home).keep(id, image);
  await house.store.jobs.add(id, [{ name: 'a.png', content }]);
  await house.store.jobs.open(id);
  return { kept: readFileSync(join(house.home, 'jobs', id, `${content}.sealed`)), id };
}

test('a job that nobody works on says so', async () => {
  const id = 'd'.repeat(32);
  const source = { kind: 'folder', where: '/scans' };
  const target = { kind: 'deployment', name: 'derma' };
  const { jobs } = house.store;
  await jobs.create({ id, name: 'scans', who: 'ada', fingerprint: id, source, target });
  await jobs.add(id, [{ name: 'a.png', content: null }]);
  await jobs.open(id);
  const idleOf = async () => (await call<JobInfo>(`/v1/jobs/${id}`)).body.idle;
  assert.equal(await idleOf(), false, 'it waits');
  await jobs.begin(id);
  assert.equal(await idleOf(), true);
  const listed = await call<{ jobs: JobInfo[] }>('/v1/jobs');
  assert.deepEqual(
    listed.body.jobs.filter(({ idle }) => idle).map((one) => one.id),
    [id],
  );
  await jobs.queue.fill(id, [0]);
  const part = (await jobs.queue.take(id))!;
  assert.equal(await idleOf(), false);
  await jobs.queue.giveBack(part);
  assert.equal(await idleOf(), true);
  await jobs.delete(id);
});

test('jobs are listed in pages, found, cancelled and forgotten', async () => {
  const all = await call<{ jobs: JobInfo[]; next: string | null }>('/v1/jobs?limit=2');
  assert.equal(all.body.jobs.length, 2);
  const rest = await call<{ jobs: JobInfo[]; next: string | null }>(`/v1/jobs?limit=100&cursor=${all.body.next}`);
  assert.equal(rest.body.next, null);
  const { id } = rest.body.jobs.at(-1)!;
  assert.equal((await call<JobInfo>(`/v1/jobs/${id.slice(0, 10)}`)).body.id, id);
  assert.equal((await fetch(`${house.url}/v1/jobs/${id}`, { method: 'DELETE' })).status, 204);
  assert.equal((await call(`/v1/jobs/${id}`)).status, 404);
  assert.equal((await call('/v1/jobs/..%2f..')).status, 400);
});

describe('what can not become a job is refused, and nothing of it stays', () => {
  const zip = async () =>
    zipSync({ 'a.png': [await picture(1), { level: 0 }], 'b.png': [await picture(2), { level: 0 }] });
  const cases: [string, () => Promise<FormData>, number, RegExp, string?][] = [
    ['no file', async () => formOf({}, { name: 'x' }), 400, /no image/],
    [
      'an archive without images',
      async () => formOf({ 'a.zip': zipSync({ 'a.txt': Buffer.from('x') }) }),
      400,
      /no image/,
    ],
    ['an archive that is cut off', async () => formOf({ 'a.zip': (await zip()).subarray(0, 900) }), 400, /damaged/],
    [
      'an image that inflates without end',
      async () => formOf({ 'a.zip': zipSync({ 'a.png': new Uint8Array(60 * 2 ** 20) }) }),
      413,
      /^a\.png in a\.zip has more than 40 MiB/,
    ],
    [
      'a deployment that is not served',
      async () => formOf({ 'a.png': await picture(1) }, { deployment: 'other' }),
      404,
      /other/,
    ],
    [
      'a version that there is none of',
      async () => formOf({ 'a.png': await picture(1) }, { model: 'skin@9' }),
      404,
      /skin/,
    ],
    [
      'a version that is not approved',
      async () => formOf({ 'a.png': await picture(1) }, { model: 'skin@3' }),
      403,
      /pending, not approved/,
    ],
    ['a field that there is none of', async () => formOf({ 'a.png': await picture(1) }, { nmae: 'x' }), 400, /"nmae"/],
    [
      'a field after the images',
      async () => {
        const form = formOf({ 'a.png': await picture(1) });
        form.set('deployment', 'derma');
        return form;
      },
      400,
      /"deployment" comes after its first image/,
    ],
    [
      'an entry that leads out of its archive',
      async () => formOf({ 'a.zip': zipSync({ '../a.png': await picture(1) }) }),
      400,
      /leads out of the ZIP archive: \.\.\/a\.png/,
    ],
    ['both', async () => formOf({ 'a.png': await picture(1) }, { model: 'skin@1', deployment: 'derma' }), 400, /both/],
  ];
  for (const [name, form, status, words] of cases) {
    test(name, async () => {
      const before = (await house.store.jobs.list()).length;
      const { status: got, body } = await send(await form());
      assert.equal(got, status, JSON.stringify(body));
      assert.match(body.error.message, words);
      assert.equal((await house.store.jobs.list()).length, before);
      assert.equal(readdirSync(join(house.home, 'jobs')).length, 0);
    });
  }

  test('no form', async () => {
    const { status } = await call('/v1/jobs', { method: 'POST', headers: { 'content-type': 'image/png' }, body: 'x' });
    assert.equal(status, 415);
  });
});
