/** TensorBoard's own reader reads what Osler exports; Osler reads what other writers of event files write. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { probeRun } from '../../../src/tracking/exchange/probe.ts';
import { tensorboardSink, tensorboardSource } from '../../../src/tracking/exchange/tensorboard.ts';
import { peer } from '../venv.ts';
import { script } from './python.ts';

describe('TensorBoard', () => {
  let folder: string;
  let python: string;

  before(async () => {
    python = await peer('tensorboard', ['tensorboard==2.21.0', 'tensorboardX==2.6.5']);
    folder = mkdtempSync(join(tmpdir(), 'osler-tb-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('its reader has every number, and the parameters', async () => {
    const logs = join(folder, 'logs');
    await tensorboardSink(logs).write(probeRun('0123456789abcdef0123456789abcdef'));
    const [run] = readdirSync(logs);
    const { stdout } = await script(
      python,
      folder,
      `
import json, math
from tensorboard.backend.event_processing import event_accumulator, plugin_event_accumulator, tag_types
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.util import tensor_util
acc = EventAccumulator(${JSON.stringify(join(logs, run!))}, size_guidance={'tensors': 0})
acc.Reload()
out = {}
for tag in acc.Tags()['tensors']:
    plugin = acc.SummaryMetadata(tag).plugin_data.plugin_name
    if plugin == 'scalars':
        out[tag] = [[e.step, repr(float(tensor_util.make_ndarray(e.tensor_proto).item()))] for e in acc.Tensors(tag)]
raw = acc.SummaryMetadata('_hparams_/session_start_info').plugin_data.content
info = plugin_data_pb2.HParamsPluginData.FromString(raw)
print(json.dumps({'scalars': out, 'lr': info.session_start_info.hparams['optimiser.lr'].string_value}))
`,
    );
    const told = JSON.parse(stdout) as { scalars: Record<string, [number, string][]>; lr: string };
    assert.equal(told.lr, '0.001');
    assert.deepEqual(told.scalars.loss, [
      [0, '0.5'],
      [1, '0.30000000000000004'],
      [2, '1e-300'],
      [3, '-0.25'],
    ]);
    assert.deepEqual(told.scalars.infinite, [
      [0, 'inf'],
      [1, '-inf'],
    ]);
    assert.equal(told.scalars['not a number']![1]![1], 'nan');
    assert.equal(told.scalars['steps with gaps']![2]![0], 2_000_000);
  });

  test('event files of another writer: scalars, texts, pictures, parameters; what has no place is named', async () => {
    await script(
      python,
      folder,
      `
import numpy
from tensorboardX import SummaryWriter
for name in ('a', 'b/c'):
    w = SummaryWriter('theirs/' + name)
    for i in range(1500):
        w.add_scalar('loss/train', 1 / (i + 1), i)
    w.add_scalar('odd', float('nan'), 0)
    w.add_text('note', 'some words', 0)
    w.add_image('sample', numpy.zeros((3, 8, 8), dtype=numpy.uint8), 7)
    w.add_histogram('weights', numpy.arange(10), 0)
    w.close()
`,
    );
    const runs = [];
    for await (const run of tensorboardSource(join(folder, 'theirs'))) runs.push(run);
    assert.deepEqual(
      runs.map(({ name }) => name),
      ['a', 'b/c'],
    );
    const [run] = runs;
    const points = new Map<string, number[]>();
    for await (const some of run!.metrics()) {
      for (const { key, value } of some) points.set(key, [...(points.get(key) ?? []), value]);
    }
    assert.equal(points.get('loss/train')!.length, 1_500);
    assert.equal(points.get('loss/train')![2], Math.fround(1 / 3), 'event files of this writer hold 32 bits');
    assert.ok(Number.isNaN(points.get('odd')![0]));
    assert.equal(run!.tags.note, 'some words');
    assert.deepEqual(run!.leftOut, ['weights: neither a number, nor a text, nor a picture']);
    const files: string[] = [];
    for await (const { path, read } of run!.artifacts()) {
      files.push(path);
      for await (const bytes of read()) assert.deepEqual([...bytes.subarray(1, 4)], [...Buffer.from('PNG')]);
    }
    assert.deepEqual(files, ['images/sample/7.png']);
  });
});
