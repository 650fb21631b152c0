/** `osler data` as a person uses it: the contract of its output, its exit codes, and a kill in the middle. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { classes, lay, withFolder } from '../src/data/testing.ts';
import { finished, osler, oslerJson, start } from './command.ts';

interface Imported {
  name: string;
  version: number;
  samples: number;
  classes: string[];
  splits: Record<string, Record<string, number>>;
  unreadable: { id: string; reason: string }[];
}

test('data import, show, list and split: one JSON document each, and exit code 2 for wrong input', () =>
  withFolder(async (folder, home) => {
    const source = await lay(join(folder, 'src'), {
      ...classes('', ['benign', 'malignant'], 20),
      'benign/bad.png': 'x',
    });
    const imported = await oslerJson<Imported>(home, ['data', 'import', source, '--name', 'd', '--split', '60/20/20']);
    assert.deepEqual([imported.name, imported.version, imported.samples], ['d', 1, 40]);
    assert.deepEqual(imported.splits.test, { benign: 4, malignant: 4 });
    assert.deepEqual(
      imported.unreadable.map((u) => u.id),
      ['benign/bad.png'],
    );
    const [shown, listed, split, wrong] = await Promise.all([
      oslerJson<Imported & { groups: number; sizes: { width: { max: number } } }>(home, ['data', 'show', 'd']),
      oslerJson<Imported[]>(home, ['data', 'list']),
      oslerJson<Imported>(home, ['data', 'split', 'd', '--folds', '4', '--fold', '1']),
      osler(home, ['data', 'import', source, '--name', 'e', '--split', '60/20', '--json']),
    ]);
    assert.deepEqual([shown.samples, shown.groups, shown.sizes.width.max], [40, 0, 8]);
    assert.deepEqual(
      listed.map((d) => d.name),
      ['d'],
    );
    assert.deepEqual([split.version, split.splits.test], [2, imported.splits.test]);
    assert.equal(wrong.code, 2);
    assert.match(JSON.parse(wrong.stdout).error.message, /"60\/20" is not a split/);
  }));

test('an import that is killed leaves the store as it was; the next one does the rest', () =>
  withFolder(async (folder, home) => {
    const source = await lay(join(folder, 'src'), classes('', ['a', 'b'], 400));
    const child = start(home, ['data', 'import', source, '--name', 'd']);
    child.stdin!.end();
    child.stderr!.once('data', () => child.kill('SIGKILL'));
    assert.equal((await finished(child)).code, null);
    assert.equal((await oslerJson<unknown[]>(home, ['data', 'list'])).length, 0);
    assert.equal(readdirSync(join(home, 'datasets/d')).length, 1);
    const imported = await oslerJson<Imported>(home, ['data', 'import', source, '--name', 'd']);
    assert.deepEqual([imported.version, imported.samples], [1, 800]);
    assert.deepEqual(readdirSync(join(home, 'datasets/d')), ['1']);
    assert.deepEqual(readdirSync(join(home, 'objects/.tmp')), []);
  }));
