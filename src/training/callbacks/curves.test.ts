import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Curves } from './curves.ts';
import { FakeFit } from './testing.ts';

test('drawn from the log, not more often than every ten seconds', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-curves-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = { log: join(folder, 'log.jsonl'), svg: join(folder, 'curves.svg') };
  const fit = new FakeFit();
  writeFileSync(files.log, `${JSON.stringify(fit.next())}\n${JSON.stringify(fit.end({ auroc: 0.7 }))}\n`);
  let now = 0;
  const curves = new Curves(files, 'a run', () => now);
  curves.onEpochEnd(fit);
  assert.match(readFileSync(files.svg, 'utf8'), />auroc</);
  rmSync(files.svg);
  now = 9_000;
  curves.onEpochEnd(fit);
  assert.ok(!existsSync(files.svg));
  now = 10_000;
  curves.onEpochEnd(fit);
  assert.ok(existsSync(files.svg));
});
