import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Scratch } from './scratch.ts';

test('a list comes back sorted by bytes, equal keys in the order of adding, and in runs', () => {
  using scratch = new Scratch(':memory:');
  const list = scratch.list();
  for (const [key, value] of [
    ['b', '1'],
    ['ä', '2'],
    ['a', '3'],
    ['b', '4'],
    ['B', '5'],
  ] as const)
    list.add(key, value);
  assert.deepEqual(
    [...list.sorted()].map(([, v]) => v),
    ['5', '3', '1', '4', '2'],
  );
  assert.deepEqual(
    [...list.runs()].map(([k, v]) => [k, v.join('')]),
    [
      ['B', '5'],
      ['a', '3'],
      ['b', '14'],
      ['ä', '2'],
    ],
  );
  assert.equal(list.size, 5);
});

test('a map in a durable file is there again; writing while another table is read is safe', () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-scratch-'));
  try {
    const path = join(folder, 'deep', 'cache.db');
    {
      using scratch = new Scratch(path, { durable: true });
      const map = scratch.map('probe');
      for (let i = 0; i < 2_000; i++) map.set(String(i), `v${i}`);
      map.set('7', 'new');
      const list = scratch.list();
      for (const [key] of map.entries()) list.add(key, '');
      assert.equal(list.size, 2_000);
    }
    using scratch = new Scratch(path, { durable: true });
    using other = new Scratch(path, { durable: true });
    const [here, there] = [scratch.map('both'), other.map('both')];
    here.set('k', 'here');
    assert.equal(here.get('k'), 'here');
    // What waits to be written locks nobody out.
    there.set('k', 'there');
    other.commit();
    assert.equal(there.get('k'), 'there');
    scratch.commit();
    assert.deepEqual([...there.entries()], [['k', 'here']]);
    assert.equal(scratch.map('probe').get('7'), 'new');
    assert.equal(scratch.map('probe').get('1999'), 'v1999');
    assert.equal(scratch.map('probe').get('none'), undefined);
    assert.throws(() => scratch.map('x; drop'), TypeError);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a full disk is told as such, once; a cache that lacks its last entries fails nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-scratch-'));
  const value = 'v'.repeat(10_000);
  const full = { errcode: 13 };
  const fill = (scratch: Scratch): DatabaseSync => {
    const db: DatabaseSync = Reflect.get(scratch, 'db');
    db.exec('PRAGMA max_page_count = 10');
    return db;
  };
  try {
    for (const durable of [true, false]) {
      let db: DatabaseSync | undefined;
      const write = (): void => {
        using scratch = new Scratch(join(folder, `${durable}.db`), { durable });
        const map = scratch.map('probe');
        db = fill(scratch);
        for (let i = 0; i < 200; i++) map.set(String(i), value);
      };
      assert.throws(write, full);
      assert.ok(db?.isOpen === false);
    }
    let db: DatabaseSync | undefined;
    {
      using scratch = new Scratch(join(folder, 'last.db'), { durable: true });
      const map = scratch.map('probe');
      db = fill(scratch);
      for (let i = 0; i < 20; i++) map.set(String(i), value);
      assert.throws(() => scratch.commit(), full);
      assert.equal(map.get('19'), value);
    }
    assert.ok(!db.isOpen);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
