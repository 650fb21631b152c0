/** Data sets over HTTP: a real home with real images, the whole house, real threads for the long work. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { until } from '../../../../test/until.ts';
import { auditDataset } from '../../../audit/audit-dataset.ts';
import { auditFolder, writeAudit } from '../../../audit/write.ts';
import { readAmendments } from '../../../data/amendments.ts';
import { openDataset } from '../../../data/dataset.ts';
import { importDataset } from '../../../data/import.ts';
import { lay } from '../../../data/testing.ts';
import { ownIdentity } from '../../../store/identity.ts';
import { openStore, type Store } from '../../../store/store.ts';
import { buildHouse } from '../../house.ts';
import type { TaskInfo } from '../../tasks/contract.ts';
import type { AuditInfo, DatasetList, DatasetVersion, DifferencePage, SamplesPage, SetsPage } from './contract.ts';

let folder: string;
let store: Store;
let app: FastifyInstance;

/** Two classes; one patient on both sides of the split, one picture under two labels. */
const FILES: Record<string, number | string> = {};
const ROWS = ['image,patient,sex'];
for (const [split, count] of [
  ['train', 6],
  ['test', 3],
] as const)
  for (const label of ['benign', 'malignant'])
    for (let i = 0; i < count; i++) {
      const id = `${split}/${label}/${i}.png`;
      FILES[id] = ROWS.length;
      ROWS.push(
        `${id},P-${split === 'test' && i === 0 ? `train-${label}-0` : `${split}-${label}-${i}`},${i % 2 ? 'f' : 'm'}`,
      );
    }
for (const label of ['benign', 'malignant']) {
  FILES[`train/${label}/same.png`] = 900;
  ROWS.push(`train/${label}/same.png,P-same,f`);
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'osler-datasets-'));
  const root = await lay(join(folder, 'source'), FILES);
  writeFileSync(join(root, 'meta.csv'), ROWS.join('\n'));
  const home = join(folder, 'home');
  store = await openStore(home);
  const options = { name: 'lesions', metadata: join(root, 'meta.csv'), id: 'image', group: 'patient', noNear: true };
  await importDataset(root, options, { home });
  const dataset = await openDataset(home, 'lesions');
  await writeAudit(auditFolder(home, dataset.record), await auditDataset(dataset, { shortcut: false }), dataset);
  app = await buildHouse({ store, version: '0' });
});
after(async () => {
  await app?.close();
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

const V1 = '/v1/datasets/lesions/versions/1';

async function get<T>(url: string, status = 200): Promise<T> {
  const answer = await app.inject({ url });
  assert.equal(answer.statusCode, status, answer.body);
  return answer.json() as T;
}

async function post<T>(url: string, payload: object, status = 200): Promise<T> {
  const answer = await app.inject({ method: 'POST', url, payload });
  assert.equal(answer.statusCode, status, answer.body);
  return answer.json() as T;
}

async function auditOf(version: string): Promise<AuditInfo> {
  return (await get<{ audit: AuditInfo }>(`${version}/audit`)).audit;
}

async function ended({ id }: TaskInfo): Promise<TaskInfo> {
  return until('the end of the task', async () => {
    const task = await get<TaskInfo>(`/v1/tasks/${id}`);
    return task.state !== 'running' && task;
  });
}

test('what there is: data sets, versions, images by what is known of them', async () => {
  const { datasets } = await get<{ datasets: Record<string, unknown>[] }>('/v1/datasets');
  assert.deepEqual(
    datasets.map(({ name, version, samples, leftOut, stamps }) => [name, version, samples, leftOut, stamps]),
    [['lesions', 1, 18, 2, ['leaky']]],
  );
  const version = await get<DatasetVersion>(V1);
  assert.deepEqual([version.images, version.samples, version.excluded], [20, 18, { labelConflict: 2 }]);
  assert.deepEqual(version.columns, [{ name: 'sex', values: ['f', 'm'] }]);
  const find = (body: object) => post<SamplesPage>(`${V1}/samples`, body);
  assert.equal((await find({})).total, 20);
  const women = await find({ splits: ['test'], labels: ['benign'], column: { name: 'sex', value: 'f' } });
  assert.deepEqual(
    women.samples.map(({ id }) => id),
    ['test/benign/1.png'],
  );
  const out = await find({ state: 'leftOut' });
  assert.deepEqual(
    out.samples.map(({ excluded, label }) => [excluded, label]),
    [
      ['labelConflict', 'benign'],
      ['labelConflict', 'malignant'],
    ],
  );
  assert.equal((await find({ group: 'P-train-benign-0' })).total, 2);
  assert.deepEqual((await find({ text: 'MALIGNANT/0', limit: 1 })).total, 2);
  // The second page goes on where the first ended; mixed is another order of the same.
  const [all, mixed] = [await find({ limit: 20 }), await find({ order: 'mixed', limit: 20 })];
  assert.deepEqual((await find({ offset: 5, limit: 3 })).samples, all.samples.slice(5, 8));
  assert.notDeepEqual(mixed.samples, all.samples);
  assert.deepEqual(
    mixed.samples.map(({ number }) => number).sort((a, b) => a - b),
    all.samples.map(({ number }) => number),
  );
  await post(`${V1}/samples`, { column: { name: 'sex', value: 'x' } }, 400);
  await get('/v1/datasets/lesions/versions/9', 404);
  await get('/v1/datasets/nothing/versions', 404);
});

test('a data set that can not be read hides no other', async () => {
  const broken = join(store.home, 'datasets', 'broken', '1');
  mkdirSync(broken, { recursive: true });
  writeFileSync(join(broken, 'dataset.json'), '{');
  const { datasets, damaged } = await get<DatasetList>('/v1/datasets');
  assert.deepEqual([datasets.map(({ name }) => name), damaged], [['lesions'], ['broken']]);
  rmSync(join(store.home, 'datasets', 'broken'), { recursive: true });
});

test('pictures come small, by number, and only as they were imported', async () => {
  const url = `${V1}/images/3?side=160`;
  const first = await app.inject({ url });
  assert.equal(first.statusCode, 200, first.body);
  assert.deepEqual([first.headers['content-type'], first.headers['x-content-type-options']], ['image/webp', 'nosniff']);
  assert.match(String(first.headers['cache-control']), /^private/);
  const { width, format } = await sharp(first.rawPayload).metadata();
  assert.deepEqual([width, format], [8, 'webp']);
  const again = await app.inject({ url, headers: { 'if-none-match': String(first.headers.etag) } });
  assert.deepEqual([again.statusCode, again.body], [304, '']);
  for (const wrong of ['0', '21', '-1', '..%2f..%2fosler.db', '1e9', 'a']) {
    const answer = await app.inject({ url: `${V1}/images/${wrong}` });
    assert.ok([400, 404].includes(answer.statusCode), `${wrong}: ${answer.statusCode}`);
  }
  for (const name of ['..', '%2e%2e', '..%2f..', 'lesions%2f..', '.importing']) {
    const answer = await app.inject({ url: `/v1/datasets/${name}/versions/1/images/1` });
    assert.ok([400, 404].includes(answer.statusCode), `${name}: ${answer.statusCode}`);
  }
  assert.equal((await app.inject({ url: `${V1}/images/3?side=4000` })).statusCode, 400);
  // Another picture in the file's place is not shown, and the answer names no file.
  const open = await openDataset(store.home, 'lesions@1');
  const sample = open.samples().find(({ id }) => id === 'train/benign/5.png')!;
  const { samples } = await post<SamplesPage>(`${V1}/samples`, { text: 'train/benign/5' });
  writeFileSync(open.path(sample), 'another');
  const altered = await app.inject({ url: `${V1}/images/${samples[0]!.number}` });
  assert.equal(altered.statusCode, 400);
  assert.equal(altered.json().error.code, 'DATA_INVALID');
  assert.ok(!altered.body.includes('benign') && !altered.body.includes(folder), altered.body);
  assert.equal(altered.headers['cache-control'], 'no-store');
});

test('an audit shows its findings with the images side by side', async () => {
  const audit = await auditOf(V1);
  const level = Object.fromEntries(audit.findings.map((finding) => [finding.check, [finding.level, finding.sets]]));
  assert.deepEqual(level.leaks, ['problem', 2]);
  assert.deepEqual(level.labelConflicts, ['warning', 1]);
  const { sets } = await get<SetsPage>(`${V1}/audit/sets?check=leaks`);
  assert.match(sets[0]!.title, /One patient or lesion on both sides \(P-train-benign-0\): train and test/);
  assert.deepEqual(
    sets[0]!.members.map(({ split }) => split),
    ['train', 'test'],
  );
  const conflicts = await get<SetsPage>(`${V1}/audit/sets?check=labelConflicts`);
  assert.deepEqual(
    conflicts.sets[0]!.members.map(({ label }) => label),
    ['benign', 'malignant'],
  );
});

test('somebody decides which label is right: the next version holds it, and so does the next import', async () => {
  const { sets } = await get<SetsPage>(`${V1}/audit/sets?check=labelConflicts`);
  const [a, b] = sets[0]!.members.map(({ number }) => number);
  const both = (label: string) => [a!, b!].map((number) => ({ number, label, out: false }));
  await post(`${V1}/amend`, { reason: '', decisions: both('malignant') }, 400);
  // Two labels for one picture are refused, and no version is made.
  const torn = await ended(
    await post<TaskInfo>(
      `${V1}/amend`,
      {
        reason: 'x',
        decisions: [
          { number: a!, out: false },
          { number: b!, out: false },
        ],
      },
      202,
    ),
  );
  assert.deepEqual([torn.state, torn.error?.code], ['failed', 'USAGE']);
  const done = await ended(
    await post<TaskInfo>(`${V1}/amend`, { reason: 'seen under the microscope', decisions: both('malignant') }, 202),
  );
  assert.equal(done.state, 'done', JSON.stringify(done.error));
  assert.deepEqual(
    [(done.result as { version: number }).version, (done.result as { unchanged: boolean }).unchanged],
    [2, false],
  );
  const version = await get<DatasetVersion>('/v1/datasets/lesions/versions/2');
  assert.deepEqual([version.samples, version.excluded], [20, {}]);
  const changes = await get<DifferencePage>('/v1/datasets/lesions/versions/2/difference?from=1');
  assert.deepEqual(changes.counts, { relabelled: 1, broughtBack: 2 });
  const [relabelled] = (await get<DifferencePage>('/v1/datasets/lesions/versions/2/difference?from=1&kind=relabelled'))
    .changes;
  assert.deepEqual([relabelled!.before!.label, relabelled!.after!.label], ['benign', 'malignant']);
  const [event] = (await store.trail.read({})).filter(({ what }) => what === 'dataset.amend').slice(-1);
  assert.deepEqual([event!.subject, event!.why], ['dataset lesions@1', 'seen under the microscope']);
  assert.ok(!event!.after!.includes('same.png'), 'the trail names no file');
  const root = join(folder, 'source');
  const options = { name: 'lesions', metadata: join(root, 'meta.csv'), id: 'image', group: 'patient', noNear: true };
  const again = await importDataset(root, options, { home: store.home });
  assert.deepEqual([again.unchanged, again.version], [true, 2]);
});

test('a split that leaks is accepted in writing, or mended as the next version', async () => {
  await post(`${V1}/accept`, { reason: ' ' }, 400);
  const accepted = await ended(await post<TaskInfo>(`${V1}/accept`, { reason: 'published split' }, 202));
  assert.equal(accepted.state, 'done', JSON.stringify(accepted.error));
  const version = await get<DatasetVersion>(V1);
  assert.equal(version.accepted?.reason, 'published split');
  const { findings } = await auditOf(V1);
  assert.match(findings[0]!.byDefault, /Training uses it: accepted by .* \("published split"\)/);
  const [event] = (await store.trail.read({ subject: 'dataset lesions@1' })).filter(
    ({ what }) => what === 'dataset.accept',
  );
  assert.equal(event!.why, 'published split');

  const mended = await ended(await post<TaskInfo>('/v1/datasets/lesions/versions/2/mend', {}, 202));
  assert.equal(mended.state, 'done', JSON.stringify(mended.error));
  const { version: made, moved } = mended.result as { version: number; moved: number };
  assert.deepEqual([made, moved], [3, 2]);
  assert.deepEqual((await get<DatasetVersion>(`/v1/datasets/lesions/versions/${made}`)).stamps, []);
  const { counts } = await get<DifferencePage>(`/v1/datasets/lesions/versions/${made}/difference?from=2`);
  assert.deepEqual(counts, { moved: 2 });
  const nothing = await ended(await post<TaskInfo>(`/v1/datasets/lesions/versions/${made}/mend`, {}, 202));
  assert.deepEqual([nothing.state, nothing.error?.code], ['failed', 'USAGE']);
  // Folds are versions too.
  const split = await ended(
    await post<TaskInfo>(`/v1/datasets/lesions/versions/${made}/split`, { fold: { folds: 3, fold: 0 } }, 202),
  );
  assert.equal((split.result as { version: number }).version, 4);
  assert.match((await get<DatasetVersion>('/v1/datasets/lesions/versions/4')).rule, /fold 0 of 3 is val/);
});

test('what a server was at when it ended is told by the next, and can be begun again', async () => {
  const begun = await post<TaskInfo>(`${V1}/audit`, { shortcut: true }, 202);
  await app.close();
  app = await buildHouse({ store, version: '0' });
  const cut = await get<TaskInfo>(`/v1/tasks/${begun.id}`);
  assert.deepEqual([cut.state, cut.error?.code, cut.who], ['interrupted', 'INTERRUPTED', begun.who]);
  // A server that was killed wrote nothing: its process is not there any more.
  const killed = { ...(await store.tasks.get(begun.id)), id: randomUUID(), state: 'running' as const, endedAt: null };
  const child = spawn('true');
  const worker = ownIdentity(child.pid!);
  await once(child, 'exit');
  await store.tasks.create({ ...killed, worker, error: null });
  const [newest] = (await get<{ tasks: TaskInfo[] }>('/v1/tasks?subject=dataset%20lesions@1')).tasks.filter(
    ({ id }) => id === killed.id,
  );
  assert.deepEqual([newest!.state, newest!.error?.code], ['interrupted', 'INTERRUPTED']);
  const again = await ended(await post<TaskInfo>(`/v1/tasks/${begun.id}/again`, {}, 202));
  assert.deepEqual([again.state, again.what], ['done', 'dataset.audit'], JSON.stringify(again.error));
  await post(`/v1/tasks/${again.id}/again`, {}, 400);
  assert.ok(!JSON.stringify(again).includes('.png'), 'what is to be done may name files');
});

test('decisions that another began are those of who begins them again, and the trail is told', async () => {
  const [version] = (await get<{ datasets: { version: number }[] }>('/v1/datasets')).datasets.map((one) => one.version);
  const ref = `lesions@${version}`;
  const id = 'train/benign/2.png';
  const { samples } = await post<SamplesPage>(`/v1/datasets/lesions/versions/${version}/samples`, { text: id });
  const decisions = [{ id, number: samples[0]!.number, out: true }];
  const cut = {
    ...{
      id: randomUUID(),
      what: 'dataset.amend',
      subject: `dataset ${ref}`,
      who: 'anna',
      state: 'interrupted' as const,
    },
    ...{ startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:01.000Z', worker: 'w', result: null },
    work: { kind: 'amend', ref, decisions, said: { by: 'anna', reason: 'blurred' } },
    error: { code: 'INTERRUPTED', message: 'The server ended.' },
  };
  await store.tasks.create(cut);
  const again = await ended(await post<TaskInfo>(`/v1/tasks/${cut.id}/again`, {}, 202));
  assert.equal(again.state, 'done', JSON.stringify(again.error));
  assert.notEqual(again.who, 'anna');
  const made = (again.result as { version: number }).version;
  const written = (await readAmendments(store.home, { name: 'lesions', version: made })).get(id);
  assert.deepEqual([written?.by, written?.reason], [again.who, 'blurred']);
  const [event] = await store.trail.read({ subject: cut.subject });
  assert.deepEqual([event?.what, event?.who, event?.why], ['dataset.amend', again.who, 'blurred']);
  assert.ok(!event!.after!.includes('.png'), 'the trail names no file');
});

test('work is done one after the other, and can be stopped', async () => {
  const first = await post<TaskInfo>(`${V1}/audit`, { shortcut: true }, 202);
  await post(`${V1}/audit`, {}, 409);
  const answer = await app.inject({ method: 'DELETE', url: `/v1/tasks/${first.id}` });
  assert.ok(['stopped', 'done'].includes(answer.json().state), answer.body);
  assert.equal((await ended(await post<TaskInfo>(`${V1}/audit`, {}, 202))).state, 'done');
  const { tasks } = await get<{ tasks: TaskInfo[] }>('/v1/tasks?subject=dataset%20lesions@1');
  assert.equal(tasks[0]!.what, 'dataset.audit');
  await get('/v1/tasks/00000000-0000-4000-8000-000000000000', 404);
});
