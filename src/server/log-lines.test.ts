import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/until.ts';
import { LogLines } from './log-lines.ts';

test('lines arrive whole, those of the last moment too', async () => {
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

test('a reader that pauses and reads on as the process ends has every line whole', {
  skip: process.platform !== 'linux',
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'osler-lines-'));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const descriptor = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  let said = '';
  const read = (): void => {
    const bytes = Buffer.alloc(1 << 20);
    for (let n = 1; n > 0; ) {
      try {
        n = readSync(reader, bytes);
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN');
        return;
      }
      said += bytes.toString('latin1', 0, n);
    }
  };
  const lines = new LogLines(descriptor, 1e6);
  // More than a pipe holds: one line is in it in part.
  const all = Array.from({ length: 50 }, (_, i) => `${i} ${'x'.repeat(2_000)}\n`);
  for (const line of all) lines.write(line);
  await until('the pipe is full', () => lines.isHeldUp);
  lines.write('the last one\n');
  read();
  lines.flushSync();
  read();
  assert.equal(said, `${all.join('')}the last one\n`);
  assert.equal(lines.dropped, 0);
  closeSync(descriptor);
  closeSync(reader);
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
