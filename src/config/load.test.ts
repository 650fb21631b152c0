import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { type LoadOptions, loadConfig } from './load.ts';

const Schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  z.strictObject({ kind: z.literal('step'), every: z.int().positive(), factor: z.number().default(0.1) }),
]);
const Config = z.strictObject({
  dataset: z.string().min(1),
  model: z.strictObject({ name: z.string(), dropout: z.number().min(0).max(1).nullable().default(null) }),
  training: z.strictObject({
    epochs: z.int().min(1).max(500),
    batchSize: z.int().positive().default(32),
    precision: z.enum(['f32', 'bf16']).default('f32'),
  }),
  schedule: Schedule.prefault({ kind: 'constant' }),
  size: z.union([z.int(), z.tuple([z.int(), z.int()])]).default(224),
  tags: z.record(z.string(), z.string()).default({}),
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'osler-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}
const load = (options: LoadOptions) => loadConfig(Config, { folders: [folder], ...options });
const GOOD = 'dataset: skin\nmodel:\n  name: resnet18\ntraining:\n  epochs: 3\n';

/** The message of the error, with the temporary folder cut out. */
function message(options: LoadOptions, code = 'CONFIG_INVALID'): string {
  try {
    load(options);
  } catch (error) {
    assert.ok(error instanceof OslerError, String(error));
    assert.equal(error.code, code);
    return error.message.replaceAll(`${folder}/`, '');
  }
  assert.fail('nothing was thrown');
}

describe('composition', () => {
  it('lays later recipes over earlier ones, then environment, then command line, and knows where each value came from', () => {
    const base = write('base.yaml', GOOD);
    const fast = write('tricks/fast.yaml', 'training:\n  epochs: 4\n  batchSize: 64\n');
    const mine = write('mine.yaml', 'defaults: [base, tricks/fast]\n# a remark\ntraining:\n  epochs: 5\n');
    const { value, origins } = load({
      recipe: 'mine',
      env: { OSLER_SET_TRAINING__BATCH_SIZE: '16', OSLER_SET_DATASET: 'other' },
      overrides: ['dataset=7', 'size=[64, 48]'],
    });
    assert.deepEqual(value.training, { epochs: 5, batchSize: 16, precision: 'f32' });
    assert.equal(value.dataset, '7');
    assert.deepEqual(value.size, [64, 48]);
    assert.deepEqual(Object.fromEntries(origins), {
      dataset: 'command line',
      'model.name': { file: base, line: 3 },
      'model.dropout': 'default',
      'training.epochs': { file: mine, line: 4 },
      'training.batchSize': 'environment',
      'training.precision': 'default',
      'schedule.kind': 'default',
      size: 'command line',
      tags: 'default',
    });
    assert.deepEqual(load({ recipe: fast, overrides: ['dataset=a', 'model.name=b'] }).value.training.batchSize, 64);
  });

  it('drops the keys of another kind when the kind changes', () => {
    write('a.yaml', `${GOOD}schedule:\n  kind: step\n  every: 3\n`);
    assert.deepEqual(load({ recipe: 'a', overrides: ['schedule.kind=constant'] }).value.schedule, { kind: 'constant' });
    assert.equal((load({ recipe: 'a', overrides: ['schedule.every=9'] }).value.schedule as { every: number }).every, 9);
  });

  it('looks a default up beside the file that names it first', () => {
    write('base.yaml', 'dataset: far\n');
    write('deep/base.yaml', GOOD);
    write('deep/mine.yaml', 'defaults:\n  - base\n');
    assert.equal(load({ recipe: 'deep/mine' }).value.dataset, 'skin');
  });

  it('names what is not there, and circles', () => {
    assert.match(message({ recipe: 'nowhere' }, 'NOT_FOUND'), /no recipe "nowhere"/);
    write('a.yaml', '\ndefaults: [b]\n');
    assert.equal(message({ recipe: 'a' }), 'a.yaml:2: defaults names "b", which is not there.');
    write('b.yaml', 'defaults: a\n');
    assert.match(message({ recipe: 'a' }), /in a circle: a.yaml -> b.yaml -> a.yaml/);
  });
});

describe('mistakes', () => {
  const cases: [string, string, string][] = [
    [
      'misspelt',
      `${GOOD}  batchsize: 8\n`,
      'x.yaml:6: unknown key "training.batchsize"; the nearest valid key is "training.batchSize".',
    ],
    [
      'in the wrong section',
      `${GOOD}epochs: 8\n`,
      'x.yaml:6: unknown key "epochs"; the nearest valid key is "training.epochs".',
    ],
    [
      'of another kind',
      `${GOOD}schedule:\n  kind: constant\n  every: 2\n`,
      'x.yaml:8: unknown key "schedule.every"; the nearest valid key is "schedule.kind" (valid: kind).',
    ],
    [
      'text for a number',
      GOOD.replace('3', 'three'),
      'x.yaml:5: "training.epochs" is "three"; expected a whole number from 1 to 500.',
    ],
    [
      'out of range',
      GOOD.replace('3', '0'),
      'x.yaml:5: "training.epochs" is 0; expected a whole number from 1 to 500.',
    ],
    [
      'a broken number',
      GOOD.replace('3', '1.5'),
      'x.yaml:5: "training.epochs" is 1.5; expected a whole number from 1 to 500.',
    ],
    [
      'no such choice',
      `${GOOD}  precision: fp32\n`,
      'x.yaml:6: "training.precision" is "fp32"; expected one of f32, bf16; did you mean "f32"?',
    ],
    [
      'value for a map',
      'dataset: a\nmodel: resnet18\ntraining: {epochs: 1}\n',
      'x.yaml:2: "model" is "resnet18"; expected a map of keys and values.',
    ],
    [
      'map for a value',
      GOOD.replace('skin', '{a: 1}'),
      'x.yaml:1: "dataset" is a map; expected text that is not empty.',
    ],
    [
      'missing',
      'dataset: a\nmodel:\n  dropout: 0.1\ntraining: {epochs: 1}\n',
      'x.yaml:2: "model.name" is missing; expected text.',
    ],
    [
      'inside a list',
      `${GOOD}size: [1, b]\n`,
      'x.yaml:6: "size" is [1,"b"]; expected a whole number, or a list of 2: a whole number, a whole number.',
    ],
    [
      'a kind that is not there',
      `${GOOD}schedule: {kind: stepp}\n`,
      'x.yaml:6: "schedule.kind" is "stepp"; expected one of constant, step; did you mean "step"?',
    ],
    [
      'no kind at all',
      `${GOOD}schedule: {every: 3}\n`,
      'x.yaml:6: "schedule.kind" is missing; expected one of constant, step',
    ],
    ['twice the same key', `${GOOD}dataset: b\n`, 'x.yaml:6: Map keys must be unique.'],
    ['no YAML', 'a: [1\nb: 2\n', 'x.yaml:2: '],
    ['a list', '- a\n', 'x.yaml:1: a map of keys and values was expected.'],
    ['a prototype', `${GOOD}__proto__: {x: 1}\n`, 'x.yaml:6: unknown key "__proto__"; the nearest valid key is'],
  ];
  it('says what to give where nothing is wrong but what is missing', () => {
    write('x.yaml', 'model: {name: resnet18}\ntraining: {epochs: 1}\n');
    const hint = (overrides: string[]): unknown => {
      try {
        return load({ recipe: 'x', overrides });
      } catch (error) {
        return (error as OslerError).hint;
      }
    };
    assert.equal(hint([]), 'Give what is missing: dataset=...');
    assert.match(String(hint(['tag=1'])), /^osler config show/);
  });
  for (const [name, text, expected] of cases) {
    it(name, () => {
      write('x.yaml', text);
      const found = message({ recipe: 'x' });
      assert.ok(found.startsWith(expected), found);
    });
  }

  it('says several at once, and where an override stands', () => {
    write('x.yaml', GOOD);
    const found = message({
      recipe: 'x',
      env: { OSLER_SET_MODEL__NAM: 'a' },
      overrides: ['training.epoch=9', 'model.dropout=2'],
    });
    assert.deepEqual(found.split('\n'), [
      '3 mistakes:',
      '  environment: unknown key "model.nam"; the nearest valid key is "model.name"',
      '  command line: unknown key "training.epoch"; the nearest valid key is "training.epochs"',
      '  command line: "model.dropout" is 2; expected a number from 0 to 1 or null.',
    ]);
    assert.match(message({ recipe: 'x', overrides: ['epochs'] }, 'USAGE'), /"epochs" is not of the form key=value/);
    assert.match(message({ recipe: 'x', overrides: ['size=[1'] }), /The value of size is not valid YAML/);
  });
});
