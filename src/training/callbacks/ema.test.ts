import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Parameter } from '../../nn/parameter.ts';
import { call, fromArray } from '../../torch/index.ts';
import { Ema } from './ema.ts';
import { FakeFit } from './testing.ts';

function parameter(name: string, values: number[], buffer = false): Parameter {
  const p = new Parameter([values.length], { kind: 'zeros' }, { buffer });
  p.name = name;
  p.tensor = fromArray(Float32Array.from(values), [values.length], { copy: true }).requiresGrad_(!buffer);
  return p;
}

const values = (p: Parameter) => [...(p.tensor!.toArray() as Float32Array)];
const set = (p: Parameter, value: number) => call('aten::fill_.Scalar', p.tensor!.detach(), value);

test('averages weights and buffers with a rising decay, stands in for them in evaluation, and goes on from its tensors', () => {
  const weight = parameter('w', [0]);
  const mean = parameter('running_mean', [0], true);
  const counter = new Parameter([], { kind: 'zeros' }, { buffer: true, dtype: 'i64' });
  counter.name = 'n';
  counter.tensor = fromArray(BigInt64Array.of(0n), []);
  const ema = new Ema({ decay: 0.5 }, [weight, mean, counter]);
  const fit = new FakeFit();
  let expected = 0;
  for (let i = 0; i < 8; i++) {
    set(weight, i + 1);
    set(mean, i + 1);
    call('aten::fill_.Scalar', counter.tensor, i);
    fit.next();
    ema.onStep(fit);
    const decay = Math.min(0.5, (1 + fit.step) / (10 + fit.step));
    expected = decay * expected + (1 - decay) * (i + 1);
  }
  const average = () => ema.tensors().get('w')!.item();
  assert.ok(Math.abs(average() - expected) < 1e-5);
  assert.equal(ema.tensors().get('n')!.item(), 7);

  ema.onEvaluateStart();
  assert.ok(Math.abs(values(weight)[0]! - expected) < 1e-5, 'the network computes with the average');
  ema.onEvaluateEnd();
  assert.deepEqual(values(weight), [8]);

  const resumed = new Ema({ decay: 0.5 }, [weight, mean, counter]);
  resumed.loadTensors(ema.tensors());
  fit.next();
  ema.onStep(fit);
  resumed.onStep(fit);
  assert.deepEqual(
    [...ema.tensors()].map(([, t]) => t.item()),
    [...resumed.tensors()].map(([, t]) => t.item()),
  );
});
