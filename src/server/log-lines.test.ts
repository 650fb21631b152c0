import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/until.ts';
import { LogLines } from './log-lines.ts';

test('lines arrive whole and in their order, those of the last moment too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'osler-lines-'));
  const file = join(folder, 'log');
  const descriptor = openSync(file, 'w');
  const lines = new LogLines(descriptor, 1e6);
  const all = Array.from({ length: 500 }, (_, i) => `${i} ${'ä'.repeat(i % 50)}\n`);
  for (const line of all.slice(0, 400)) lines.write(line);
  await until('the lines so far', () => readFileSync(file, 'utf8') === all.slice(0, 400).join(''));
  // One is under way when the process ends; the others wait behind it, and are written at once: it may come after them.
  for (const line of all.slice(400)) lines.write(line);
  lines.flushSync();
  const [late, rest] = [all[400]!, all.slice(401).join('')];
  const head = all.slice(0, 400).join('');
  await until('all of them', () => readFileSync(file, 'utf8').length === all.join('').length);
  assert.ok([head + late + rest, head + rest + late].includes(readFileSync(file, 'utf8')));
  assert.equal(lines.dropped, 0);
  closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

test('a disk that is full costs the lines and nothing else', { skip: process.platform !== 'linux' }, async () => {
  const descriptor = openSync('/dev/full', 'w');
  const lines = new LogLines(descriptor, 100);
  for (let i = 0; i < 20; i++) {
    lines.write('a line\n');
    await sleep(1);
  }
  lines.write('x'.repeat(101));
  lines.write('the last one\n');
  lines.flushSync();
  assert.ok(lines.dropped >= 2);
  closeSync(descriptor);
});
