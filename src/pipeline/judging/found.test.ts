import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DatasetRecord } from '../../data/sample.ts';
import { openStore } from '../../store/store.ts';
import { exampleRun } from '../../store/testing.ts';
import { suspectsFolder } from '../suspects.ts';
import { judgesOf, readSuspects } from './found.ts';

test('a list of suspects that is damaged keeps none of the others from being told', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'osler-judges-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  await using store = await openStore(home);
  const createdAt = '2026-01-02T03:04:05.000Z';
  const whole = JSON.stringify({ format: 'osler-suspects/1', createdAt, suspects: [] });
  const ended = { status: 'finished', endedAt: createdAt } as const;
  const trained = async (name: string, text: string | null) => {
    const run = await store.runs.create(exampleRun({ name, ...ended }));
    if (text === null) return run;
    mkdirSync(suspectsFolder(home, { run }), { recursive: true });
    writeFileSync(join(suspectsFolder(home, { run }), 'suspects.json'), text);
    return run;
  };
  await trained('whole', whole);
  await trained('none', null);
  const cut = await trained('cut', whole.slice(0, -5));
  const { name, version, digest } = cut.dataset;
  const judges = await judgesOf(store, { name, version, digest } as DatasetRecord, null);
  assert.deepEqual(Object.fromEntries(judges.map((one) => [one.name, one.judgedAt])), {
    whole: createdAt,
    none: null,
    cut: null,
  });
  await assert.rejects(readSuspects(home, { run: cut }), { code: 'DATA_INVALID' });
});
