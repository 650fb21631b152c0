import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseLog } from '../log.ts';
import { JsonlLog } from './jsonl-log.ts';
import { FakeFit } from './testing.ts';

test('a resumed run cuts the log where its checkpoint was and writes on', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-log-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'log.jsonl');
  const fit = new FakeFit();
  const first = new JsonlLog(path);
  first.onStep(fit, fit.next());
  first.onStep(fit, fit.next());
  const state = first.state();
  first.onStep(fit, fit.next());
  first.close();
  writeFileSync(path, '{"type":"st', { flag: 'a' });

  const second = new JsonlLog(path);
  second.loadState(JSON.parse(JSON.stringify(state)));
  fit.step = 2;
  second.onStep(fit, fit.next({ loss: 0.5 }));
  second.onEpochEnd(fit, fit.end({ auroc: 0.9 }));
  second.close();
  const lines = parseLog(readFileSync(path, 'utf8'));
  assert.deepEqual(
    lines.map((line) => [line.type, line.step, line.loss]),
    [
      ['step', 1, 1],
      ['step', 2, 1],
      ['step', 3, 0.5],
      ['epoch', 3, 1],
    ],
  );

  writeFileSync(path, 'short');
  const third = new JsonlLog(path);
  assert.throws(() => third.loadState(state), /holds 5 bytes/);
  third.reset();
  third.close();
  assert.equal(readFileSync(path, 'utf8'), '');
});
