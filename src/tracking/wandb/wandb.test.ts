import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { wandbSource } from '../exchange/wandb.ts';
import { SpooledTracker } from '../spooled.ts';
import { fakeServer } from '../testing-server.ts';
import type { MetricPoint, RunStart } from '../tracker.ts';
import { WandbApi } from './api.ts';
import { LogFile, readRecords } from './log-file.ts';
import { WandbOffline } from './offline.ts';
import { WandbRemote } from './online.ts';
import { configValue, parseWandbJson, RowBuilder, statsKey, systemKey, wandbJson } from './rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'osler-wandb-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const RUN: RunStart = {
  id: 'abcdef0123456789abcdef0123456789',
  name: 'run one',
  experiment: 'spots',
  startTime: 1_700_000_000_000,
  user: 'u',
  group: null,
};
const point = (step: number, key = 'loss', value = step / 10): MetricPoint => ({
  key,
  value,
  step,
  time: RUN.startTime + step,
});
const bytesOf = (path: string) => [...readRecords(path)].map(({ bytes }) => Buffer.from(bytes).toString('latin1'));

test('frames: records of any length come back; a file that was cut anywhere gives its whole records', () => {
  let n = 0;
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      (lengths, cut) => {
        const path = join(folder, `frames-${n++}.wandb`);
        const records = lengths.map((length, i) => Buffer.alloc(length, i + 1));
        const log = new LogFile(path, null);
        for (const record of records) log.write(record);
        log.close();
        const expected = records.map((record) => record.toString('latin1'));
        assert.deepEqual(bytesOf(path), expected);
        // Cut, and gone on with where the last whole record ends.
        truncateSync(path, 7 + (cut % (statSync(path).size - 7)));
        const left = [...readRecords(path)];
        assert.deepEqual(
          left.map(({ bytes }) => Buffer.from(bytes).toString('latin1')),
          expected.slice(0, left.length),
        );
        const again = new LogFile(path, left.at(-1)?.end ?? 7);
        again.write(Buffer.from('more'));
        again.close();
        assert.deepEqual(bytesOf(path), [...expected.slice(0, left.length), 'more']);
      },
    ),
    { numRuns: 40 },
  );
  for (const left of [6, 7, 8]) {
    // A block that has just room for a head, or not even that.
    const path = join(folder, `edge-${left}.wandb`);
    const log = new LogFile(path, null);
    log.write(Buffer.alloc(32 * 1024 - 7 - 7 - left, 1));
    log.write(Buffer.from('next'));
    log.close();
    assert.equal(bytesOf(path)[1], 'next', `${left} bytes left in the block`);
  }
});

test('a damaged record ends the reading; another kind of file is an error', () => {
  const path = join(folder, 'damaged.wandb');
  const log = new LogFile(path, null);
  for (const text of ['one', 'two', 'three']) log.write(Buffer.from(text));
  log.close();
  const bytes = readFileSync(path);
  bytes[bytes.indexOf('two')] = 0x20;
  writeFileSync(path, bytes);
  assert.deepEqual(bytesOf(path), ['one']);
  writeFileSync(path, 'plain text');
  assert.throws(() => bytesOf(path), { code: 'DATA_INVALID' });
});

test('values as W&B writes them', () => {
  assert.equal(wandbJson({ a: Number.NaN, b: [Number.NEGATIVE_INFINITY, 1, 'x'] }), '{"a":NaN,"b":[-Infinity,1,"x"]}');
  assert.equal(parseWandbJson('-Infinity'), Number.NEGATIVE_INFINITY);
  assert.deepEqual(parseWandbJson('{"a": NaN, "b": "NaN"}'), { a: null, b: 'NaN' });
  assert.deepEqual(['0.001', '1', 'true', 'null', '0.10', '1e3', 'x', '', '007'].map(configValue), [
    0.001,
    1,
    true,
    null,
    '0.10',
    '1e3',
    'x',
    '',
    '007',
  ]);
  for (const name of ['cpu_utilization_percentage', 'gpu_1_utilization_percentage', 'disk_available_megabytes']) {
    assert.equal(systemKey(statsKey(name)), `system/${name}`);
  }
});

test('a step is one line; what comes late is told, and the open step outlives the process', () => {
  const rows = new RowBuilder();
  const first = rows.add([
    ['a', 1, 1, 10],
    ['b', Number.NaN, 1, 11],
    ['a', 2, 2, 12],
  ]);
  assert.deepEqual(first.history, [{ step: 1, time: 11, values: { a: 1, b: Number.NaN } }]);
  assert.deepEqual(rows.add([['c', 9, 1, 13]]).late, [['c', 9, 1, 13]]);
  const again = RowBuilder.restore(JSON.parse(JSON.stringify(rows.state())));
  again.add([['b', Number.POSITIVE_INFINITY, 2, 14]]);
  assert.deepEqual(again.flush(), [{ step: 2, time: 14, values: { a: 2, b: Number.POSITIVE_INFINITY } }]);
});

test('offline: a run that was killed and goes on is one run without a gap and without doubles', async () => {
  const options = { folder: join(folder, 'off'), project: null, entity: null };
  const first = new WandbOffline(options);
  await first.startRun(RUN);
  await first.logParams({ 'optimiser.lr': '0.001' });
  for (let step = 1; step <= 10; step++) await first.logMetrics([point(step), point(step, 'lr')]);
  const path = join(first.folder, `run-${RUN.id}.wandb`);
  await first.close();
  appendFileSync(path, 'half a record');
  const second = new WandbOffline(options);
  await second.startRun(RUN);
  for (let step = 6; step <= 12; step++) await second.logMetrics([point(step), point(step, 'lr')]);
  await second.endRun('finished', RUN.startTime + 1_500);
  await second.close();
  for await (const run of wandbSource(path)) {
    const steps: number[] = [];
    for await (const points of run.metrics())
      steps.push(...points.filter(({ key }) => key === 'loss').map(({ step }) => step));
    assert.deepEqual(
      steps,
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
    assert.deepEqual(
      [run.status, run.endedAt, run.params],
      ['finished', RUN.startTime + 1_500, { 'optimiser.lr': '0.001' }],
    );
  }
});

test('online: a line that is sent again has the same offset; the summary is the last of each', async () => {
  const lines = new Map<string, string[]>();
  let fail = true;
  await using server = await fakeServer(({ path, body }) => {
    if (path === '/graphql') {
      const bucket = { name: RUN.id, historyLineCount: 0, project: { name: 'spots', entity: { name: 'me' } } };
      return { json: { data: { upsertBucket: { bucket } } } };
    }
    const { files = {} } = JSON.parse(body.toString()) as {
      files?: Record<string, { offset: number; content: string[] }>;
    };
    for (const [name, { offset, content }] of Object.entries(files)) {
      const known = lines.get(name) ?? [];
      known.splice(offset, content.length, ...content);
      lines.set(name, known);
    }
    // Taken, and the answer lost.
    if (fail) {
      fail = false;
      return 'hang up';
    }
    return { json: {} };
  });
  const api = new WandbApi({ url: server.uri, key: 'k', timeoutMs: 5_000 });
  const tracker = new SpooledTracker(
    join(folder, 'spool'),
    'wandb',
    new WandbRemote(api, { project: null, entity: null }),
    { pauseMs: 1 },
  );
  await tracker.startRun(RUN);
  for (let step = 1; step <= 50; step++)
    await tracker.logMetrics([point(step, 'loss', step === 3 ? Number.NaN : step)]);
  await tracker.logMetrics([{ key: 'system/cpu_utilization_percentage', value: 12, step: 0, time: RUN.startTime + 5 }]);
  await tracker.endRun('finished', RUN.startTime + 60);
  assert.deepEqual(await tracker.close(), { bytes: 0, reason: null });
  const history = lines.get('wandb-history.jsonl')!;
  assert.equal(history.length, 50);
  assert.match(history[2]!, /"loss":NaN,"_step":3,/);
  assert.match(lines.get('wandb-summary.json')![0]!, /"loss":50/);
  assert.match(lines.get('wandb-events.jsonl')![0]!, /"system\.cpu":12/);
  const last = JSON.parse(server.seen.findLast(({ path }) => path.endsWith('/file_stream'))!.body.toString());
  assert.deepEqual([last.complete, last.exitcode], [true, 0]);
  assert.equal(
    server.seen.find(({ path }) => path.endsWith('/file_stream'))!.path,
    `/files/me/spots/${RUN.id}/file_stream`,
  );
});
