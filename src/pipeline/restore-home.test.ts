import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { withFolder } from '../data/testing.ts';
import { restoreHome } from './restore-home.ts';

test('a restore that fails leaves nothing behind, and what was there before stays', () =>
  withFolder(async (folder) => {
    const backup = join(folder, 'backup');
    const home = join(folder, 'home');
    await assert.rejects(restoreHome(home, undefined, backup, {}), { code: 'NOT_FOUND' });
    assert.ok(!existsSync(home));
    await mkdir(backup);
    await writeFile(join(backup, 'backup.json'), '{}');
    await mkdir(home);
    await writeFile(join(home, 'mine'), '');
    await assert.rejects(restoreHome(home, undefined, backup, {}), { code: 'DATA_INVALID' });
    assert.deepEqual(await readdir(home), ['mine']);
  }));
