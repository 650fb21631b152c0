import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Thread } from '../../threads/thread.ts';
import { tinyBundle } from '../testing.ts';
import type { Ask, Told } from './messages.ts';

test('a model that is put away while its second session is measured is closed after that', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'osler-widen-'));
  const thread = new Thread<Ask, Told>(new URL('./worker.ts', import.meta.url), 'compute');
  t.after(async () => {
    await thread.close();
    rmSync(home, { recursive: true, force: true });
  });
  const { manifest, read } = await tinyBundle(home);
  const graph = await read('model.onnx');
  const model = { graph, spec: manifest.preprocess, manifest };
  // From its opening to its last measurement.
  for (const [id, ms] of [0, 1, 2, 4, 8].entries()) {
    await thread.ask({ kind: 'load', id, model, threads: 1 });
    const order: string[] = [];
    const widened = thread.ask({ kind: 'widen', id, graph, threads: 2 }).finally(() => order.push('widened'));
    await sleep(ms);
    const unloaded = thread.ask({ kind: 'unload', id }).finally(() => order.push('unloaded'));
    await Promise.all([widened, unloaded]);
    assert.deepEqual(order, ['widened', 'unloaded']);
  }
  assert.equal(await thread.ask({ kind: 'widen', id: 0, graph, threads: 2 }), null, 'there is none of it any more');
});
