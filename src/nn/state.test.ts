import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createModel } from '../models/index.ts';
import { fromArray, getRngState, ones, scope, type Tensor } from '../torch/index.ts';
import { drawOf, fans } from './init.ts';
import { initialise, loadState, stateDict } from './state.ts';

const make = (classes = 3) => createModel('resnet18', { classes, channels: 3 });

describe('initialise', () => {
  test('fills by seed and name, leaves the generator alone', () => {
    const [a, b, c] = [make(), make(), make(5)];
    const rng = getRngState();
    initialise(a, 7);
    initialise(b, 7);
    initialise(c, 8);
    assert.deepEqual(getRngState(), rng);
    const conv = (m: typeof a) => stateDict(m).get('layer1.0.conv1.weight')!.toNumbers();
    assert.deepEqual(conv(a), conv(b));
    assert.notDeepEqual(conv(a), conv(c));
    initialise(c, 7);
    assert.deepEqual(conv(a), conv(c), 'another head does not shift the backbone');
    for (const m of [a, b, c]) m.dispose();
  });

  test("draws as torchvision: kaiming normal by fan out, Linear's uniform, BatchNorm 1 and 0", () => {
    const model = make(1000);
    initialise(model, 1);
    const values = (name: string) => stateDict(model).get(name)!.toNumbers();
    const std = (v: number[]) => Math.sqrt(v.reduce((s, x) => s + x * x, 0) / v.length);
    assert.ok(Math.abs(std(values('layer2.0.conv1.weight')) / Math.sqrt(2 / (128 * 9)) - 1) < 0.02);
    const bound = 1 / Math.sqrt(512);
    const fc = values('fc.weight');
    assert.ok(Math.max(...fc.slice(0, 5000).map(Math.abs)) <= bound);
    assert.ok(Math.abs(std(fc) / (bound / Math.sqrt(3)) - 1) < 0.02);
    assert.ok(values('bn1.weight').every((v) => v === 1) && values('bn1.bias').every((v) => v === 0));
    assert.ok(values('bn1.running_var').every((v) => v === 1) && values('bn1.running_mean').every((v) => v === 0));
    model.dispose();
  });

  test("torch.nn.init's formulas", () => {
    assert.deepEqual(fans([8, 4, 3, 3]), { fanIn: 36, fanOut: 72 });
    assert.deepEqual(drawOf({ kind: 'kaimingNormal', mode: 'fanIn' }, [8, 4, 3, 3]), {
      kind: 'normal',
      mean: 0,
      std: Math.sqrt(2 / 36),
    });
    const draw = drawOf({ kind: 'kaimingUniform', a: Math.sqrt(5) }, [8, 16]);
    assert.ok(draw.kind === 'uniform' && Math.abs(draw.high - 0.25) < 1e-12);
  });
});

describe('loadState', () => {
  test('strict: every name in its shape, or an error that says which', () => {
    const [from, to] = [make(), make()];
    initialise(from, 1);
    const state = stateDict(from);
    assert.equal(loadState(to, state).loaded.length, state.size);
    assert.deepEqual(stateDict(to).get('conv1.weight')!.toNumbers(), state.get('conv1.weight')!.toNumbers());
    scope(() => {
      assert.throws(
        () => loadState(to, new Map([...state, ['fc.bias', ones([4])]])),
        /fc\.bias is \[4\] but should be \[3\]/,
      );
      assert.throws(() => loadState(to, new Map([...state, ['extra', ones([4])]])), /extra/);
    });
    const short = new Map([...state].filter(([name]) => name !== 'fc.bias'));
    assert.throws(() => loadState(to, short), /fc\.bias/);
    from.dispose();
    to.dispose();
  });

  test('not strict: reports what was loaded, skipped and missing, and converts types', () => {
    const model = make();
    initialise(model, 1);
    scope(() => {
      const bias = fromArray(new Float64Array([1, 2, 3]), [3]);
      const state = new Map<string, Tensor>([
        ['fc.bias', bias],
        ['fc.weight', ones([2, 2])],
        ['other', ones([1])],
      ]);
      const report = loadState(model, state, { strict: false });
      assert.deepEqual([report.loaded, report.skipped], [['fc.bias'], ['fc.weight', 'other']]);
      assert.equal(report.missing.length, model.state().length - 1);
      const loaded = stateDict(model).get('fc.bias')!;
      assert.deepEqual([loaded.toNumbers(), loaded.dtype, loaded.requiresGrad], [[1, 2, 3], 'f32', true]);
    });
    model.dispose();
  });
});
