import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OslerError } from '../errors.ts';
import { smallConfig } from '../training/testing.ts';
import { SweepConfig } from './config.ts';
import { checkSpace, recipeOf } from './plan.ts';
import { compileSpace, fromUnit, fromUnits, SpaceConfig } from './space.ts';

const compile = (config: unknown) => compileSpace(SpaceConfig.parse(config));
const message = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof OslerError && error.code === 'CONFIG_INVALID', String(error));
    return error.message;
  }
  assert.fail('nothing was thrown');
};

test('shares become values: evenly, on steps, by logarithms, whole', () => {
  const [x, lr, batch, width, kind] = compile({
    x: { low: -1, high: 3 },
    lr: { low: 0.001, high: 0.1, log: true },
    batch: { low: 8, high: 33, int: true, step: 8 },
    width: { low: 1, high: 100, int: true, log: true },
    kind: ['a', 'b', 'c'],
  });
  assert.equal(fromUnit(x!, 0.25), 0);
  assert.equal(fromUnit(lr!, 0.5), 0.01);
  assert.deepEqual(
    [0, 0.24, 0.26, 0.99].map((u) => fromUnit(batch!, u)),
    [8, 8, 16, 32],
  );
  assert.deepEqual(
    [0, 0.999999].map((u) => fromUnit(width!, u)),
    [1, 100],
  );
  assert.deepEqual(
    [0, 0.34, 0.999].map((u) => fromUnit(kind!, u)),
    ['a', 'b', 'c'],
  );
  const [tenths] = compile({ t: { low: 0, high: 1, step: 0.1 } });
  assert.equal(fromUnit(tenths!, 0.3), 0.3);
});

test('a setting is there where its conditions hold, whatever the order in which they stand', () => {
  const space = compile({
    c: { low: 0, high: 1, when: { b: [true] } },
    b: { values: [true, false], when: { a: ['on'] } },
    a: ['on', 'off'],
  });
  assert.deepEqual(
    space.map(({ name }) => name),
    ['a', 'b', 'c'],
  );
  assert.deepEqual(fromUnits(space, [0, 0, 0.5]), { a: 'on', b: true, c: 0.5 });
  assert.deepEqual(fromUnits(space, [0, 0.9, 0.5]), { a: 'on', b: false });
  assert.deepEqual(fromUnits(space, [0.9, 0, 0.5]), { a: 'off' });
});

test('a space that is none is refused, and the setting is named', () => {
  for (const [config, expected] of [
    [{}, /empty/],
    [{ x: { low: 1 } }, /space.x has neither values nor both ends/],
    [{ x: { low: 1, high: 2, values: [1] } }, /values and a range/],
    [{ x: { low: 2, high: 1 } }, /space.x: low \(2\) is not below high \(1\)/],
    [{ x: { low: 0, high: 1, log: true } }, /above 0/],
    [{ x: { low: 1, high: 2.5, int: true } }, /whole numbers/],
    [{ x: { low: 1, high: 9, log: true, step: 2 } }, /no step/],
    [{ x: [1, 2, 1] }, /lists 1 twice/],
    [{ x: { low: 0, high: 1, when: { y: [1] } } }, /depends on y, which is not part/],
    [{ y: [1, 2], x: { low: 0, high: 1, when: { y: [3] } } }, /y being 3, which is not one/],
    [{ y: { low: 0, high: 1 }, x: { low: 0, high: 1, when: { y: [1] } } }, /y, which is a range/],
    [{ a: { values: [1, 2], when: { b: [1] } }, b: { values: [1, 2], when: { a: [1] } } }, /circle: a needs b needs a/],
  ] as const) {
    assert.match(
      message(() => compile(config)),
      expected,
    );
  }
});

const recipe = smallConfig();
const check = (space: unknown, more: object = {}) =>
  checkSpace(recipe, SweepConfig.parse({ recipe: 'r', space, ...more }));

test('the ends of a space are laid on the recipe before anything is trained', () => {
  assert.match(
    message(() => check({ 'optimiser.lr': { low: -1, high: 1 } })),
    /With optimiser.lr -1.*"optimiser.lr" is -1; expected a number above 0/,
  );
  assert.match(
    message(() => check({ 'optimizer.lr': [1] })),
    /unknown key "optimizer"; the nearest valid key is "optimiser"/,
  );
  assert.match(
    message(() => check({ 'training.batchSize': { low: 1, high: 8 } })),
    /is 4.57; expected a whole number/,
  );
  assert.match(
    message(() => check({ 'training.metric': ['loss', 'auroc'] })),
    /training.metric can't be searched/,
  );
  assert.match(
    message(() => check({ 'optimiser.kind': ['sgd', 'adam'] })),
    /"optimiser.lr" is missing/,
  );
  assert.match(
    message(() => check({ 'optimiser.lr': [0.1] }, { first: [{ 'optimiser.lr': 0.2 }] })),
    /first: optimiser.lr 0.2 is not in the space/,
  );
  const space = {
    'optimiser.momentum': { low: 0, high: 0.9, when: { 'optimiser.kind': ['sgd'] } },
    'optimiser.kind': ['sgd', 'adam'],
    'optimiser.lr': { low: 0.001, high: 0.1, log: true },
  };
  check(space, { first: [{ 'optimiser.kind': 'sgd', 'optimiser.momentum': 0.9 }] });
  assert.match(
    message(() => check(space, { first: [{ 'optimiser.kind': 'adam', 'optimiser.momentum': 0.9 }] })),
    /condition does not hold/,
  );
});

test('a trial is the recipe with its settings; sections and kinds are laid on first', () => {
  const own = recipeOf(recipe, {
    'optimiser.lr': 0.5,
    'optimiser.momentum': 0.1,
    'optimiser.kind': 'sgd',
    'augment.rotation': 5,
    augment: { flipVertical: 0 },
  });
  assert.deepEqual(
    [own.optimiser.kind, own.optimiser.lr, own.augment.rotation, own.augment.flipVertical],
    ['sgd', 0.5, 5, 0],
  );
  assert.deepEqual(recipeOf(recipe, {}), recipe);
});
