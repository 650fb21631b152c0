/** A split that leaks, as a person meets it: told at import, refused by training, accepted with a reason or mended. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { classes, lay, withFolder } from '../src/data/testing.ts';
import { osler, oslerJson } from './command.ts';

interface Document {
  version: number;
  stamps: string[];
  leaks: { kind: string; a: string; b: string }[];
  page: string;
  [key: string]: unknown;
}

test('a split that leaks is told at import, refused by training, accepted with a reason, mended by --fix', () =>
  withFolder(async (folder, home) => {
    const source = await lay(join(folder, 'src'), {
      ...classes('train/', ['a', 'b'], 12),
      ...classes('val/', ['a', 'b'], 4, 200),
      ...classes('test/', ['a', 'b'], 4, 100),
      'test/b/copy.png': 13,
    });
    const imported = await osler(home, ['data', 'import', source, '--name', 'd']);
    assert.equal(imported.code, 0, imported.stderr);
    assert.match(imported.stdout, /stamped leaky/);
    assert.match(imported.stdout, /1 set of exact copies is on both sides of the split: 1 of 9 test/);
    assert.match(imported.stdout, /Training refuses this version/);

    const [refused, audit] = await Promise.all([
      osler(home, ['train', 'demo', 'dataset=d', 'evaluation.positive=[b]', '--json']),
      oslerJson<Document>(home, ['data', 'audit', 'd', '--no-shortcut']),
    ]);
    assert.equal(refused.code, 2);
    const { error } = JSON.parse(refused.stdout);
    assert.equal(error.code, 'LEAKY_SPLIT');
    assert.match(error.hint, /--fix.*--accept-leaks/);
    for (const key of [
      'samples',
      'unreadable',
      'exactDuplicates',
      'nearDuplicates',
      'labelConflicts',
      'leaks',
      'shortcut',
    ])
      assert.ok(key in audit, key);
    assert.deepEqual(
      audit.leaks.map(({ kind, a, b }) => [kind, a, b]),
      [['exact', 'train/b/1.png', 'test/b/copy.png']],
    );
    assert.ok(existsSync(audit.page));

    const empty = await osler(home, ['data', 'audit', 'd', '--accept-leaks', ' ']);
    assert.deepEqual([empty.code, existsSync(join(home, 'datasets/d/1/accepted.json'))], [2, false]);
    await oslerJson(home, ['data', 'audit', 'd', '--no-shortcut', '--accept-leaks', 'published split']);
    assert.equal(JSON.parse(readFileSync(join(home, 'datasets/d/1/accepted.json'), 'utf8')).reason, 'published split');

    const mended = await oslerJson<Document & { moved: unknown }>(home, [
      'data',
      'audit',
      'd',
      '--no-shortcut',
      '--fix',
    ]);
    assert.deepEqual(mended.moved, [{ id: 'test/b/copy.png', label: 'b', from: 'test', to: 'train' }]);
    assert.deepEqual([mended.stamps, mended.leaks], [[], []]);
    const nothing = await osler(home, ['data', 'audit', 'd', '--fix']);
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /d@2 does not leak/);
  }));
