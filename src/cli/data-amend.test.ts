import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { osler, oslerJson } from '../../test/command.ts';
import { importDataset } from '../data/import.ts';
import { classes, lay, withFolder } from '../data/testing.ts';

test('corrected labels make the next version; only rows that say something else count, and what is wrong is named', () =>
  withFolder(async (folder, home) => {
    const files = { ...classes('', ['a', 'b'], 8), 'a/same.png': 99, 'b/same.png': 99 };
    await importDataset(await lay(join(folder, 'src'), files), { name: 'd' }, { home });
    const table = join(folder, 'labels.csv');
    const amend = (rows: string[], reason = 'read again') => {
      writeFileSync(table, ['id,label,out', ...rows].join('\n'));
      return ['data', 'amend', 'd', table, '--reason', reason];
    };
    const rows = ['a/0.png,a,no', 'a/1.png,b,', 'b/2.png,b,yes', 'a/same.png,b,no', 'b/same.png,b,no'];
    const made = await oslerJson<{ version: number; samples: number; excluded: object }>(home, amend(rows));
    assert.deepEqual([made.version, made.samples, made.excluded], [2, 17, { person: 1 }]);
    const kept = JSON.parse(readFileSync(join(home, 'datasets/d/2/amended.json'), 'utf8')) as { id: string }[];
    assert.deepEqual(kept.map(({ id }) => id).sort(), ['a/1.png', 'a/same.png', 'b/2.png', 'b/same.png']);
    const [nothing, unknown, flag] = await Promise.all([
      osler(home, ['data', 'amend', 'd', table, '--reason', 'again']),
      osler(home, ['data', 'amend', 'd@1', join(folder, 'none.csv'), '--reason', 'x']),
      osler(home, ['data', 'amend', 'd@1', table, '--reason', '  ']),
    ]);
    assert.deepEqual([nothing.code, unknown.code, flag.code], [2, 2, 2]);
    assert.match(nothing.stderr, /says nothing else than d@2 does/);
    const wrong = await osler(home, amend(['a/0.png,a,perhaps']));
    assert.match(wrong.stderr, /row 2: out is "perhaps", neither yes nor no/);
  }));
