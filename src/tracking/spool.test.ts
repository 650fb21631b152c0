import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { TrackEvent } from './events.ts';
import { Spool } from './spool.ts';

const folder = mkdtempSync(join(tmpdir(), 'osler-spool-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const metric = (step: number, value: number): TrackEvent => ({
  type: 'metrics',
  rows: [['loss', value, step, step * 10]],
});

test('events come back as they were, NaN and infinities too, a bounded piece at a time', () => {
  const spool = new Spool(folder, 'values');
  const events: TrackEvent[] = [
    { type: 'params', params: { 'training.epochs': '3', größe: 'ä\n"' } },
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.1, 1e-300].map((v, i) => metric(i, v)),
    { type: 'end', status: 'finished', time: 5 },
  ];
  for (const event of events) spool.append(event);
  const read: TrackEvent[] = [];
  while (spool.unsent > 0) {
    const { events: some, end } = spool.next(100);
    assert.ok(some.length > 0 && some.length <= 3);
    read.push(...some);
    spool.acknowledge(end, { at: read.length });
  }
  assert.deepEqual(read, events);
  assert.deepEqual([...spool.all()], events);
  spool.close();
});

test('another process goes on where the first one was; a line that a kill cut off is gone', () => {
  const first = new Spool(folder, 'killed');
  first.append(metric(1, 1));
  first.append(metric(2, 2));
  first.acknowledge(first.next(60).end, { runId: 'abc' });
  first.close();
  appendFileSync(join(folder, 'killed.jsonl'), '{"type":"metrics","rows":[["lo');
  const second = new Spool(folder, 'killed');
  assert.deepEqual(second.remote, { runId: 'abc' });
  assert.deepEqual(second.next(1 << 20).events, [metric(2, 2)]);
  second.append(metric(3, 3));
  assert.deepEqual([...second.all()], [metric(1, 1), metric(2, 2), metric(3, 3)]);
  second.close();
});

test('a state that is none is an error that says what to do; a line longer than a piece is read whole', () => {
  writeFileSync(join(folder, 'odd.state.json'), '{"format":"x"}');
  assert.throws(() => new Spool(folder, 'odd'), { code: 'DATA_INVALID', hint: /Delete it/ });
  const spool = new Spool(folder, 'long');
  const long: TrackEvent = { type: 'tags', tags: { note: 'x'.repeat(100_000) } };
  spool.append(long);
  assert.deepEqual(spool.next(64).events, [long]);
  spool.refuse({ key: 'a' }, 'too long');
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'long.refused.jsonl'), 'utf8')), {
    why: 'too long',
    what: { key: 'a' },
  });
  spool.close();
});
