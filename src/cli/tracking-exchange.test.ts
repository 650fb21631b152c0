import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { osler, oslerJson } from '../../test/command.ts';
import { openStore } from '../store/store.ts';

let home: string;
let id: string;
before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-taken-'));
  await using store = await openStore(home);
  ({ id } = await store.tracked.start({ experimentId: 0, name: 'from python', startedAt: 1_000 }));
  const metrics = ['val.auroc', 'val.auroc/benign'].map((key) => ({ key, value: 0.5, step: 1, timestamp: 1 }));
  await store.logs.write(id, { metrics });
});
after(() => rmSync(home, { recursive: true, force: true }));

test('a run of any program goes by its name, with names that no folder holds at once, and comes back', async () => {
  const out = join(home, 'mlruns');
  const { moved } = await oslerJson<{ moved: object[] }>(home, [
    'tracking',
    'export',
    out,
    'from python',
    '--to',
    'mlflow',
  ]);
  assert.deepEqual(moved, [
    {
      run: id,
      name: 'from python',
      params: 0,
      tags: 1,
      metrics: 2,
      artifacts: 0,
      renamed: { 'val.auroc.benign': 'val.auroc/benign' },
      leftOut: [],
    },
  ]);
  assert.ok(existsSync(join(out, '0', id, 'metrics', 'val.auroc.benign')));
  const other = join(home, 'other');
  await oslerJson(other, ['tracking', 'import', out]);
  const { metrics } = await oslerJson<{ metrics: { key: string }[] }>(other, ['runs', 'show', id]);
  assert.deepEqual(
    metrics.map(({ key }) => key),
    ['val.auroc', 'val.auroc/benign'],
  );
});

test('an import that finds nothing is told, and ends with 2', async () => {
  const empty = join(home, 'none');
  mkdirSync(join(empty, '0', id, 'metrics'), { recursive: true });
  writeFileSync(join(empty, '0', 'meta.yaml'), 'name: Default\n');
  const { code, stderr } = await osler(home, ['tracking', 'import', empty]);
  assert.equal(code, 2);
  assert.match(stderr, /No run was found in .*none\./);
});

test('of runs that can not be moved there is one document, and the end is 2', async () => {
  const out = join(home, 'deleted');
  await oslerJson(home, ['tracking', 'export', out, id.slice(0, 8), '--to', 'mlflow']);
  await oslerJson(home, ['runs', 'delete', id]);
  const { code, stdout } = await osler(home, ['tracking', 'import', out, '--json']);
  const { failed } = JSON.parse(stdout) as { failed: { run: string; problem: string }[] };
  assert.equal(code, 2);
  assert.equal(failed[0]!.run, id);
  assert.match(failed[0]!.problem, /already, deleted/);
});
