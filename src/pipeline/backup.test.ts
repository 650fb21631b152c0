import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { openDataset } from '../data/dataset.ts';
import { classes, importAs, lay, withFolder } from '../data/testing.ts';
import { OslerError } from '../errors.ts';
import { artifactsDir, runDir, runFile } from '../store/paths.ts';
import type { RunRecord } from '../store/run.ts';
import { openStore, type Store } from '../store/store.ts';
import { exampleRun } from '../store/testing.ts';
import { backUp, restore } from './backup.ts';
import { collectGarbage } from './collect-garbage.ts';

const rejects = (promise: Promise<unknown>, code: string, text: RegExp) =>
  assert.rejects(promise, (error) => error instanceof OslerError && error.code === code && text.test(error.message));

/** A store with a dataset and a run that has metrics and a file. */
async function fill(home: string, folder: string): Promise<{ store: Store; run: RunRecord }> {
  await importAs(home, await lay(join(folder, 'src'), classes('', ['a', 'b'], 6)));
  const store = await openStore(home);
  const run = await store.runs.create(exampleRun({ status: 'finished' }));
  await store.metrics.append(run.id, [{ key: 'loss', step: 1, epoch: 0, value: Number.NaN, time: 1 }]);
  await writeFile(join(runDir(home, run.id), 'curves.svg'), 'abc');
  await mkdir(join(home, 'cache'), { recursive: true });
  await writeFile(join(home, 'cache', 'large'), 'can be made again');
  return { store, run };
}

test('a backup restores datasets, runs and metrics; another into the same folder copies only what is new', () =>
  withFolder(async (folder, home) => {
    const { store, run } = await fill(home, folder);
    const backup = join(folder, 'backup');
    const first = await backUp(store, backup, '0.0.0', {});
    assert.equal(first.reused, 0);
    await writeFile(join(runDir(home, run.id), 'report.html'), 'new');
    const second = await backUp(store, backup, '0.0.0', {});
    assert.deepEqual([second.files, second.reused], [first.files + 1, first.files]);
    await rm(join(runDir(home, run.id), 'report.html'));
    await backUp(store, backup, '0.0.0', {});
    assert.ok(!(await readdir(join(backup, 'files', 'runs', run.id))).includes('report.html'));
    await store.close();

    const other = join(folder, 'other');
    await using copy = await openStore(other);
    await restore(copy, backup, {});
    assert.deepEqual(await copy.runs.get('latest'), run);
    assert.ok(Number.isNaN((await copy.metrics.read(run.id))[0]!.value));
    const dataset = await openDataset(other, 'd');
    for (const sample of dataset.samples()) assert.ok((await readFile(dataset.path(sample))).length > 0);
    assert.deepEqual(
      (await readdir(other)).filter((name) => name.startsWith('.') || name === 'cache'),
      [],
    );
    await rejects(restore(copy, backup, {}), 'ALREADY_EXISTS', /not empty/);
  }));

test('a file with two names is copied and restored as one; links of a run survive', () =>
  withFolder(async (folder, home) => {
    const { store, run } = await fill(home, folder);
    const last = join(runDir(home, run.id), 'checkpoints', 'step-1');
    await mkdir(last, { recursive: true });
    await writeFile(join(last, 'model.safetensors'), 'weights');
    await symlink('step-1', join(dirname(last), 'best'));
    const path = 'checkpoints/best/model.safetensors';
    const { sha256 } = await store.artifacts.add(run.id, { path, kind: 'checkpoint' });
    const first = await backUp(store, join(folder, 'backup'), '0.0.0', {});
    const second = await backUp(store, join(folder, 'backup'), '0.0.0', {});
    assert.deepEqual([second.bytes, second.reused], [first.bytes, first.files]);
    await store.close();
    const other = join(folder, 'other');
    await using copy = await openStore(other);
    await restore(copy, join(folder, 'backup'), {});
    const [restored, kept] = [
      await stat(join(runDir(other, run.id), path)),
      await stat(join(artifactsDir(other), sha256.slice(0, 2), sha256)),
    ];
    assert.deepEqual([restored.ino, restored.nlink], [kept.ino, 2]);
    assert.equal(await text((await copy.artifacts.read(run.id, path)).body), 'weights');
  }));

test('a damaged backup restores nothing and names the file', () =>
  withFolder(async (folder, home) => {
    const { store, run } = await fill(home, folder);
    const backup = join(folder, 'backup');
    await backUp(store, backup, '0.0.0', {});
    await store.close();
    await using copy = await openStore(join(folder, 'other'));
    const file = join(backup, 'files', 'runs', run.id, 'curves.svg');
    await writeFile(file, 'abd');
    await rejects(restore(copy, backup, {}), 'DATA_INVALID', /curves\.svg is not what was backed up/);
    await rm(file);
    await rejects(restore(copy, backup, {}), 'DATA_INVALID', /curves\.svg is missing/);
    await writeFile(file, 'abc');
    const head = join(backup, 'backup.json');
    const before = await readFile(head, 'utf8');
    await writeFile(head, before.replace(/"path":"[^"]*"/, '"path":"runs/../../escaped"'));
    await rejects(restore(copy, backup, {}), 'DATA_INVALID', /not a path inside a store/);
    assert.deepEqual(
      (await readdir(join(folder, 'other'))).filter((name) => !name.startsWith('osler.db')),
      [],
    );
    await rejects(backUp(copy, join(folder, 'src'), '0.0.0', {}), 'NOT_FOUND', /holds no backup/);
  }));

test('garbage: deleted runs and images that no dataset names, nothing else, and nothing young', () =>
  withFolder(async (folder, home) => {
    const { store, run } = await fill(home, folder);
    const kept = await store.runs.create(exampleRun({ status: 'finished' }));
    await rm(join(home, 'datasets'), { recursive: true });
    await importAs(home, await lay(join(folder, 'src2'), classes('', ['a', 'b'], 3)));
    await store.artifacts.add(run.id, { path: 'curves.svg', kind: 'plot' });
    await store.runs.delete(run.id);
    const soon = await collectGarbage(store, { dryRun: true });
    assert.deepEqual([soon.objects.files, soon.runs.files], [0, 2]);
    const later = Date.now() + 2 * 60 * 60 * 1000;
    const counted = await collectGarbage(store, { dryRun: true, now: later });
    assert.equal(counted.objects.files, 6);
    // The file of the run that is an artifact as well is counted once.
    const bare = (await stat(runFile(home, run.id))).size;
    assert.deepEqual([counted.runs.bytes, counted.artifacts.files, counted.artifacts.bytes], [bare, 1, 3]);
    assert.equal((await store.runs.list({ deleted: true })).length, 1);
    assert.deepEqual(await collectGarbage(store, { dryRun: false, now: later }), counted);
    assert.deepEqual(await readdir(join(home, 'runs')), [kept.id]);
    assert.deepEqual(await store.runs.list({ deleted: true }), []);
    const dataset = await openDataset(home, 'd');
    for (const sample of dataset.samples()) assert.ok((await readFile(dataset.path(sample))).length > 0);
    await store.close();
  }));
