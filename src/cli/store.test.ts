import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { osler } from '../../test/command.ts';
import { runDir } from '../store/paths.ts';
import { openStore } from '../store/store.ts';
import { exampleRun } from '../store/testing.ts';

test('a check that finds damage ends with 1 and one document, which names it', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'osler-check-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  {
    await using store = await openStore(home);
    const { id } = await store.runs.create(exampleRun());
    await store.tracked.start({ experimentId: 0, name: 'from elsewhere', startedAt: 1 });
    await rm(runDir(home, id), { recursive: true });
  }
  const { code, stdout, stderr } = await osler(home, ['store', 'check', '--json']);
  assert.equal(code, 1);
  const { runs, problems } = JSON.parse(stdout) as { runs: number; problems: string[] };
  assert.equal(runs, 2);
  assert.match(problems.join('\n'), /run\.json/);
  assert.match(stderr, /wrong with the store/);
});
